import { expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input } from "../tensor/index.ts";

const wave = (size: number) =>
  Float32Array.from({ length: size }, (_, index) => Math.sin(index * 12.9898 + size) * 1.3);

// kernel, stride, pad, image size, dilation
const CASES = [
  [4, 2, 1, 28, 1],
  [3, 1, 1, 7, 1],
  [4, 2, 1, 7, 1],
  [3, 2, 0, 8, 1],
  [1, 2, 0, 6, 1],
  [5, 1, 2, 9, 1],
  [3, 1, 2, 9, 2],
  [2, 3, 1, 8, 1],
  [5, 3, 2, 13, 1],
  [1, 1, 0, 4, 1],
  [3, 2, 1, 5, 2],
] as const;

test.each(CASES)(
  "kernel %i, stride %i, pad %i, size %i, dilation %i: both layouts agree",
  async (...shape) => {
    const [kernel, stride, pad, size, dilation] = shape;
    const x = input("x", [3, 2, size, size]);
    const w = input("w", [5, 2, kernel, kernel]);
    const b = input("b", [5, 1, 1]);
    const attributes = {
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
      dilations: [dilation, dilation],
      size: [kernel, kernel],
    } as const;
    const y = x.convolve(w, attributes).add(b).tanh();
    const centred = y.sub(y.mean([0, 2, 3], { keepDimensions: true })).leakyRelu();
    const back = centred.convolveInput(w, { ...attributes, size: [size, size] });
    const loss = back
      .square()
      .sum()
      .add(centred.flatten().sum(1).square().mean())
      .add(y.sum([2, 3]).square().sum());
    const first = gradients(loss, [x, w, b]);
    const second = gradients(first[0]!.square().sum(), [w, b]);
    const outputs = [y, centred, back, loss, ...first, ...second];
    const feeds = { x: wave(x.size), w: wave(w.size), b: wave(5) };
    const natural = await evaluate(outputs, feeds, { layout: "natural" });
    const major = await evaluate(outputs, feeds, { layout: "channel-major" });
    natural.forEach((value, index) => {
      const other = major[index]!.data as Float32Array;
      const data = value.data as Float32Array;
      const scale = data.reduce((largest, element) => Math.max(largest, Math.abs(element)), 0);
      const error = data.reduce(
        (largest, element, at) => Math.max(largest, Math.abs(element - other[at]!)),
        0,
      );
      expect(error / scale, `output ${index}`).toBeLessThan(2e-5);
    });
  },
);
