import { expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { featureDistance, frechetDistance } from "./frechet.ts";

const { frechet } = reference<{
  frechet: { name: string; a: Numbers; b: Numbers; distance: number }[];
}>("metrics");

const gaussian = (mean: number[], covariance: number[]) => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance),
});

test.each(frechet.map((row) => [row.name, row] as const))("agrees with SciPy: %s", (_, row) => {
  const [a, b] = [Float64Array.from(row.a.data), Float64Array.from(row.b.data)];
  const dimensions = row.a.shape[1]!;
  expect(Math.abs(featureDistance(a, b, { dimensions }) - row.distance)).toBeLessThan(1e-7);
  expect(Math.abs(featureDistance(b, a, { dimensions }) - row.distance)).toBeLessThan(1e-7);
});

test("of diagonal covariances it is the sum over the axes", () => {
  const a = gaussian([1, 2], [4, 0, 0, 9]);
  const b = gaussian([1, 5], [1, 0, 0, 25]);
  expect(frechetDistance(a, b)).toBeCloseTo(3 ** 2 + (2 - 1) ** 2 + (3 - 5) ** 2, 12);
  expect(frechetDistance(a, a)).toBeCloseTo(0, 12);
});

test("of a Gaussian without width it is the distance of the means and the other's trace", () => {
  expect(frechetDistance(gaussian([0, 0], [0, 0, 0, 0]), gaussian([3, 4], [2, 1, 1, 2]))).toBeCloseTo(29, 12);
});

test("features of different dimensions are refused", () => {
  expect(() => frechetDistance(gaussian([0], [1]), gaussian([0, 0], [1, 0, 0, 1]))).toThrow(
    "features must have the same dimensions, not 1 and 2",
  );
});
