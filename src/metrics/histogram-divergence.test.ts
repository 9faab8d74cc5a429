import { describe, expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { jensenShannon, kullbackLeibler, planeHistogram } from "./histogram-divergence.ts";

describe("a histogram of the plane", () => {
  test("counts by rows from the lowest, and outside apart", () => {
    const points = [-0.9, -0.9, 0.5, -0.5, 0.5, -0.1, -0.2, 0.7, 1, 0, 0, -3, Number.NaN, 0];
    // 1 itself is outside; so is what is no number.
    expect([...planeHistogram(points, { from: -1, to: 1, bins: 2 })]).toEqual([1, 2, 1, 0, 3]);
  });
});

describe("divergences", () => {
  test("are 0 of equal shares, whatever the counts", () => {
    expect(jensenShannon([1, 2, 1], [2, 4, 2])).toBe(0);
    expect(kullbackLeibler([3, 5], [3, 5])).toBe(0);
  });

  test("Jensen–Shannon is log 2 of what has nothing in common, and symmetric", () => {
    expect(jensenShannon([4, 0, 0], [0, 1, 1])).toBeCloseTo(Math.LN2, 12);
    const [p, q] = [
      [1, 3],
      [2, 2],
    ];
    // p = ¼, ¾; q = ½, ½; m = ⅜, ⅝
    const worked =
      (0.25 * Math.log(0.25 / 0.375) +
        0.75 * Math.log(0.75 / 0.625) +
        0.5 * Math.log(0.5 / 0.375) +
        0.5 * Math.log(0.5 / 0.625)) /
      2;
    expect(jensenShannon(p!, q!)).toBeCloseTo(worked, 12);
    expect(jensenShannon(q!, p!)).toBeCloseTo(worked, 12);
  });

  test("Kullback–Leibler adds half a sample to each bin", () => {
    expect(kullbackLeibler([3, 1], [1, 3])).toBeCloseTo(0.4 * Math.log(7 / 3), 12);
    const missed = kullbackLeibler([100, 100], [200, 0]);
    expect(missed).toBeCloseTo(0.5 * Math.log(100.5 / 200.5) + 0.5 * Math.log(100.5 / 0.5), 12);
  });

  test("tends to the divergence of the distributions", () => {
    // Two Gaussians of deviation 1, a unit apart: KL = ½.
    const of = (name: string, shift: number) =>
      randomStream(1, name)
        .normal(0, new Float32Array(400_000))
        .map((value, at) => value + (at % 2 === 0 ? shift : 0));
    const window = { from: -5, to: 6, bins: 22 };
    const [left, right] = [planeHistogram(of("a", 0), window), planeHistogram(of("b", 1), window)];
    expect(kullbackLeibler(left, right)).toBeGreaterThan(0.47);
    expect(kullbackLeibler(left, right)).toBeLessThan(0.51);
  });

  test("histograms that cannot be compared are refused in one line", () => {
    expect(() => jensenShannon([1, 2], [1])).toThrow("histograms of 2 and 1 bins cannot be compared");
    expect(() => jensenShannon([0, 0], [1, 1])).toThrow("without samples");
  });
});
