// How well scores tell positive examples from negative ones: anomalies from normal examples, members of a training set
// from others. A higher score means "more likely positive". A threshold flags the scores above it; a point of a curve
// counts those at least as high as its score.
//
// The receiver operating characteristic holds the rate of flagged positives against that of flagged negatives, the
// false alarms. The area under it is the chance that a positive scores higher than a negative, ties counting half:
//
//   A = mean over pairs of [p > n] + ½ [p = n]
//
// Its standard error is DeLong's, which assumes nothing of how scores are distributed (DeLong, DeLong, Clarke-Pearson
// 1988, "Comparing the areas under two or more correlated receiver operating characteristic curves"; by ranks as in
// Sun, Xu 2014, "Fast implementation of DeLong's algorithm"): with V₊(p) the share of negatives below p, ties counting
// half, and V₋(n) the share of positives above n,
//
//   SE² = var V₊ / positives + var V₋ / negatives, with the divisors count − 1
//
// It is 0 where the scores separate perfectly, whatever the counts: then it says nothing.
//
// Average precision is Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores from the highest, with the recall R and the precision
// P of what scores at least as high, without interpolation, as in scikit-learn. Unlike A it depends on how many
// positives there are among all: their share is what scores without meaning reach.

import { UserError } from "../errors.ts";

/** Scores of both kinds, higher for what is more likely positive; in any order. */
export interface Scores {
  readonly positives: ArrayLike<number>;
  readonly negatives: ArrayLike<number>;
}

/** A point for each distinct score, from the highest, after the one where nothing is flagged. */
export interface RocCurve {
  /** Share of negatives that score at least as high, from 0 to 1. */
  readonly falseAlarmRates: Float64Array;
  /** Share of positives that score at least as high, from 0 to 1. */
  readonly detectionRates: Float64Array;
  /** The scores; the first is ∞. */
  readonly thresholds: Float64Array;
}

/**
 * The receiver operating characteristic, exactly.
 *
 * @throws UserError if there are no scores of a kind, or one is not finite
 * @example
 * rocCurve({ positives: [3, 2], negatives: [2, 1] });
 * // { falseAlarmRates: [0, 0, 0.5, 1], detectionRates: [0, 0.5, 1, 1], thresholds: [∞, 3, 2, 1] }
 */
export function rocCurve(scores: Scores): RocCurve {
  const { thresholds, positives, negatives } = flagged(scores);
  return {
    falseAlarmRates: shares(negatives, scores.negatives.length),
    detectionRates: shares(positives, scores.positives.length),
    thresholds,
  };
}

export interface AreaUnderCurve {
  /** From 0 to 1; 0.5 for scores without meaning. */
  readonly area: number;
  /** DeLong's; 0 where scores separate perfectly, NaN with a single score of either kind. */
  readonly standardError: number;
}

/**
 * The area under the receiver operating characteristic, known as AUROC, exactly, and its standard error.
 *
 * @throws UserError as {@link rocCurve} does
 * @example
 * areaUnderRoc({ positives: [3, 2], negatives: [2, 1] }); // { area: 0.875, standardError: 0.176… }
 */
export function areaUnderRoc(scores: Scores): AreaUnderCurve {
  const { positives, negatives } = flagged(scores);
  const [all, others] = [scores.positives.length, scores.negatives.length];
  const steps = Array.from({ length: positives.length - 1 }, (_, step) => {
    const here = positives[step + 1]! - positives[step]!;
    const there = negatives[step + 1]! - negatives[step]!;
    // V₊ of the positives and V₋ of the negatives that have this score.
    const ofPositives = (others - negatives[step]! - there / 2) / others;
    const ofNegatives = (positives[step]! + here / 2) / all;
    return { here, there, ofPositives, ofNegatives };
  });
  let area = 0;
  for (const { here, ofPositives } of steps) area += (here * ofPositives) / all;
  let [variance, otherVariance] = [0, 0];
  for (const { here, there, ofPositives, ofNegatives } of steps) {
    variance += (here * (ofPositives - area) ** 2) / (all - 1);
    otherVariance += (there * (ofNegatives - area) ** 2) / (others - 1);
  }
  return { area, standardError: Math.sqrt(variance / all + otherVariance / others) };
}

/** A point for each distinct score, from the highest. */
export interface PrecisionRecallCurve {
  /** Share of positives among all that score at least as high. */
  readonly precisions: Float64Array;
  /** Share of positives that score at least as high. */
  readonly recalls: Float64Array;
  readonly thresholds: Float64Array;
}

/**
 * Precision against recall, exactly.
 *
 * @throws UserError as {@link rocCurve} does
 * @example
 * precisionRecallCurve({ positives: [3, 1], negatives: [2] });
 * // { precisions: [1, 0.5, 2 / 3], recalls: [0.5, 0.5, 1], thresholds: [3, 2, 1] }
 */
export function precisionRecallCurve(scores: Scores): PrecisionRecallCurve {
  const { thresholds, positives, negatives } = flagged(scores);
  return {
    precisions: positives.map((count, step) => count / (count + negatives[step]!)).subarray(1),
    recalls: shares(positives, scores.positives.length).subarray(1),
    thresholds: thresholds.subarray(1),
  };
}

/**
 * Average precision, from 0 to 1: the area under precision against recall, known as AUPRC, exactly.
 *
 * @throws UserError as {@link rocCurve} does
 * @example
 * averagePrecision({ positives: [3, 1], negatives: [2] }); // 1/2 · 1 + 1/2 · 2/3 = 0.833…
 */
export function averagePrecision(scores: Scores): number {
  const { precisions, recalls } = precisionRecallCurve(scores);
  return precisions.reduce(
    (sum, precision, step) => sum + precision * (recalls[step]! - (step === 0 ? 0 : recalls[step - 1]!)),
    0,
  );
}

export interface AlarmThreshold {
  /** What scores above it is flagged. */
  readonly threshold: number;
  /** The share of the given scores above it: the rate asked for, or the next one below that these can have. */
  readonly falseAlarmRate: number;
}

/**
 * The lowest of the scores of normal examples above which no more than the share `rate` of them lie. Take examples
 * that nothing was trained on. Of n of them m are above it, so a new normal example is expected to be flagged with
 * the chance (m + 1) / (n + 1), or less with ties: for few examples that is more than `rate`.
 *
 * @param rate the false-alarm rate, from 0 up to, not including, 1
 * @throws UserError for another rate, no scores, or one that is not finite
 * @example
 * alarmThreshold([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0.25); // { threshold: 7, falseAlarmRate: 0.2 }
 */
export function alarmThreshold(normal: ArrayLike<number>, rate: number): AlarmThreshold {
  if (!(rate >= 0 && rate < 1))
    throw new UserError(`a false-alarm rate must be a number from 0 to below 1, not ${rate}`);
  const sorted = falling(normal, "normal examples");
  // 0.29 · 100 is a little less than 29.
  const above = Math.floor(rate * sorted.length * (1 + Number.EPSILON));
  const threshold = sorted[Math.min(above, sorted.length - 1)]!;
  return { threshold, falseAlarmRate: shareAbove(sorted, threshold) };
}

/**
 * The share of scores above a threshold, from 0 to 1; NaN without scores. Of anomalies it is the detection rate.
 *
 * @example
 * shareAbove([1, 2, 3], 2); // 1 / 3
 */
export function shareAbove(scores: ArrayLike<number>, threshold: number): number {
  let above = 0;
  for (let index = 0; index < scores.length; index++) if (scores[index]! > threshold) above++;
  return above / scores.length;
}

/** How many of either kind score at least as high as each distinct score, from the highest, after none at ∞. */
interface Flagged {
  readonly thresholds: Float64Array;
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

function flagged(scores: Scores): Flagged {
  const positives = falling(scores.positives, "positives");
  const negatives = falling(scores.negatives, "negatives");
  const thresholds = [Number.POSITIVE_INFINITY];
  const counts: [number[], number[]] = [[0], [0]];
  let [positive, negative] = [0, 0];
  while (positive < positives.length || negative < negatives.length) {
    const score = Math.max(
      positives[positive] ?? Number.NEGATIVE_INFINITY,
      negatives[negative] ?? Number.NEGATIVE_INFINITY,
    );
    while (positives[positive] === score) positive++;
    while (negatives[negative] === score) negative++;
    thresholds.push(score);
    counts[0].push(positive);
    counts[1].push(negative);
  }
  return {
    thresholds: Float64Array.from(thresholds),
    positives: Float64Array.from(counts[0]),
    negatives: Float64Array.from(counts[1]),
  };
}

const shares = (counts: Float64Array, total: number): Float64Array => counts.map((count) => count / total);

/** The scores from the highest to the lowest. */
function falling(scores: ArrayLike<number>, what: string): Float64Array {
  const sorted = Float64Array.from(scores);
  if (sorted.length === 0) throw new UserError(`there must be scores of ${what}, and there are none`);
  const wrong = sorted.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0)
    throw new UserError(`scores of ${what} must be finite, and number ${wrong} is ${sorted[wrong]}`);
  return sorted.sort().reverse();
}
