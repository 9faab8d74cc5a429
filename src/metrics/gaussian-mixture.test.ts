import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { fitGaussianMixture, improveGaussianMixture } from "./fit-gaussian-mixture.ts";
import { type GaussianMixture, logDensity, sampleGaussianMixture } from "./gaussian-mixture.ts";
import { axisMoments, Moments } from "./moments.ts";

interface MixtureCase {
  readonly steps: number;
  readonly tolerance: number;
  readonly points: Numbers;
  readonly start: Numbers;
  readonly weights: Numbers;
  readonly means: Numbers;
  readonly covariances: Numbers;
  readonly logLikelihood: number;
  readonly logDensity: Numbers;
}

const { mixtures } = reference<{ mixtures: MixtureCase[] }>("metrics");
const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Components of unequal weight and width, the second a thin disc. */
const known: GaussianMixture = {
  dimensions: 2,
  weights: [0.5, 0.3, 0.2],
  means: [0, 0, 6, 0, 0, 8],
  covariances: [1, 0.5, 0.5, 1, 1, 0.99, 0.99, 1, 0.04, 0, 0, 4],
};

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("against scikit-learn, from the same start", () => {
  test.each(mixtures.map((row) => [row.steps, row] as const))("at most %i steps", (_, row) => {
    const points = Float64Array.from(row.points.data);
    const start = {
      dimensions: 3,
      weights: [0.5, 0.25, 0.25],
      means: row.start.data,
      covariances: [...identity, ...identity, ...identity],
    };
    const { mixture, logLikelihoods, converged } = improveGaussianMixture(points, start, {
      steps: row.steps,
      tolerance: row.tolerance,
      floor: 1e-9,
    });
    // At the end of a long way both are as near to the maximum as the change of the likelihood shows it.
    const tolerance = row.steps > 100 ? 1e-5 : 1e-8;
    expect(converged).toBe(row.steps > 100);
    expect(Math.abs(logLikelihoods.at(-1)! - row.logLikelihood)).toBeLessThan(1e-8);
    for (const part of ["weights", "means", "covariances"] as const)
      expectAgreement({ shape: row[part].shape, data: mixture[part] }, row[part], tolerance, part);
    const density = logDensity(mixture, points.subarray(0, 8 * 3));
    expectAgreement({ shape: [8], data: density }, row.logDensity, tolerance, "log density");
  });
});

describe("density", () => {
  test("of one Gaussian in closed form", () => {
    const density = logDensity(
      { dimensions: 2, weights: [1], means: [1, 2], covariances: [4, 2, 2, 5] },
      Float64Array.of(1, 2, 3, 2),
    );
    // The determinant is 16, the inverse [5, −2; −2, 4] / 16.
    const peak = -Math.log(2 * Math.PI) - Math.log(16) / 2;
    expect(density[0]).toBeCloseTo(peak, 12);
    expect(density[1]).toBeCloseTo(peak - (5 * 2 ** 2) / 16 / 2, 12);
  });

  test("has the integral 1", () => {
    const grid: number[] = [];
    for (let x = -6; x < 12; x += 0.05) for (let y = -6; y < 20; y += 0.05) grid.push(x, y);
    const density = logDensity(known, Float64Array.from(grid));
    expect(density.reduce((sum, value) => sum + Math.exp(value), 0) * 0.05 ** 2).toBeCloseTo(1, 4);
  });

  test("does not vanish far away, and passes over components without weight", () => {
    const none = { ...known, weights: [1, 0, 0] };
    const [far] = logDensity(none, Float64Array.of(1e6, 0));
    expect(far! / (-(1e6 ** 2 / 0.75) / 2)).toBeCloseTo(1, 9);
  });

  test("a covariance that is none is refused", () => {
    const wrong = { ...known, covariances: [1, 0, 0, 1, 1, 2, 2, 1, 1, 0, 0, 1] };
    expect(() => logDensity(wrong, new Float32Array(2))).toThrow(
      "the covariance of component 1 is not positive definite",
    );
  });
});

describe("samples", () => {
  test("have the mixture's moments", () => {
    const samples = sampleGaussianMixture(known, 50_000, randomStream(1, "samples"));
    const moments = new Moments(2);
    moments.add(samples);
    const { mean, covariance } = moments.gaussian();
    // Σ π μ = (1.8, 1.6); Σ π (Σ + μ μᵀ) less its square.
    expectAgreement({ shape: [2], data: mean }, { shape: [2], data: [1.8, 1.6] }, 0.02);
    const expected = [
      0.5 + 0.3 * 37 + 0.2 * 0.04 - 1.8 ** 2,
      0.25 + 0.3 * 0.99 - 1.8 * 1.6,
      0.25 + 0.3 * 0.99 - 1.8 * 1.6,
      0.5 + 0.3 + 0.2 * 68 - 1.6 ** 2,
    ];
    expectAgreement({ shape: [2, 2], data: covariance }, { shape: [2, 2], data: expected }, 0.01);
  });

  test("are a function of stream and position", () => {
    const draw = (name: string, position: number) =>
      sampleGaussianMixture(known, 5, randomStream(1, name), position);
    expect(draw("a", 3)).toEqual(draw("a", 3));
    expect(draw("a", 3)).not.toEqual(draw("a", 4));
    expect(draw("a", 3)).not.toEqual(draw("b", 3));
    expect(sampleGaussianMixture(known, 0, randomStream(1, "a"))).toEqual(new Float32Array(0));
  });
});

describe("fit", () => {
  const codes = sampleGaussianMixture(known, 3000, randomStream(2, "codes"));
  const fitted = (rows: Float32Array, dimensions: number, components: number) =>
    fitGaussianMixture(rows, { dimensions, components, stream: randomStream(3, "fit"), tolerance: 1e-6 });

  test("finds the components that made the codes", () => {
    const { mixture, converged } = fitted(codes, 2, 3);
    expect(converged).toBe(true);
    const order = [0, 1, 2].sort((a, b) => mixture.weights[b]! - mixture.weights[a]!);
    order.forEach((component, place) => {
      expect(Math.abs(mixture.weights[component]! - known.weights[place]!)).toBeLessThan(0.03);
      // Within four standard errors of an estimate from as many codes.
      const count = 3000 * known.weights[place]!;
      const covariance = (i: number, j: number): number => known.covariances[place * 4 + i * 2 + j]!;
      for (const i of [0, 1]) {
        const besides = mixture.means[component * 2 + i]! - known.means[place * 2 + i]!;
        expect(Math.abs(besides)).toBeLessThan(4 * Math.sqrt(covariance(i, i) / count));
        for (const j of [0, 1]) {
          const error = Math.sqrt((covariance(i, i) * covariance(j, j) + covariance(i, j) ** 2) / count);
          const off = mixture.covariances[component * 4 + i * 2 + j]! - covariance(i, j);
          expect(Math.abs(off)).toBeLessThan(4 * error);
        }
      }
    });
    // On codes not seen, next to nothing is lost against the mixture that made them.
    const fresh = sampleGaussianMixture(known, 3000, randomStream(2, "codes"), 1);
    expect(mean(logDensity(known, fresh)) - mean(logDensity(mixture, fresh))).toBeLessThan(0.01);
  });

  test("the likelihood rises in every step, also where the floor is at work", () => {
    // A third dimension without width, one that repeats another, and more components than there are.
    const flat = Float32Array.from({ length: 1500 * 4 }, (_, index) => {
      const [row, axis] = [Math.floor(index / 4), index % 4];
      return axis === 2 ? 5 : codes[row * 2 + (axis % 2)]! * (axis === 3 ? -1 : 1);
    });
    for (const [rows, dimensions] of [
      [codes, 2],
      [flat, 4],
    ] as const) {
      const { mixture, logLikelihoods } = fitted(rows, dimensions, 7);
      expect(logLikelihoods.length).toBeGreaterThan(10);
      logLikelihoods.slice(1).forEach((value, step) => {
        expect(value - logLikelihoods[step]!, `step ${step}`).toBeGreaterThan(-1e-9);
      });
      expect(mean(logDensity(mixture, rows))).toBeCloseTo(logLikelihoods.at(-1)!, 10);
      expect(mixture.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    }
  });

  test("is the same whenever it is made, and after JSON", () => {
    const { mixture } = fitted(codes, 2, 3);
    expect(fitted(codes, 2, 3).mixture).toEqual(mixture);
    const read = JSON.parse(JSON.stringify(mixture)) as GaussianMixture;
    expect(logDensity(read, codes)).toEqual(logDensity(mixture, codes));
  });

  test("one component is the mean and the covariance", () => {
    const { mixture, logLikelihoods } = fitted(codes, 2, 1);
    const moments = new Moments(2);
    moments.add(codes);
    const { mean, covariance } = moments.gaussian();
    expectAgreement({ shape: [2], data: mixture.means }, { shape: [2], data: mean }, 1e-10);
    const scaled = covariance.map((value) => (value * 2999) / 3000);
    expectAgreement({ shape: [2, 2], data: mixture.covariances }, { shape: [2, 2], data: scaled }, 1e-10);
    expect(logLikelihoods.length).toBe(2);
  });

  test("a dimension without width gets the floor, and the others keep theirs", () => {
    const flat = codes.map((value, index) => (index % 2 === 0 ? value : 5));
    const options = { dimensions: 2, components: 1, stream: randomStream(3, "fit"), floor: 0.01 };
    const { covariances } = fitGaussianMixture(flat, options).mixture;
    const variance = axisMoments(flat, 2).variance[0]!;
    const expected = [variance, 0, 0, (0.01 * variance) / 2];
    expectAgreement({ shape: [2, 2], data: covariances }, { shape: [2, 2], data: expected }, 1e-12);
  });

  test("codes that have collapsed to few points, or to one", () => {
    const few = Float32Array.from({ length: 40 }, (_, index) => index % 4);
    for (const rows of [few, new Float32Array(40).fill(2)]) {
      const { mixture, logLikelihoods } = fitted(rows, 2, 5);
      expect(Number.isFinite(logLikelihoods.at(-1)!)).toBe(true);
      const samples = sampleGaussianMixture(mixture, 50, randomStream(1, "samples"));
      samples.forEach((value) => {
        expect(Math.abs(value - Math.round(value))).toBeLessThan(0.01);
      });
    }
  });

  test("what cannot be fitted is refused", () => {
    expect(() => fitted(Float32Array.of(1, 2), 2, 2)).toThrow(
      "codes: at least 2 are needed, and there are 1",
    );
    expect(() => fitted(Float32Array.of(1, Number.NaN), 2, 1)).toThrow(
      "codes must be finite, and row 0 holds NaN",
    );
    expect(() => improveGaussianMixture(codes, known, { floor: 0 })).toThrow(
      "the floor of a covariance must be above 0, not 0",
    );
  });
});
