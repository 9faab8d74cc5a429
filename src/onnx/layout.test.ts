import { describe, expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { imageLayout } from "../runtime/image-layout.ts";
import { nodeEngine } from "../runtime/node.ts";
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

// Channels of the images and of the responses: few, whole blocks, and neither.
const CHANNELS = [
  [2, 5],
  [16, 32],
  [3, 16],
  [32, 1],
  [20, 18],
] as const;

const fast = await imageLayout(nodeEngine, "cpu");

describe.each(CHANNELS)("%i channels, %i filters", (channels, filters) => {
  const isWhole = channels % 16 === 0 && filters % 16 === 0;
  // What depends on the kernel is the same for all numbers of channels; three cases for each of the others.
  test.each(isWhole || channels === 2 ? CASES : CASES.slice(1, 4))(
    "kernel %i, stride %i, pad %i, size %i, dilation %i: all layouts agree",
    async (...shape) => {
      const [kernel, stride, pad, size, dilation] = shape;
      const x = input("x", [3, channels, size, size]);
      const w = input("w", [filters, channels, kernel, kernel]);
      const b = input("b", [filters, 1, 1]);
      const attributes = {
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
        dilations: [dilation, dilation],
        size: [kernel, kernel],
      } as const;
      const y = x
        .convolve(w, attributes)
        .mul(2 / channels)
        .add(b)
        .tanh();
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
      const feeds = { x: wave(x.size), w: wave(w.size), b: wave(filters) };
      const natural = await evaluate(outputs, feeds, { layout: "natural" });
      for (const layout of ["channel-major", fast] as const) {
        const arranged = await evaluate(outputs, feeds, { layout });
        natural.forEach((value, index) => {
          const other = arranged[index]!.data as Float32Array;
          const data = value.data as Float32Array;
          const scale = data.reduce((largest, element) => Math.max(largest, Math.abs(element)), 0);
          const error = data.reduce(
            (largest, element, at) => Math.max(largest, Math.abs(element - other[at]!)),
            0,
          );
          expect(error / scale, `output ${index}, ${JSON.stringify(layout)}`).toBeLessThan(2e-5);
        });
      }
    },
  );
});
