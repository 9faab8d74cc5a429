import { expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { densityCoverage, precisionRecall } from "./manifold.ts";

const document = reference<{
  manifolds: {
    k: number;
    real: Numbers;
    generated: Numbers;
    precision: number;
    recall: number;
    density: number;
    coverage: number;
  }[];
}>("quality");
const draw = (name: string, count: number): Float32Array =>
  randomStream(1, name).normal(0, new Float32Array(count));

test("agrees with scikit-learn's neighbours", () => {
  for (const { k, real, generated, ...expected } of document.manifolds) {
    const sets = [Float64Array.from(generated.data), Float64Array.from(real.data)] as const;
    const found = {
      ...precisionRecall(...sets, { dimensions: 3, k }),
      ...densityCoverage(...sets, { dimensions: 3, k }),
    };
    for (const name of ["precision", "recall", "density", "coverage"] as const)
      expect(found[name], name).toBeCloseTo(expected[name], 8);
  }
});

test("three samples and three examples by hand", () => {
  // The balls of real examples have the radius 1, those of samples 1, 1 and 8: 9 ± 8 holds 1.5 and 2.5.
  const [generated, real] = [Float32Array.of(0, 1, 9), Float32Array.of(0.5, 1.5, 2.5)];
  expect(precisionRecall(generated, real, { dimensions: 1, k: 1 })).toEqual({ precision: 2 / 3, recall: 1 });
  // 0 lies in one ball, 1 in two, 9 in none; nobody is near 2.5.
  expect(densityCoverage(generated, real, { dimensions: 1, k: 1 })).toEqual({ density: 1, coverage: 2 / 3 });
});

test("samples of the same distribution, of a part of it, and of another", () => {
  const [real, same] = [draw("real", 2000), draw("same", 2000)];
  const options = { dimensions: 2 };
  const fair = { ...precisionRecall(same, real, options), ...densityCoverage(same, real, options) };
  // With k = 5, a coverage of 1 − 2⁻⁵ is expected, and a density of 1.
  expect(Math.abs(fair.coverage - (1 - 2 ** -5))).toBeLessThan(0.015);
  expect(Math.abs(fair.density - 1)).toBeLessThan(0.05);
  expect(Math.abs(fair.precision - fair.recall)).toBeLessThan(0.05);
  const part = same.map((value, index) => (index % 2 === 0 ? Math.abs(value) : value));
  expect(densityCoverage(part, real, options).coverage).toBeLessThan(0.6);
  expect(precisionRecall(part, real, options).recall).toBeLessThan(0.6);
  const far = same.map((value) => value + 50);
  expect(precisionRecall(far, real, options)).toEqual({ precision: 0, recall: 0 });
  expect(densityCoverage(far, real, options)).toEqual({ density: 0, coverage: 0 });
});

test("the surface belongs to a ball, however far from 0; progress reaches the total", () => {
  const real = Float64Array.of(1e6 + 0.1, 1e6 + 0.4);
  const calls: { done: number; total: number }[] = [];
  const onProgress = (progress: { done: number; total: number }) => calls.push({ ...progress });
  expect(precisionRecall(real, real, { dimensions: 1, k: 1, onProgress })).toEqual({
    precision: 1,
    recall: 1,
  });
  expect(calls).toEqual([
    { done: 2, total: 4 },
    { done: 4, total: 4 },
  ]);
  expect(densityCoverage(real, real, { dimensions: 1, k: 1 })).toEqual({ density: 2, coverage: 1 });
});

test("too few of either are refused", () => {
  const [one, four] = [Float32Array.of(1), Float32Array.of(1, 2, 3, 4)];
  expect(() => precisionRecall(one, four, { dimensions: 1 })).toThrow(
    "generated samples: at least 4 are needed, and there are 1",
  );
  expect(() => densityCoverage(four, one, { dimensions: 1 })).toThrow(
    "real examples: at least 6 are needed, and there are 1",
  );
});
