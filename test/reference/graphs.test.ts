// Whole random graphs, with their gradients, on ONNX Runtime against the interpreter. What single primitives
// cannot show is tested here: the simplifications of a graph, products that take their bias, and the layout that
// convolutions hand on to what lies between them.

import fc from "fast-check";
import { describe, test } from "vitest";
import type { ImageLayout } from "../../src/onnx/lower.ts";
import { evaluate } from "../../src/runtime/evaluate.ts";
import { imageLayout } from "../../src/runtime/image-layout.ts";
import { nodeEngine } from "../../src/runtime/node.ts";
import { concat, constant, gradients, type Tensor } from "../../src/tensor/index.ts";
import { expectAgreement } from "./agreement.ts";
import { Feeding } from "./feeding.ts";
import { interpret } from "./interpreter.ts";
import { typedFeeds } from "./typed-feeds.ts";

/** Relative to the largest element of an output; a graph is some ten layers deep. */
const TOLERANCE = 2e-5;

type Step = (x: Tensor, feeding: Feeding, choice: number) => Tensor;

const pick = <T>(choices: readonly T[], choice: number): T => choices[choice % choices.length]!;

/** A smooth factor, so that no gradient is taken at a kink. */
const elementwise: readonly Step[] = [
  (x) => x.tanh(),
  (x) => x.sigmoid().mul(2),
  (x) => x.add(x),
  (x) => x.neg().add(x.square()).mul(0.25),
  (x) => x.sub(x.neg()).div(4),
  (x) => x.mul(0.5).mul(3).add(0),
  (x) => x.stopGradient().mul(x).tanh(),
  (x) => x.softplus().sub(constant(0.5).broadcastTo(x.shape)),
  (x) => x.greater(0.1).where(x, x.mul(0.2)),
];

/** An operand that broadcasts to x: of its shape, of ones somewhere, or of fewer axes. */
const broadcasting: Step = (x, feeding, choice) => {
  const dropped = choice % (x.rank + 1);
  const shape = x.shape.slice(dropped).map((length, axis) => ((choice >> axis) & 8 ? 1 : length));
  const other = feeding.drawn(shape);
  return pick([x.add(other), x.mul(other), other.sub(x), x.div(other.square().add(1))], choice >> 1);
};

const reducing: Step = (x, _, choice) => {
  const axes = x.shape.map((_length, axis) => axis).filter((axis) => (choice >> axis) & 1);
  if (axes.length === 0) return x;
  const kept = x.mean(axes, { keepDimensions: true });
  return pick(
    [x.sub(kept), x.add(kept.broadcastTo(x.shape)), x.mul(x.max(axes, { keepDimensions: true }))],
    choice,
  );
};

const cutting: Step = (x, _, choice) => {
  const axis = choice % x.rank;
  const starts = x.shape.map((length, other) => (other === axis && length > 1 ? 1 : 0));
  const cut = x.slice(starts, x.shape);
  return pick(
    [
      concat([cut, x], axis),
      cut.pad(x.shape.map((_length, other) => (other === axis ? ([1, 0] as const) : ([0, 0] as const)))),
      cut,
    ],
    choice >> 2,
  );
};

const turning: Step = (x, _, choice) => {
  const order = x.shape.map((_length, axis) => (axis + choice) % x.rank);
  const there = x.transpose(order);
  return choice & 4 ? there : there.tanh().transpose(order.map((_axis, position) => order.indexOf(position)));
};

/** Filters are so many at a time, as those of a layout that keeps channels in blocks would be. */
const convolving =
  (block: number): Step =>
  (x, feeding, choice) => {
    const [, channels, height, width] = x.shape as [number, number, number, number];
    const stride = 1 + (choice & 1);
    const kernel = Math.min(1 + ((choice >> 1) % 3), height + 1, width + 1);
    const pad = kernel > Math.min(height, width) ? 1 : (choice >> 3) & 1;
    const attributes = { strides: [stride, stride], pads: [pad, pad, pad, pad], dilations: [1, 1] } as const;
    const outward = block === 1 ? 1 + ((choice >> 4) % 3) : pick([block, 2 * block, 3], choice >> 4);
    const bias = feeding.drawn([1, outward, 1, 1]);
    if (choice & 32 && height * stride < 9 && width * stride < 9 && kernel > 2 * pad) {
      const size = [height, width].map((length) => (length - 1) * stride + kernel - 2 * pad) as [
        number,
        number,
      ];
      return x
        .convolveInput(feeding.drawn([channels, outward, kernel, kernel]).div(block), { ...attributes, size })
        .add(bias);
    }
    const filter = feeding.drawn([outward, channels, kernel, kernel]).div(block);
    return x.convolve(filter, { ...attributes, size: [kernel, kernel] }).add(bias);
  };

const multiplying: Step = (x, feeding, choice) => {
  const width = 1 + (choice % 4);
  const [rows, columns] = [x.shape[0]!, x.size / x.shape[0]!];
  const flat = x.reshape([rows, columns]);
  const product = flat.matmul(feeding.drawn([columns, width]));
  const bias = feeding.drawn(pick([[width], [1, width], [rows, 1], [rows, width], []], choice >> 2));
  const layer = choice & 64 ? product.add(bias) : bias.add(product);
  return x.rank === 2 ? layer : layer.mean().add(x);
};

const stepsOf = (block: number): readonly Step[] => [
  (x, feeding, choice) => pick(elementwise, choice)(x, feeding, choice),
  (x, feeding, choice) => pick(elementwise, choice >> 2)(x, feeding, choice),
  broadcasting,
  reducing,
  cutting,
  turning,
  multiplying,
  (x, feeding, choice) => (x.rank === 4 ? convolving(block) : multiplying)(x, feeding, choice),
  (x, feeding, choice) => (x.rank === 4 ? convolving(block) : broadcasting)(x, feeding, choice),
];

const STEPS = stepsOf(1).length;

const recipes = (shape: fc.Arbitrary<number[]>) =>
  fc.record({
    shape,
    steps: fc.array(fc.tuple(fc.nat({ max: STEPS - 1 }), fc.nat({ max: 127 })), {
      minLength: 2,
      maxLength: 8,
    }),
  });

const lengths = (count: number) =>
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: count, maxLength: count });

/** Images of a few channels, and matrices. */
const small = fc.oneof(lengths(4), lengths(2));

/** Images of whole blocks of channels. */
const blocks = (block: number) =>
  lengths(4).map(([images, channels, ...size]) => [
    Math.ceil(images! / 2),
    block * Math.ceil(channels! / 2),
    ...size,
  ]);

async function expectAgreementOnGraphs(
  layout: ImageLayout,
  {
    shapes = small,
    block = 1,
    runs = 150,
  }: { shapes?: fc.Arbitrary<number[]>; block?: number; runs?: number } = {},
): Promise<void> {
  const steps = stepsOf(block);
  await fc.assert(
    fc.asyncProperty(recipes(shapes), async (recipe) => {
      const feeding = new Feeding();
      const start = feeding.drawn(recipe.shape);
      let value = start;
      for (const [step, choice] of recipe.steps) {
        const next = steps[step]!(value, feeding, choice);
        if (next.size <= 400 * block) value = next;
      }
      const [slope] = gradients(value.square().mean(), [start]);
      const [curve] = gradients(slope!.mul(feeding.drawn(recipe.shape)).sum(), [start]);
      const outputs = [value, slope!, curve!];
      const expected = interpret(outputs, feeding.feeds);
      const actual = await evaluate(outputs, typedFeeds(outputs, feeding.feeds), { layout });
      expected.forEach((wanted, index) => {
        const what = ["value", "first gradient", "second gradient"][index]!;
        expectAgreement(actual[index]!, wanted, TOLERANCE, what);
      });
    }),
    { seed: 3, numRuns: runs },
  );
}

describe("random graphs have the values and gradients of the interpreter", () => {
  test("in the natural layout", () => expectAgreementOnGraphs("natural"));

  test("in the channel-major layout", () => expectAgreementOnGraphs("channel-major"));

  test("in the layout of this machine, images of few channels", async () =>
    expectAgreementOnGraphs(await imageLayout(nodeEngine, "cpu"), { runs: 75 }));

  test("in the layout of this machine, channels in whole blocks", async () => {
    const layout = await imageLayout(nodeEngine, "cpu");
    const block = typeof layout === "string" ? 16 : layout.block;
    await expectAgreementOnGraphs(layout, { shapes: blocks(block), block, runs: 75 });
  });
});
