import { expect, test } from "vitest";
import { splitTable } from "./anomaly-tables.js";
import { neighbourDistances, optionsOf, principalErrors } from "./anomaly-trials.js";

test("half of the normal rows are learnt from; the rest and the anomalies are the test", () => {
  const labels = Uint8Array.from({ length: 50 }, (_, row) => (row % 5 === 0 ? 1 : 0));
  const values = Float32Array.from({ length: 100 }, (_, index) => index);
  const { x_train: learnt, y_train: kinds, x_test: tried, y_test: truth } = splitTable(values, labels);
  expect([learnt.shape, tried.shape]).toEqual([
    [20, 2],
    [30, 2],
  ]);
  expect([...kinds.values].every((kind) => kind === 0)).toBe(true);
  expect([...truth.values].filter((kind) => kind === 1)).toHaveLength(10);
  // A row is two numbers that follow each other: none is in both, none is lost, and labels go with rows.
  const rowsOf = (/** @type {Float32Array} */ rows) =>
    [...rows].filter((_, place) => place % 2 === 0).map((value) => value / 2);
  expect([...rowsOf(learnt.values), ...rowsOf(tried.values)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, row) => row),
  );
  expect(rowsOf(tried.values).map((row) => labels[row])).toEqual([...truth.values]);
  expect(splitTable(values, labels)).toEqual(splitTable(values, labels));
});

test("baselines: distances from the line of the training rows, and from the fifth of them", () => {
  const learnt = Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5);
  const tried = Float32Array.of(9, 9, 2, 0, -1, -1);
  const errors = principalErrors(learnt, tried, { size: 2, components: 1 });
  [0, 2, 0].forEach((error, row) => {
    expect(errors[row]).toBeCloseTo(error, 10);
  });
  const distances = neighbourDistances(learnt, Float32Array.of(0, 0, 6, 6), 2);
  [4, 5].forEach((steps, row) => {
    expect(distances[row]).toBeCloseTo(steps * Math.SQRT2, 10);
  });
});

test("all models have the same sizes", () => {
  const sizes = { widths: [8, 4], latent: 2, batch: 16 };
  expect(optionsOf({ model: "contractive-autoencoder" }, sizes)).toEqual(sizes);
  expect(optionsOf({ model: "alad", widths: "criticWidths" }, sizes)).toEqual({
    architecture: "dense",
    ...sizes,
    criticWidths: [8],
  });
});
