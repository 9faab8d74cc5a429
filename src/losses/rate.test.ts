// The rate of noisy codes against its formula in float64, and against what probabilities must sum to.

import { expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input } from "../tensor/index.ts";
import { roundingRate } from "./rate.ts";

const [NUMBERS, COMPONENTS] = [2, 3];
const PARAMETERS = {
  weights: Float32Array.of(0, 0.5, -1, 2, 0, 0),
  locations: Float32Array.of(-3, 0.2, 4, 0, 0, 10),
  logScales: Float32Array.of(0, -2, 1.5, 0.3, -1, 2),
};
const mixtures = {
  weights: input("weights", [NUMBERS, COMPONENTS]),
  locations: input("locations", [NUMBERS, COMPONENTS]),
  logScales: input("logScales", [NUMBERS, COMPONENTS]),
};

/** By the formula. */
function bitsOf(code: ArrayLike<number>): number {
  const F = (t: number) => 1 / (1 + Math.exp(-t));
  let bits = 0;
  for (let number = 0; number < NUMBERS; number++) {
    const of = (values: Float32Array) => [...values.subarray(number * 3, number * 3 + 3)];
    const [weights, locations, logScales] = [
      PARAMETERS.weights,
      PARAMETERS.locations,
      PARAMETERS.logScales,
    ].map(of) as [number[], number[], number[]];
    const total = weights.reduce((sum, weight) => sum + Math.exp(weight), 0);
    let p = 0;
    for (let k = 0; k < COMPONENTS; k++) {
      const at = (edge: number) => F((code[number]! + edge - locations[k]!) / Math.exp(logScales[k]!));
      p += (Math.exp(weights[k]!) / total) * (at(0.5) - at(-0.5));
    }
    bits -= Math.log2(p);
  }
  return bits;
}

test("the rate is that of the formula", async () => {
  const codes = [
    [0, 0],
    [-2.7, 1.3],
    [6.5, -4],
    [0.49, 12],
  ];
  const code = input("code", [codes.length, NUMBERS]);
  const [rate] = await evaluate([roundingRate(code, mixtures)], {
    code: Float32Array.from(codes.flat()),
    ...PARAMETERS,
  });
  expect(rate!.shape).toEqual([codes.length]);
  for (const [index, row] of codes.entries()) expect(rate!.data[index]).toBeCloseTo(bitsOf(row), 4);
});

test("the probabilities of all whole numbers sum to one", async () => {
  const count = 401;
  // The second number stays at 0, whose bits are taken off.
  const codes = Float32Array.from({ length: 2 * count }, (_, index) =>
    index % 2 === 0 ? (index - count + 1) / 2 : 0,
  );
  const code = input("code", [count, NUMBERS]);
  const [rate] = await evaluate([roundingRate(code, mixtures)], { code: codes, ...PARAMETERS });
  const middle = (count - 1) / 2;
  const alone = bitsOf([0, 0]) - Number(rate!.data[middle]);
  expect(Math.abs(alone)).toBeLessThan(1e-4);
  const second = bitsOf([0, 0]) - firstBits();
  let sum = 0;
  for (const bits of rate!.data) sum += 2 ** -(Number(bits) - second);
  expect(sum).toBeCloseTo(1, 4);
});

/** Of the first number at 0. */
function firstBits(): number {
  const F = (t: number) => 1 / (1 + Math.exp(-t));
  const total = [0, 0.5, -1].reduce((sum, weight) => sum + Math.exp(weight), 0);
  const parts = [
    [0, -3, 0],
    [0.5, 0.2, -2],
    [-1, 4, 1.5],
  ].map(([weight, location, logScale]) => {
    const s = Math.exp(logScale!);
    return (Math.exp(weight!) / total) * (F((0.5 - location!) / s) - F((-0.5 - location!) / s));
  });
  return -Math.log2(parts.reduce((sum, part) => sum + part, 0));
}

test("wide densities keep their digits", async () => {
  // Of one wide logistic the probability at its middle is nearly 1 / 4s.
  for (const logScale of [3, 5, 8, 12]) {
    const wide = {
      weights: input("weights", [1, 1]),
      locations: input("locations", [1, 1]),
      logScales: input("logScales", [1, 1]),
    };
    const [rate] = await evaluate([roundingRate(input("code", [1, 1]), wide)], {
      code: Float32Array.of(0),
      weights: Float32Array.of(0),
      locations: Float32Array.of(0),
      logScales: Float32Array.of(logScale),
    });
    const s = Math.exp(logScale);
    expect(rate!.data[0]).toBeCloseTo(-Math.log2(Math.tanh(1 / (4 * s))), 4);
  }
});

test("codes far from all densities cost many bits, not infinitely many, and are pulled back", async () => {
  const code = input("code", [2, NUMBERS]);
  const rate = roundingRate(code, mixtures);
  const [bits, slope] = await evaluate([rate, gradients(rate.sum(), [code])[0]!], {
    code: Float32Array.of(1000, 0, -1000, 0),
    ...PARAMETERS,
  });
  for (const value of bits!.data) {
    expect(Number(value)).toBeGreaterThan(50);
    expect(Number(value)).toBeLessThan(2000);
  }
  expect(Number(slope!.data[0])).toBeGreaterThan(0);
  expect(Number(slope!.data[2])).toBeLessThan(0);
});
