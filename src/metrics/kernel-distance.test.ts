import { expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { kernelDistance } from "./kernel-distance.ts";

const { kernel } = reference<{ kernel: { a: Numbers; b: Numbers; distance: number }[] }>("metrics");
const draw = (name: string, count: number): Float32Array =>
  randomStream(1, name).normal(0, new Float32Array(count));

test("agrees with scikit-learn's kernel", () => {
  for (const { a, b, distance } of kernel) {
    const found = kernelDistance(Float64Array.from(a.data), Float64Array.from(b.data), {
      dimensions: a.shape[1]!,
    });
    expect(Math.abs(found.distance / distance - 1)).toBeLessThan(1e-8);
    expect(found.blocks).toBe(1);
    expect(found.standardError).toBeNaN();
  }
});

test("worked out by hand", () => {
  // k(0, 1) = 1, k(2, 3) = 343, and across 1, 1, 27, 64.
  const { distance } = kernelDistance(Float32Array.of(0, 1), Float32Array.of(2, 3), { dimensions: 1 });
  expect(distance).toBeCloseTo(1 + 343 - (1 + 1 + 27 + 64) / 2, 10);
});

test("more rows than are multiplied at a time", () => {
  const [a, b] = [draw("a", 600), draw("b", 2 * 270)];
  const mean = (x: Float32Array, y: Float32Array): number => {
    let [sum, count] = [0, 0];
    for (let i = 0; i < x.length; i += 2)
      for (let j = 0; j < y.length; j += 2) {
        if (x === y && i === j) continue;
        sum += ((x[i]! * y[j]! + x[i + 1]! * y[j + 1]!) / 2 + 1) ** 3;
        count++;
      }
    return sum / count;
  };
  const { distance } = kernelDistance(a, b, { dimensions: 2 });
  expect(distance).toBeCloseTo(mean(a, a) + mean(b, b) - 2 * mean(a, b), 10);
});

test("blocks estimate the same, with an error that says how well", () => {
  // Features N(0, 1) and N(1, 1) of one dimension: k(x, y) = Σ binomial(3, n) xⁿ yⁿ, whose mean over pairs has the
  // moments of each: 1, μ, μ² + 1, μ³ + 3 μ.
  const expected = [1, 3, 3, 1].reduce(
    (sum, factor, power) => sum + factor * ([1, 0, 1, 0][power]! - [1, 1, 2, 4][power]!) ** 2,
    0,
  );
  const [a, b] = [draw("a", 20_000), draw("b", 20_200).map((value) => value + 1)];
  const { distance, standardError, blocks } = kernelDistance(a, b, { dimensions: 1, blockSize: 400 });
  expect(blocks).toBe(50);
  expect(Math.abs(distance - expected)).toBeLessThan(3 * standardError);
  expect(standardError).toBeLessThan(expected / 20);
  const same = kernelDistance(a, draw("c", 20_000), { dimensions: 1, blockSize: 400 });
  expect(Math.abs(same.distance)).toBeLessThan(3 * same.standardError);
  // The order of the rows does not matter much: sorted ones are shuffled.
  const sorted = kernelDistance(a.toSorted(), b.toSorted(), { dimensions: 1, blockSize: 400 });
  expect(Math.abs(sorted.distance - expected)).toBeLessThan(3 * sorted.standardError);
});

test("too few rows and blocks are refused", () => {
  const two = Float32Array.of(1, 2);
  expect(() => kernelDistance(two, Float32Array.of(1), { dimensions: 1 })).toThrow(
    "features: at least 2 are needed, and there are 1",
  );
  expect(() => kernelDistance(two, two, { dimensions: 1, blockSize: 1 })).toThrow(
    "the size of a block must be a whole number from 2, not 1",
  );
});
