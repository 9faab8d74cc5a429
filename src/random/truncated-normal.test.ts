import { expect, test } from "vitest";
import { randomStream, truncatedNormal } from "./index.ts";

const draw = (bound: number, count: number) =>
  truncatedNormal(randomStream(3, "noise"), bound, new Float32Array(count));

test.each([
  // The deviations of normal distributions cut at the bound: √(1 − 2bφ(b) / (2Φ(b) − 1)).
  [2, 0.879626],
  [0.7, 0.391048],
  [0.1, 0.0576965],
])("within %d deviations they have a deviation of %d", (bound, deviation) => {
  const values = draw(bound, 20_000);
  expect(values.every((value) => Math.abs(value) <= bound)).toBe(true);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.02 * bound);
  expect(Math.abs(Math.sqrt(square) / deviation - 1)).toBeLessThan(0.02);
});

test("a shorter array is a prefix, and what lies within stays as it was drawn", () => {
  expect(draw(1, 1000).subarray(0, 300)).toEqual(draw(1, 300));
  const free = randomStream(3, "noise").normal(0, new Float32Array(300));
  draw(1, 300).forEach((value, index) => {
    if (Math.abs(free[index]!) <= 1) expect(value).toBe(free[index]);
  });
});

test.each([0, -1, Number.NaN, 0.001])("%d is no bound", (bound) => {
  expect(() => draw(bound, 1)).toThrow(/at least 0.01/);
});
