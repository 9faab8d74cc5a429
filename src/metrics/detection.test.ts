import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import {
  alarmThreshold,
  areaUnderRoc,
  averagePrecision,
  precisionRecallCurve,
  rocCurve,
  shareAbove,
} from "./detection.ts";

type Curves = Record<
  "falseAlarmRates" | "detectionRates" | "thresholds" | "precisions" | "recalls" | "positives" | "negatives",
  Numbers
>;
const { detection } = reference<{
  detection: (Curves & { area: number; standardError: number; averagePrecision: number })[];
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

test("a threshold flags no more than was asked for, and as many as it can", () => {
  const scores = [4, 0, 7, 2, 9, 1, 3, 8, 6, 5];
  expect(alarmThreshold(scores, 0.25)).toEqual({ threshold: 7, falseAlarmRate: 0.2 });
  expect(alarmThreshold(scores, 0)).toEqual({ threshold: 9, falseAlarmRate: 0 });
  expect(alarmThreshold(scores, 0.9999999999999999)).toEqual({ threshold: 0, falseAlarmRate: 0.9 });
  expect(alarmThreshold([1, 5, 5, 5], 0.5)).toEqual({ threshold: 5, falseAlarmRate: 0 });
  const hundred = Array.from({ length: 100 }, (_, index) => index);
  for (let percent = 0; percent < 100; percent++)
    expect(alarmThreshold(hundred, percent / 100).falseAlarmRate).toBe(percent / 100);
  expect(shareAbove([1, 2, 3], 2)).toBe(1 / 3);
  expect(shareAbove([], 2)).toBeNaN();
});

test("what is no scores or no rate is refused", () => {
  expect(() => rocCurve({ positives: [], negatives: [1] })).toThrow("there must be scores of positives");
  expect(() => areaUnderRoc({ positives: [1], negatives: [0, Number.NaN] })).toThrow(
    "scores of negatives must be finite, and number 1 is NaN",
  );
  expect(() => alarmThreshold([1], 1)).toThrow(
    "a false-alarm rate must be a number from 0 to below 1, not 1",
  );
});
