import { expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { activeUnits, codeCollapse, distancesKept, distinctCodes, effectiveRank } from "./code-collapse.ts";

const { collapse } = reference<{
  collapse: {
    name: string;
    codes: Numbers;
    inputs: Numbers;
    effectiveRank: number;
    distanceCorrelation: number;
    distanceEvenness: number;
    deviation: number;
  }[];
}>("metrics");
const draw = (name: string, count: number): Float32Array =>
  randomStream(1, name).normal(0, new Float32Array(count));

test.each(collapse.map((row) => [row.name, row] as const))("agrees with NumPy and SciPy: %s", (_, row) => {
  const codes = Float64Array.from(row.codes.data);
  const inputs = Float64Array.from(row.inputs.data);
  const found = codeCollapse(codes, inputs, { latent: row.codes.shape[1]! });
  for (const measure of ["effectiveRank", "distanceCorrelation", "distanceEvenness", "deviation"] as const)
    expect(Math.abs(found[measure] - row[measure]), measure).toBeLessThan(1e-7);
});

test("codes that are all equal have collapsed by every measure", () => {
  const codes = new Float32Array(3 * 100).fill(0.1);
  expect(codeCollapse(codes, draw("inputs", 500), { latent: 3 })).toEqual({
    effectiveRank: 0,
    activeUnits: 0,
    distinctCodes: 0.01,
    distanceCorrelation: 0,
    distanceEvenness: 0,
    deviation: 0,
    spread: 0,
  });
});

test("codes that are their inputs have not, in any scale and place", () => {
  const inputs = draw("inputs", 200 * 8);
  for (const [scale, offset] of [
    [1, 0],
    [2 ** -20, 0],
    [1024, 4096],
  ] as const) {
    const codes = Float64Array.from(inputs, (value) => value * scale + offset);
    const found = codeCollapse(codes, inputs, { latent: 8 });
    expect(found.effectiveRank).toBeGreaterThan(7.9);
    expect(found.effectiveRank).toBeLessThanOrEqual(8);
    expect(found.activeUnits).toBe(1);
    expect(found.distinctCodes).toBe(1);
    expect(found.distanceCorrelation).toBeCloseTo(1, 10);
    expect(found.distanceEvenness).toBeCloseTo(1, 10);
    expect(found.deviation / scale).toBeCloseTo(1, 1);
  }
});

test("codes that are longer than there are of them have the rank that their covariance says", () => {
  // The same numbers, with 40 units that never change: a covariance of 48 axes, and products of 20 codes.
  const short = draw("long", 20 * 8);
  const long = new Float32Array(20 * 48).fill(3);
  for (let row = 0; row < 20; row++) long.set(short.subarray(row * 8, row * 8 + 8), row * 48 + 5);
  expect(effectiveRank(long, { latent: 48 })).toBeCloseTo(effectiveRank(short, { latent: 8 }), 9);
  expect(effectiveRank(new Float32Array(20 * 48).fill(3), { latent: 48 })).toBe(0);
});

test("feature maps of thousands of numbers are no matter of minutes", () => {
  // 20,000 axes would be a covariance of 3 gigabytes.
  const rank = effectiveRank(draw("maps", 64 * 20_000), { latent: 20_000 });
  expect(rank).toBeGreaterThan(62);
  expect(rank).toBeLessThanOrEqual(63);
});

test("the effective rank counts directions used evenly, and those used less in part", () => {
  const cross = (a: number, b: number): Float32Array => Float32Array.of(a, 0, -a, 0, 0, b, 0, -b);
  expect(effectiveRank(cross(1, 1), { latent: 2 })).toBeCloseTo(2, 12);
  expect(effectiveRank(cross(1, 0), { latent: 2 })).toBeCloseTo(1, 12);
  // Shares 3/4 and 1/4.
  expect(effectiveRank(cross(3, 1), { latent: 2 })).toBeCloseTo(4 / 3 ** 0.75, 12);
  // A line across all units, far from 0.
  const line = Float64Array.from(
    { length: 300 },
    (_, index) => 1000 + Math.floor(index / 3) * ((index % 3) + 1),
  );
  expect(effectiveRank(line, { latent: 3 })).toBeCloseTo(1, 5);
});

test("units are active by their variance, against the prior's or the widest unit's", () => {
  // Deviations 2, 0.3, 0.15 and 0.05: variances 4, 0.09, 0.0225 and 0.0025.
  const codes = Float64Array.of(2, 0.3, 0.15, 0.05, -2, -0.3, -0.15, -0.05);
  expect(activeUnits(codes, { latent: 4, scale: "prior" })).toBe(0.75);
  expect(activeUnits(codes, { latent: 4, scale: "prior", threshold: 0.05 })).toBe(0.5);
  expect(activeUnits(codes, { latent: 4, scale: "widest" })).toBe(0.5);
  const small = codes.map((value) => value / 100);
  expect(activeUnits(small, { latent: 4, scale: "prior" })).toBe(0);
  expect(activeUnits(small, { latent: 4, scale: "widest" })).toBe(0.5);
});

test("codes are distinct if they are more than about a step of their deviation apart", () => {
  // Deviation 1, up to a thousandth.
  const codes = Float64Array.of(1, 1.001, -1, -1.001);
  expect(distinctCodes(codes, { latent: 1 })).toBe(0.5);
  expect(distinctCodes(codes, { latent: 1, step: 0.0001 })).toBe(1);
  expect(distinctCodes(codes, { latent: 2 })).toBe(1);
  expect(() => distinctCodes(codes, { latent: 1, step: 0 })).toThrow("the step of rounding must be above 0");
});

test("the evenness is the share of pairs that keep their distance where the others lose all of it", () => {
  // A triangle of equal sides: the code puts the third point on the second.
  const inputs = Float64Array.of(0, 0, 1, 0, 0.5, Math.sqrt(0.75));
  expect(distancesKept(Float64Array.of(0, 1, 1), inputs, { latent: 1 }).evenness).toBeCloseTo(2 / 3, 12);
  // Two equal inputs say nothing.
  const repeated = distancesKept(Float64Array.of(0, 2, 2, 6), Float64Array.of(0, 1, 1, 3), { latent: 1 });
  expect(repeated.evenness).toBeCloseTo(1, 12);
  expect(repeated.correlation).toBeCloseTo(1, 12);
});

test("a choice of pairs says nearly what all pairs say, and is always the same", () => {
  const inputs = draw("inputs", 300 * 3);
  const codes = Float32Array.from(
    { length: 600 },
    (_, index) => inputs[Math.floor(index / 2) * 3 + (index % 2)]!,
  );
  const all = distancesKept(codes, inputs, { latent: 2, pairs: 100_000 });
  const some = distancesKept(codes, inputs, { latent: 2, pairs: 10_000 });
  expect(Math.abs(some.correlation - all.correlation)).toBeLessThan(0.02);
  expect(Math.abs(some.evenness - all.evenness)).toBeLessThan(0.02);
  expect(all.correlation).toBeLessThan(0.95);
  expect(distancesKept(codes, inputs, { latent: 2, pairs: 10_000 })).toEqual(some);
});

test("inputs and codes must be as many", () => {
  const codes = new Float32Array(6);
  expect(() => distancesKept(codes, new Float32Array(4), { latent: 2 })).toThrow(
    "3 codes need as many inputs, and 4 numbers are no 3 rows",
  );
  expect(() => codeCollapse(codes, new Float32Array(6), { latent: 6 })).toThrow("at least 2 are needed");
});

test("spread tells codes that vary from codes around one point", () => {
  const spread = (...codes: number[]) =>
    codeCollapse(
      Float64Array.from(codes),
      Float64Array.from(codes, (_, at) => at),
      { latent: 1 },
    ).spread;
  expect(spread(-1, 1, -2, 2)).toBeCloseTo(1, 12);
  expect(spread(99, 101)).toBeCloseTo(1 / Math.sqrt(10_001), 12);
  expect(spread(5, 5)).toBe(0);
  expect(spread(0, 0)).toBe(0);
});
