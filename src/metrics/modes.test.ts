import { expect, test } from "vitest";
import { classCoverage, modeCoverage, reverseKl } from "./modes.ts";

test("counts modes that a sample of high quality is nearest to", () => {
  const centres = [0, 0, 1, 1, 2, 2];
  const samples = [0, 0.29, 1, 1, 1.01, 1, 1.5, 1.5];
  const { reverseKl: divergence, ...counts } = modeCoverage(samples, centres, {
    dimensions: 2,
    deviation: 0.1,
  });
  expect(counts).toEqual({ modes: 2, highQuality: 0.75 });
  // Of equally near centres the first: shares 1/4, 3/4, 0.
  expect(divergence).toBeCloseTo(0.25 * Math.log(0.75) + 0.75 * Math.log(2.25), 12);
});

test("samples that are no numbers are refused", () => {
  const one = { dimensions: 2, deviation: 0.1 };
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => modeCoverage([0, 0, bad, 0], [0, 0, 1, 1], one)).toThrow("finite, and row 1 is not");
});

test("no samples cover nothing", () => {
  expect(modeCoverage([], [0, 0], { dimensions: 2, deviation: 1 })).toEqual({
    modes: 0,
    highQuality: 0,
    reverseKl: Number.NaN,
  });
});

test("the divergence of modes goes from 0, all alike, to log(modes), one only", () => {
  const centres = [0, 10, 20, 30];
  const options = { dimensions: 1, deviation: 1 };
  expect(modeCoverage([0, 10, 20, 30], centres, options).reverseKl).toBe(0);
  expect(modeCoverage([30, 31, 99], centres, options).reverseKl).toBeCloseTo(Math.log(4), 12);
});

test("classes against real proportions", () => {
  const proportions = [0.5, 0.25, 0.125, 0.125];
  expect(classCoverage([0, 0, 0, 0, 1, 1, 2, 3], { classes: 4, proportions })).toEqual({
    modes: 4,
    reverseKl: 0,
  });
  const { modes, reverseKl: divergence } = classCoverage([2, 2, 1, 2], { classes: 4, proportions });
  expect(modes).toBe(2);
  expect(divergence).toBeCloseTo(0.75 * Math.log(6), 12);
  // A thousand modes, each once.
  expect(
    classCoverage(
      Int32Array.from({ length: 1000 }, (_, label) => label),
      { classes: 1000 },
    ),
  ).toEqual({
    modes: 1000,
    reverseKl: 0,
  });
});

test("what is generated and never real is infinitely far; what is real and never generated is not", () => {
  expect(reverseKl([0.5, 0.5], [1, 0])).toBe(Number.POSITIVE_INFINITY);
  expect(reverseKl([1, 0], [0.5, 0.5])).toBeCloseTo(Math.LN2, 12);
});

test("what is no histogram is refused", () => {
  expect(() => reverseKl([0.5, 0.4], [0.5, 0.5])).toThrow("generated shares must have the sum 1, not 0.9");
  expect(() => reverseKl([1, 0], [1.5, -0.5])).toThrow(
    "a share must be a number from 0, and a real one is -0.5",
  );
  expect(() => reverseKl([Number.NaN], [1])).toThrow("a generated one is NaN");
  expect(() => reverseKl([1], [0.5, 0.5])).toThrow("2 real shares need as many generated ones, not 1");
  expect(() => classCoverage([4], { classes: 4 })).toThrow(
    "a label of 4 classes is a whole number from 0 to 3, not 4",
  );
});
