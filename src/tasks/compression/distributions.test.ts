import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { betaBinomialLogLikelihood, discretisedLogisticLogLikelihood } from "../../losses/index.ts";
import { evaluate } from "../../runtime/evaluate.ts";
import { input } from "../../tensor/index.ts";
import {
  bernoulli,
  betaBinomial,
  CODE_BITS,
  categorical,
  discretisedLogistic,
  middleOfBin,
  normalOverBins,
  uniform,
} from "./distributions.ts";
import { normalDistribution } from "./exact-functions.ts";
import { type Distribution, TOTAL } from "./rans.ts";

const frequencies = ({ symbols, cumulative }: Distribution) =>
  Array.from({ length: symbols }, (_, symbol) => cumulative(symbol + 1) - cumulative(symbol));

/** Whole frequencies, none 0, that add up. */
function expectWhole(distribution: Distribution): void {
  const { symbols, cumulative } = distribution;
  expect([cumulative(0), cumulative(symbols)]).toEqual([0, TOTAL]);
  for (let symbol = 0, before = 0; symbol < symbols; symbol++) {
    const end = cumulative(symbol + 1);
    if (!(Number.isInteger(end) && end > before)) expect([symbol, before, end]).toBe("rising whole numbers");
    before = end;
  }
}

const bits = (distribution: Distribution, symbol: number) =>
  Math.log2(TOTAL / (distribution.cumulative(symbol + 1) - distribution.cumulative(symbol)));

describe("distributions in whole numbers", () => {
  test("always add up, and leave no symbol out", () => {
    const parameter = (size: number) => fc.double({ min: -size, max: size, noNaN: true });
    fc.assert(
      fc.property(parameter(60), parameter(3), parameter(8), (logit, location, logScale) => {
        expectWhole(bernoulli(logit));
        expectWhole(discretisedLogistic(location, logScale));
      }),
      { seed: 1, numRuns: 200 },
    );
    fc.assert(
      fc.property(parameter(9), parameter(9), (logAlpha, logBeta) => {
        expectWhole(betaBinomial(logAlpha, logBeta));
      }),
      {
        seed: 3,
        numRuns: 100,
        examples: [
          [-9, 9],
          [9, -9],
          [9, 9],
          [-9, -9],
          [0, 0],
        ],
      },
    );
    fc.assert(
      fc.property(parameter(9), fc.double({ min: -6, max: 3, noNaN: true }), (mean, logDeviation) => {
        expectWhole(normalOverBins(mean, Math.exp(logDeviation)));
      }),
      { seed: 2, numRuns: 20 },
    );
    for (const weights of [[1], [0, 0, 1, 0], [1e-300, 1e300]]) expectWhole(categorical(weights));
    expectWhole(uniform(CODE_BITS));
  });

  test("of counts", () => {
    const quarter = frequencies(categorical([0, 1, 3]));
    expect(quarter[0]).toBe(1);
    expect(quarter[1]! / TOTAL).toBeCloseTo(0.25, 6);
    expect(frequencies(uniform(2))).toEqual([TOTAL / 4, TOTAL / 4, TOTAL / 4, TOTAL / 4]);
  });

  test("of a pixel of two levels", () => {
    for (const logit of [-3, 0, 1.5])
      expect(bits(bernoulli(logit), 1)).toBeCloseTo(Math.log2(1 + Math.exp(-logit)), 5);
  });

  const logistic = ["discretised logistic", discretisedLogisticLogLikelihood, discretisedLogistic] as const;
  const beta = ["beta-binomial", betaBinomialLogLikelihood, betaBinomial] as const;
  test.each([
    [...logistic, 0.5, -2.3],
    [...logistic, 0.1, -4],
    [...logistic, -0.3, -1],
    [...logistic, 1.02, -5],
    [...beta, -4, 2],
    [...beta, -9, 9],
    [...beta, -1, -2.5],
    [...beta, 3, 1],
    [...beta, 4, -9],
  ] as const)(
    "of a pixel of 256 levels, as the loss has it: %s",
    async (_, likelihood, distributionOf, first, second) => {
      const levels = [0, 1, 20, 128, 254, 255];
      const shape = [levels.length, 1];
      const [x, one, other] = ["x", "one", "other"].map((name) => input(name, shape));
      const [losses] = await evaluate([likelihood(x!, one!, other!)], {
        x: Float32Array.from(levels, (level) => level / 255),
        one: new Float32Array(levels.length).fill(first),
        other: new Float32Array(levels.length).fill(second),
      });
      const distribution = distributionOf(first, second);
      levels.forEach((level, index) => {
        const probability = Math.exp((losses!.data as Float32Array)[index]!);
        // All probabilities are raised by 2⁻²⁴, so that none is 0, and together lowered by 2⁻¹⁶.
        const expected = probability * (1 - 2 ** -16) + 2 ** -24;
        // The loss of a beta-binomial knows a probability to two parts in ten thousand.
        const tolerance = 1e-6 + (likelihood === betaBinomialLogLikelihood ? 1e-3 * expected : 0);
        expect(Math.abs(2 ** -bits(distribution, level) - expected)).toBeLessThan(tolerance);
      });
    },
  );

  test("bins of a code have equal masses under the prior", () => {
    const bins = 2 ** CODE_BITS;
    for (const bin of [0, 1, 5000, bins / 2, bins - 1])
      expect(normalDistribution(middleOfBin(bin))).toBeCloseTo((bin + 0.5) / bins, 13);
    const prior = frequencies(normalOverBins(0, 1));
    expect(Math.min(...prior)).toBeGreaterThanOrEqual(TOTAL / bins - 1);
    expect(Math.max(...prior)).toBeLessThanOrEqual(TOTAL / bins + 1);
  });

  test("a posterior has its own mean and deviation over the bins", () => {
    const [mean, deviation] = [0.7, 0.05];
    let [first, second] = [0, 0];
    for (const [bin, frequency] of frequencies(normalOverBins(mean, deviation)).entries()) {
      // Of what each bin gets for itself nothing is counted.
      const probability = (frequency - 1) / TOTAL;
      first += probability * middleOfBin(bin);
      second += probability * (middleOfBin(bin) - mean) ** 2;
    }
    expect(first).toBeCloseTo(mean, 2);
    expect(Math.sqrt(second)).toBeCloseTo(deviation, 3);
  });
});
