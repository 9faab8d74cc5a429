import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import {
  areaUnderRoc,
  averagePrecision,
  averagePrecisionError,
  precisionRecallCurve,
  rocCurve,
} from "./detection.ts";

type Curves = Record<
  "falseAlarmRates" | "detectionRates" | "thresholds" | "precisions" | "recalls" | "positives" | "negatives",
  Numbers
>;
const { detection } = reference<{
  detection: (Curves & {
    area: number;
    standardError: number;
    averagePrecision: number;
    averagePrecisionError: number;
  })[];
}>("quality");

test.each(detection)("agrees with scikit-learn, and with DeLong's error from all pairs: case %#", (row) => {
  const scores = { positives: row.positives.data, negatives: row.negatives.data };
  const found = { ...rocCurve(scores), ...precisionRecallCurve(scores) };
  for (const name of ["falseAlarmRates", "detectionRates", "thresholds", "precisions", "recalls"] as const)
    expectAgreement({ shape: [found[name].length], data: found[name] }, row[name], 1e-8, name);
  expect(rocCurve(scores).thresholds[0]).toBe(Number.POSITIVE_INFINITY);
  const { area, standardError } = areaUnderRoc(scores);
  expect(area).toBeCloseTo(row.area, 8);
  expect(standardError).toBeCloseTo(row.standardError, 8);
  expect(averagePrecision(scores)).toBeCloseTo(row.averagePrecision, 8);
  // Both are estimates, of 20,000 and 5,000 redrawings: their own errors are 0.5 and 1 %.
  const error = averagePrecisionError(scores, { draws: 5000, stream: randomStream(0, "error") });
  expect(Math.abs(error / row.averagePrecisionError - 1)).toBeLessThan(0.04);
});

test("scores by hand", () => {
  const scores = { positives: [3, 2], negatives: [2, 1] };
  expect(rocCurve(scores)).toEqual({
    falseAlarmRates: Float64Array.of(0, 0, 0.5, 1),
    detectionRates: Float64Array.of(0, 0.5, 1, 1),
    thresholds: Float64Array.of(Number.POSITIVE_INFINITY, 3, 2, 1),
  });
  // V₊ is 1 and 3/4, V₋ 3/4 and 1: each has the variance 1/32.
  const { area, standardError } = areaUnderRoc(scores);
  expect(area).toBe(0.875);
  expect(standardError).toBeCloseTo(Math.sqrt(1 / 32), 12);
  const few = { positives: [3, 1], negatives: [2] };
  expect(precisionRecallCurve(few)).toEqual({
    precisions: Float64Array.of(1, 0.5, 2 / 3),
    recalls: Float64Array.of(0.5, 0.5, 1),
    thresholds: Float64Array.of(3, 2, 1),
  });
  expect(averagePrecision(few)).toBeCloseTo(5 / 6, 12);
});

test("scores that separate, that are the wrong way round, and that are all the same", () => {
  const [low, high] = [
    [1, 2, 3],
    [4, 5],
  ];
  expect(areaUnderRoc({ positives: high, negatives: low })).toEqual({ area: 1, standardError: 0 });
  expect(areaUnderRoc({ positives: low, negatives: high }).area).toBe(0);
  const equal = { positives: [1, 1], negatives: [1, 1, 1, 1, 1, 1] };
  expect(areaUnderRoc(equal)).toEqual({ area: 0.5, standardError: 0 });
  expect(averagePrecision(equal)).toBe(0.25);
  expect(averagePrecision({ positives: high, negatives: low })).toBe(1);
  expect(areaUnderRoc({ positives: [2], negatives: low }).standardError).toBeNaN();
});

test("normal scores at the distance d have the area Φ(d / √2), within its error", () => {
  const draw = (name: string) => randomStream(1, name).normal(0, new Float32Array(20_000));
  const { area, standardError } = areaUnderRoc({
    positives: draw("positives").map((score) => score + 1),
    negatives: draw("negatives"),
  });
  expect(Math.abs(area - 0.7602499389)).toBeLessThan(3 * standardError);
  expect(standardError).toBeLessThan(0.003);
});

test("the bootstrap's error of average precision by hand, and of scores that separate", () => {
  // Of 3 and 1 are redrawn: twice 3 (1), twice 1 (2/3), or both (5/6) with half of the chance.
  const stream = randomStream(3, "error");
  const few = { positives: [3, 1], negatives: [2] };
  expect(averagePrecisionError(few, { draws: 20_000, stream })).toBeCloseTo(Math.sqrt(1 / 72), 2);
  expect(averagePrecisionError(few, { stream })).toBe(averagePrecisionError(few, { stream }));
  expect(averagePrecisionError({ positives: [4, 5], negatives: [1, 2] }, { stream })).toBe(0);
  expect(() => averagePrecisionError(few, { draws: 1, stream })).toThrow("redrawings must be a whole number");
});

test("what is no scores or no rate is refused", () => {
  expect(() => rocCurve({ positives: [], negatives: [1] })).toThrow("there must be scores of positives");
  expect(() => areaUnderRoc({ positives: [1], negatives: [0, Number.NaN] })).toThrow(
    "scores of negatives must be finite, and number 1 is NaN",
  );
});
