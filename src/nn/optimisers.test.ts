// Optimisers against PyTorch (test/references/optimisers.py): ten steps each on a problem whose slopes differ by
// orders of magnitude.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { constant, gradients, input, type Tensor } from "../tensor/index.ts";
import { clipByNorm, type Optimiser, optimiserSchema, updateRule } from "./optimisers.ts";

const document = reference<{
  factors: [Numbers];
  targets: [Numbers];
  start: [Numbers];
  coupled: [Numbers];
  runs: { options: Optimiser; path: number[][] }[];
}>("optimisers");

const SIZE = document.start[0].data.length;
const FEEDS = {
  factors: Float32Array.from(document.factors[0].data),
  targets: Float32Array.from(document.targets[0].data),
  coupled: Float32Array.from(document.coupled[0].data),
};

/** Σ a·(w − t)⁴/4 + (Σ c·w)²/2 */
function problem(weights: Tensor): Tensor {
  const away = weights
    .sub(input("targets", [SIZE]))
    .square()
    .square();
  const joint = weights
    .mul(input("coupled", [SIZE]))
    .sum()
    .square();
  return away
    .mul(input("factors", [SIZE]))
    .sum()
    .mul(0.25)
    .add(joint.mul(0.5));
}

/** Weights after each step. */
async function follow(optimiser: Optimiser, steps: number): Promise<number[][]> {
  const rule = updateRule(optimiser);
  const weights = input("weights", [SIZE]);
  const slots = Object.fromEntries(rule.slots.map((slot) => [slot, input(slot, [SIZE])]));
  const slope = gradients(problem(weights), [weights]);
  const [clipped] = optimiser.clipNorm === undefined ? slope : clipByNorm(slope, optimiser.clipNorm);
  const next = rule.update(weights, clipped!, slots, input("step", []));
  expect(Object.keys(next.slots).sort()).toEqual([...rule.slots].sort());
  let values = [
    Float32Array.from(document.start[0].data),
    ...rule.slots.map((): Float32Array => new Float32Array(SIZE)),
  ];
  const path: number[][] = [];
  for (let step = 1; step <= steps; step++) {
    const results = await evaluate([next.weight, ...rule.slots.map((slot) => next.slots[slot]!)], {
      ...FEEDS,
      weights: values[0]!,
      ...Object.fromEntries(rule.slots.map((slot, index) => [slot, values[index + 1]!])),
      step: Float32Array.of(step),
    });
    values = results.map(({ data }) => data as Float32Array);
    path.push(Array.from(values[0]!));
  }
  return path;
}

describe("PyTorch's steps", () => {
  test.each(document.runs.map((run) => [JSON.stringify(run.options), run] as const))("%s", async (_, run) => {
    const path = await follow(run.options, run.path.length);
    run.path.forEach((expected, step) => {
      expectAgreement(
        { shape: [SIZE], data: path[step]! },
        { shape: [SIZE], data: expected },
        2e-6,
        `step ${step + 1}`,
      );
    });
  });

  test("every kind is among them", () => {
    const kinds = new Set(document.runs.map(({ options }) => options.kind));
    expect([...kinds].sort()).toEqual(optimiserSchema.options.map(({ shape }) => shape.kind.value).sort());
  });
});

/** One update of single numbers. */
async function updateOf(optimiser: Optimiser, weight: number, slope: number, step: number, slots = [0, 0]) {
  const rule = updateRule(optimiser);
  const inputs = Object.fromEntries(rule.slots.map((slot) => [slot, input(slot, [1])]));
  const { weight: next } = rule.update(input("w", [1]), input("g", [1]), inputs, input("step", []));
  const [value] = await evaluate([next], {
    w: Float32Array.of(weight),
    g: Float32Array.of(slope),
    step: Float32Array.of(step),
    ...Object.fromEntries(rule.slots.map((slot, index) => [slot, Float32Array.of(slots[index]!)])),
  });
  return Number(value!.data[0]);
}

describe("Adam", () => {
  test.each([1e-3, 1, 1e6])("the first step is the learning rate, whatever the slope (%d)", async (slope) => {
    for (const beta2 of [0.9, 0.999, 0.9999, 0.99999]) {
      const moved = await updateOf({ kind: "adam", learningRate: 0.25, beta2, epsilon: 1e-12 }, 0, slope, 1);
      expect(moved / -0.25).toBeCloseTo(1, 5);
    }
  });

  test("a weight without slope stays, at the first step and when its moments have vanished", async () => {
    expect(await updateOf({ kind: "adam", learningRate: 0.1 }, 0.5, 0, 1)).toBe(0.5);
    expect(await updateOf({ kind: "adam", learningRate: 0.1 }, 0.5, 0, 100000)).toBe(0.5);
    // A slope whose square is below the smallest float32.
    expect(await updateOf({ kind: "adam", learningRate: 0.1 }, 0.5, 1e-25, 3)).toBe(0.5);
  });

  test("after very many steps the corrections are 1", async () => {
    // Moments of a slope that was always 2: first 2/(1 − β₁), second 4/(1 − β₂).
    const moved = await updateOf({ kind: "adam", learningRate: 0.125 }, 0, 2, 16_000_000, [20, 4000]);
    expect(moved).toBeCloseTo(-0.125, 6);
  });

  test("AdamW shrinks a weight without slope by η·λ", async () => {
    const options = { kind: "adamw", learningRate: 0.1, weightDecay: 0.25 } as const;
    expect(await updateOf(options, 2, 0, 1)).toBeCloseTo(2 * (1 - 0.025), 6);
  });
});

describe("options", () => {
  test("defaults are Keras's", () => {
    expect(optimiserSchema.parse({ kind: "adam", learningRate: 1 })).toEqual({
      kind: "adam",
      learningRate: 1,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
    });
    expect(optimiserSchema.parse({ kind: "adamw", learningRate: 1 })).toMatchObject({ weightDecay: 0.004 });
    expect(optimiserSchema.parse({ kind: "rmsprop", learningRate: 1 })).toMatchObject({
      rho: 0.9,
      epsilon: 1e-7,
    });
    expect(optimiserSchema.parse({ kind: "sgd", learningRate: 1 })).toMatchObject({
      momentum: 0,
      nesterov: false,
    });
  });

  test.each([
    { kind: "adam", learningRate: 0 },
    { kind: "adam", learningRate: 1, beta1: 1 },
    { kind: "adam", learningRate: 1, epsilon: 0 },
    { kind: "sgd", learningRate: 1, momentum: -0.1 },
    { kind: "sgd", learningRate: 1, clipNorm: 0 },
    { kind: "rmsprop", learningRate: 1, beta1: 0.5 },
    { kind: "adagrad", learningRate: 1 },
  ])("%j is refused", (options) => {
    expect(() => updateRule(options as Optimiser)).toThrow();
  });
});

describe("clipByNorm", () => {
  const clipped = async (limit: number, first: number[], second: number[]) => {
    const results = await evaluate(clipByNorm([input("a", [2]), input("b", [1, 1])], limit), {
      a: Float32Array.from(first),
      b: Float32Array.from(second),
    });
    return results.map(({ data }) => Array.from(data, Number));
  };

  test("scales all gradients together to the norm", async () => {
    // The norm of (2, −3) and (6) is 7.
    const [a, b] = await clipped(3.5, [2, -3], [6]);
    expect(a![0]).toBeCloseTo(1, 6);
    expect(a![1]).toBeCloseTo(-1.5, 6);
    expect(b![0]).toBeCloseTo(3, 6);
  });

  test("leaves what is short enough, and zeros", async () => {
    expect(await clipped(7, [2, -3], [6])).toEqual([[2, -3], [6]]);
    expect(await clipped(100, [2, -3], [6])).toEqual([[2, -3], [6]]);
    expect(await clipped(1, [0, 0], [0])).toEqual([[0, 0], [0]]);
  });
});

describe("halving", () => {
  const kinds: Optimiser[] = [
    { kind: "sgd", learningRate: 0.25 },
    { kind: "sgd", learningRate: 0.25, momentum: 0.5, nesterov: true },
    { kind: "rmsprop", learningRate: 0.25 },
    { kind: "adam", learningRate: 0.25 },
    { kind: "adamw", learningRate: 0.25, weightDecay: 0.5 },
  ];

  test.each(kinds)(
    "%o: each move is the full one times 2^(−max(t − 1 − after, 0)/every)",
    async (optimiser) => {
      const [weight, gradient, step] = [input("weight", [1]), input("gradient", [1]), input("step", [])];
      const move = (of: Optimiser) => {
        const rule = updateRule(of);
        const slots = Object.fromEntries(rule.slots.map((slot) => [slot, constant(0.5, { shape: [1] })]));
        return rule.update(weight, gradient, slots, step).weight.sub(weight);
      };
      const moves = [move(optimiser), move({ ...optimiser, halving: { every: 4, after: 10 } })];
      const factors: number[] = [];
      for (const at of [1, 11, 15, 21]) {
        const [full, slowed] = await evaluate(moves, {
          weight: Float32Array.of(1),
          gradient: Float32Array.of(3),
          step: Float32Array.of(at),
        });
        factors.push(Number(slowed!.data[0]) / Number(full!.data[0]));
      }
      expect(factors).toEqual([1, 1, 0.5, 2 ** -2.5].map((factor) => expect.closeTo(factor, 5)));
    },
  );

  test("wants a length of time", () => {
    for (const halving of [{ every: 0 }, { every: 5, after: -1 }])
      expect(optimiserSchema.safeParse({ kind: "adam", learningRate: 1, halving }).success).toBe(false);
  });
});
