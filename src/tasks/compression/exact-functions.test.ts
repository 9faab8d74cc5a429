import { describe, expect, test } from "vitest";
import { exponential, normalDistribution, normalQuantiles, sigmoid } from "./exact-functions.ts";

describe("functions of the four operations alone", () => {
  test("the exponential", () => {
    for (const x of [-690, -50.3, -1, -1e-9, 0, 0.3465, 0.3467, 1, 7.25, 600]) {
      expect(exponential(x) / Math.exp(x)).toBeCloseTo(1, 12);
    }
    expect(exponential(-800)).toBe(0);
    expect(exponential(800)).toBe(Number.POSITIVE_INFINITY);
  });

  test("the sigmoid, also far out", () => {
    expect(sigmoid(0)).toBe(0.5);
    expect(sigmoid(2)).toBeCloseTo(0.8807970779778823, 14);
    expect([sigmoid(-1000), sigmoid(1000)]).toEqual([0, 1]);
  });

  test("the normal distribution as scipy.stats.norm.cdf has it", () => {
    const published = [
      [-10, 7.61985302416047e-24],
      [-5, 2.866515718791933e-7],
      [-3, 0.0013498980316300933],
      [-2.999, 0.0013543365337271057],
      [-0.5, 0.3085375387259869],
      [0, 0.5],
      [1.96, 0.9750021048517795],
    ] as const;
    for (const [x, probability] of published) expect(normalDistribution(x) / probability).toBeCloseTo(1, 11);
    expect([normalDistribution(-60), normalDistribution(60)]).toEqual([0, 1]);
  });

  test("quantiles have their probabilities, and mirror each other", () => {
    const quantiles = normalQuantiles(1024);
    expect(quantiles).toHaveLength(1023);
    quantiles.forEach((x, index) => {
      expect(normalDistribution(x)).toBeCloseTo((index + 1) / 1024, 14);
      expect(x).toBe(-quantiles[1022 - index]! + 0);
    });
    expect(normalQuantiles(4)[0]).toBeCloseTo(-0.6744897501960817, 14);
  });
});
