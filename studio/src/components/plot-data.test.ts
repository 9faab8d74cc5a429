import { expect, test } from "vitest";
import { finiteValues, linearRange, quantileRange, tableOf, wantsLogarithm } from "./plot-data.ts";

test("series of their own x share one table", () => {
  const table = tableOf([
    { name: "a", x: [1, 3], y: [10, 30] },
    { name: "b", x: [2, 3], y: [20, null], least: [19, null], most: [21, null] },
  ]);
  expect(table[0]).toEqual([1, 2, 3]);
  expect(table).toHaveLength(5);
  expect(table[1]![0]).toBe(10);
  expect(table[3]![1]).toBe(19);
});

test("what is to be shown beyond them is in the table too", () => {
  const table = tableOf([{ name: "a", x: [1, 2], y: [1, 2] }], [0, 5]);
  expect(table[0]).toEqual([0, 1, 2, 5]);
  expect(tableOf([])).toEqual([[]]);
});

test("a logarithm where all is positive and spans much", () => {
  expect(wantsLogarithm([1, 10, 100, 1000])).toBe(true);
  expect(wantsLogarithm([0, 10, 100, 1000])).toBe(false);
  expect(wantsLogarithm([1, 2, 3])).toBe(false);
  expect(wantsLogarithm([])).toBe(false);
});

test("a few values far off do not flatten the rest", () => {
  const values = Array.from({ length: 1000 }, (_, index) => index / 1000);
  const [low, high] = linearRange([...values, 1000]);
  expect(low).toBeLessThan(0);
  expect(high).toBeLessThan(2);
  expect(linearRange([5])).toEqual([4.5, 5.5]);
  expect(quantileRange([], 0.1)).toEqual([0, 1]);
});

test("what is not finite counts for nothing", () => {
  expect(finiteValues([{ name: "a", x: [1, 2, 3], y: [1, null, Number.NaN] }])).toEqual([1]);
});
