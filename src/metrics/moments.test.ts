import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { axisMoments, Moments, meanAndError } from "./moments.ts";

const { frechet } = reference<{ frechet: { a: Numbers; covariance: Numbers }[] }>("metrics");

test("moments agree with NumPy, in chunks of any size and far from 0", () => {
  for (const { a, covariance } of frechet)
    for (const [chunk, offset] of [
      [1, 0],
      [3, 1e6],
      [1000, -1e6],
    ] as const) {
      const dimensions = a.shape[1]!;
      const moments = new Moments(dimensions);
      for (let row = 0; row < a.shape[0]!; row += chunk)
        moments.add(
          Float64Array.from(
            a.data.slice(row * dimensions, (row + chunk) * dimensions),
            (value) => value + offset,
          ),
        );
      const { mean, covariance: found } = moments.gaussian();
      expect(moments.count).toBe(a.shape[0]);
      expectAgreement({ shape: covariance.shape, data: found }, covariance, 1e-8);
      const sum = a.data.reduce((total, value, index) => total + (index % dimensions === 0 ? value : 0), 0);
      expect(mean[0]).toBeCloseTo(offset + sum / a.shape[0]!, 8);
    }
});

test("moments of more rows than are gathered at a time", () => {
  const rows = randomStream(1, "rows").normal(0, new Float32Array(3 * 1000));
  const moments = new Moments(3);
  moments.add(rows);
  const { covariance } = moments.gaussian();
  const mean = [0, 1, 2].map(
    (axis) => rows.filter((_, index) => index % 3 === axis).reduce((a, b) => a + b) / 1000,
  );
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let row = 0; row < 1000; row++)
        sum += (rows[row * 3 + i]! - mean[i]!) * (rows[row * 3 + j]! - mean[j]!);
      expect(covariance[i * 3 + j]).toBeCloseTo(sum / 999, 10);
    }
});

test("a covariance of one row, rows that are not whole, and values that are not finite are refused", () => {
  const moments = new Moments(2);
  moments.add(Float32Array.of(1, 2));
  expect(() => moments.gaussian()).toThrow("a covariance needs at least 2 rows, and there are 1");
  expect(() => moments.add(Float32Array.of(1, 2, 3))).toThrow("features of 2 numbers a row must be whole");
  expect(() => moments.add(Float32Array.of(1, 2, 3, Number.NaN))).toThrow(
    "features must be finite, and row 1 holds NaN",
  );
});

test("each dimension by itself, and exactly 0 where rows are equal", () => {
  const { mean, variance } = axisMoments(Float64Array.of(1, 0.1, 2, 0.1, 6, 0.1), 2);
  expect([...mean]).toEqual([3, 0.1]);
  expect(variance[0]).toBeCloseTo(14 / 3, 12);
  expect(variance[1]).toBe(0);
});

test("a mean and its standard error", () => {
  const { mean, standardError } = meanAndError([1, 2, 3, 6]);
  expect(mean).toBe(3);
  expect(standardError).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
  expect(meanAndError([5])).toEqual({ mean: 5, standardError: Number.NaN });
});
