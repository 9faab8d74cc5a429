import { expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { duplicates } from "./duplicates.ts";

const document = reference<{
  duplicates: { real: Numbers; generated: Numbers; quantile: number; threshold: number; share: number }[];
}>("metrics");
const draw = (name: string, count: number): Float32Array =>
  randomStream(1, name).normal(0, new Float32Array(count));

test("agrees with scikit-learn's neighbours and NumPy's quantile", () => {
  for (const { real, generated, quantile, threshold, share } of document.duplicates) {
    const found = duplicates(Float64Array.from(generated.data), Float64Array.from(real.data), {
      dimensions: 3,
      quantile,
    });
    expect(found.threshold).toBeCloseTo(threshold, 7);
    expect(found.share).toBeCloseTo(share, 7);
  }
});

test("draws of the same distribution score about q, repeated ones 1, spread ones less", () => {
  const [real, generated] = [draw("real", 4000), draw("generated", 4000)];
  for (const quantile of [0.05, 0.5]) {
    const { share } = duplicates(generated, real, { dimensions: 4, quantile });
    expect(Math.abs(share - quantile)).toBeLessThan(0.025);
  }
  expect(duplicates(real, real, { dimensions: 4 }).share).toBeCloseTo(0.05, 2);
  const twice = generated.slice();
  twice.copyWithin(2000, 0, 2000);
  expect(duplicates(twice, real, { dimensions: 4 })).toMatchObject({ share: 1 });
  // Every fifth sample of the generator is one and the same.
  const often = generated.map((value, index) => (Math.floor(index / 4) % 5 === 0 ? 0.5 : value));
  expect(duplicates(often, real, { dimensions: 4 }).share).toBeGreaterThan(0.2);
  expect(duplicates(often, real, { dimensions: 4 }).share).toBeLessThan(0.3);
  expect(
    duplicates(
      generated.map((value) => 3 * value),
      real,
      { dimensions: 4 },
    ).share,
  ).toBeLessThan(0.01);
});

test("where real samples repeat exactly, so may generated ones", () => {
  const found = duplicates(Float32Array.of(1, 1, 5, 9), Float32Array.of(0, 0, 5, 9), {
    dimensions: 1,
    quantile: 0.25,
  });
  expect(found).toEqual({ share: 0.5, threshold: 0 });
});

test("other counts and quantiles are refused", () => {
  const [two, three] = [Float32Array.of(1, 2), Float32Array.of(1, 2, 3)];
  expect(() => duplicates(two, three, { dimensions: 1 })).toThrow(
    "there must be as many real samples as generated ones, 2, not 3",
  );
  expect(() => duplicates(two, two, { dimensions: 1, quantile: 2 })).toThrow(
    "a quantile must be a number from 0",
  );
});
