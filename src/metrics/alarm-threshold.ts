// A threshold above which scores are flagged, from the scores of normal examples that nothing was trained on.
//
// With n such scores, s₀ ≥ s₁ ≥ … from the highest, the threshold is sₘ: a new normal example's score is as likely to
// have any place among all n + 1, so that it is above sₘ with the chance
//
//   (m + 1) / (n + 1)
//
// and less with ties, whatever the scores' distribution (conformal prediction: Vovk, Gammerman, Shafer 2005,
// "Algorithmic learning in a random world"). So a rate r takes at least 1/r − 1 examples. This chance is a mean over all
// sets of n examples. For the set at hand it follows the beta distribution of m + 1 and n − m, whose deviation is told
// too: it is the chance's own error.

import { UserError } from "../errors.ts";
import { falling } from "./detection.ts";

export interface AlarmThreshold {
  /** What scores above it is flagged. */
  readonly threshold: number;
  /** Normal examples that it was set by. */
  readonly count: number;
  /** How many of these are above it. */
  readonly flagged: number;
  /** The chance that a new normal example is above it; less with ties. */
  readonly falseAlarmRate: number;
  /** How far off this chance is for a set of so many examples: its deviation. */
  readonly deviation: number;
}

/**
 * The lowest threshold that a new normal example is above with a chance of at most `rate`.
 * Tested to 10⁻¹² by hand, and for its rate and deviation by many sets drawn anew.
 *
 * @param normal scores of normal examples that nothing was trained on
 * @param rate the false-alarm rate, between 0 and 1
 * @throws UserError for another rate, too few scores, or one that is not finite
 * @example
 * alarmThreshold([0, 1, 2, 3, 4, 5, 6, 7, 8], 0.25);
 * // { threshold: 7, count: 9, flagged: 1, falseAlarmRate: 0.2, deviation: 0.12… }
 */
export function alarmThreshold(normal: ArrayLike<number>, rate: number): AlarmThreshold {
  if (!(rate > 0 && rate < 1))
    throw new UserError(`a false-alarm rate must be a number between 0 and 1, not ${rate}`);
  const sorted = falling(normal, "normal examples");
  const count = sorted.length;
  // 0.29 · 100 is a little less than 29.
  const places = Math.floor(rate * (count + 1) * (1 + Number.EPSILON));
  if (places < 1) {
    const needed = Math.ceil((1 - Number.EPSILON) / rate) - 1;
    throw new UserError(
      `a false-alarm rate of ${rate} takes at least ${needed} held-out normal examples, and there are ${count}; ` +
        `with these it can be ${roundedUp(1 / (count + 1))} at least`,
    );
  }
  const falseAlarmRate = places / (count + 1);
  const threshold = sorted[places - 1]!;
  return {
    threshold,
    count,
    flagged: Math.round(shareAbove(sorted, threshold) * count),
    falseAlarmRate,
    deviation: Math.sqrt((falseAlarmRate * (1 - falseAlarmRate)) / (count + 2)),
  };
}

/** With three digits, and no less than it was. */
const roundedUp = (value: number): number => {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  return Number((Math.ceil(value / unit) * unit).toPrecision(3));
};

/**
 * The share of scores above a threshold, from 0 to 1; NaN without scores. Of anomalies it is the detection rate.
 * Tested exactly by hand.
 *
 * @example
 * shareAbove([1, 2, 3], 2); // 1 / 3
 */
export function shareAbove(scores: ArrayLike<number>, threshold: number): number {
  let above = 0;
  for (let index = 0; index < scores.length; index++) if (scores[index]! > threshold) above++;
  return above / scores.length;
}
