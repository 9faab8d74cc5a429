// A linear probe of codes (Alain, Bengio 2016, "Understanding intermediate layers using linear classifier probes"):
// multinomial logistic regression on training codes, and how often it is right on others. It says how much of the
// labels can be read off codes by planes alone.
//
// With standardised codes x (mean 0 and deviation 1 over the training codes, so that the codes' scale does not count),
// P(c | x) ∝ exp(wc·x + bc), and the penalty λ on the weights but not on b, it minimises
//
//   −Σ log P(label | x) + λ/2 ‖W‖²
//
// which scikit-learn calls C = 1/λ. (Of two classes scikit-learn has one row w instead of two, and so C = 2/λ.) The sum
// is convex; L-BFGS (Liu, Nocedal 1989) in float64 brings it to its minimum from W = 0, without any randomness.

import { UserError } from "../errors.ts";
import type { OnProgress } from "./distance-tiles.ts";
import { minimise } from "./minimise.ts";
import { axisMoments } from "./moments.ts";
import type { LabelledCodes } from "./neighbours.ts";
import { countFiniteRows, type Floats } from "./rows.ts";

/** P(c | x) of codes. */
export interface LogisticRegression {
  readonly latent: number;
  /** The labels, in rising order. */
  readonly classes: readonly number[];
  /** Of codes as they are, row-major [classes, latent]. */
  readonly weights: Float64Array;
  /** [classes]. */
  readonly biases: Float64Array;
  /** Steps until the minimum. */
  readonly steps: number;
}

export interface LogisticProbe {
  /** Share of held-out codes whose label has the highest probability, from 0 to 1. */
  readonly accuracy: number;
  /** The mean of −log P(label) of held-out codes, in nats; ∞ if a label is not among the training codes'. */
  readonly crossEntropy: number;
  /** The regression that was fitted. */
  readonly regression: LogisticRegression;
}

export interface LogisticOptions {
  readonly latent: number;
  /** λ; 1 unless given. */
  readonly penalty?: number;
  /** Told after each step; the total is the most steps there may be, and seldom reached. */
  readonly onProgress?: OnProgress;
}

/** Where the mean loss has no larger slope than this, its minimum is reached. */
const SLOPE = 1e-9;
const MOST_STEPS = 10_000;

/**
 * Fits a logistic regression to training codes and judges it by held-out ones. Tested to 10⁻⁶ against scikit-learn's
 * weights. A step takes a time that grows with codes · latent · classes; tens to hundreds are needed.
 *
 * @throws UserError if there are not as many labels as codes, fewer than two classes, codes that are not finite, or a
 * penalty that is not above 0
 * @example
 * const train = { codes: Float32Array.of(0, 1, 4, 5), labels: [3, 3, 7, 7] };
 * const heldOut = { codes: Float32Array.of(0.5, 2, 4.5, 6), labels: [3, 3, 7, 3] };
 * logisticProbe(train, heldOut, { latent: 1 }).accuracy; // 0.75
 */
export function logisticProbe(
  train: LabelledCodes,
  heldOut: LabelledCodes,
  options: LogisticOptions,
): LogisticProbe {
  const { latent } = options;
  const count = countLabelled(heldOut, latent, "held-out codes");
  const regression = fitLogisticRegression(train, options);
  let [right, sum] = [0, 0];
  const logits = new Float64Array(regression.classes.length);
  for (let example = 0; example < count; example++) {
    const total = logSumOfExponentials(regression, heldOut.codes, example, logits);
    const wanted = regression.classes.indexOf(heldOut.labels[example]!);
    sum += wanted < 0 ? Number.POSITIVE_INFINITY : total - logits[wanted]!;
    if (wanted >= 0 && logits.indexOf(Math.max(...logits)) === wanted) right++;
  }
  return { accuracy: right / count, crossEntropy: sum / count, regression };
}

/**
 * Fits a logistic regression; see {@link logisticProbe}.
 * Tested to 10⁻⁶ in closed form, and by {@link logisticProbe} against scikit-learn.
 *
 * @example
 * const codes = Float32Array.of(0, 1, 4, 5);
 * const { weights, biases } = fitLogisticRegression({ codes, labels: [3, 3, 7, 7] }, { latent: 1 });
 * -(biases[1]! - biases[0]!) / (weights[1]! - weights[0]!); // 2.5, where both classes are as likely
 */
export function fitLogisticRegression(train: LabelledCodes, options: LogisticOptions): LogisticRegression {
  const { latent, penalty = 1, onProgress } = options;
  const count = countLabelled(train, latent, "training codes");
  if (!(penalty > 0 && penalty < Number.POSITIVE_INFINITY))
    throw new UserError(`the penalty of a logistic regression must be a number above 0, not ${penalty}`);
  const classes = [...new Set(Array.from(train.labels))].sort((left, right) => left - right);
  if (classes.length < 2)
    throw new UserError(`a logistic regression needs at least 2 classes, and there is ${classes.length}`);
  const places = new Map(classes.map((label, place) => [label, place]));
  const labels = Int32Array.from(train.labels, (label) => places.get(label)!);
  const { mean, variance } = axisMoments(train.codes, latent);
  // A number that never changes tells nothing, and is left out.
  const factors = variance.map((value) => (value === 0 ? 0 : 1 / Math.sqrt(value)));
  const standardised = new Float64Array(latent);
  const logits = new Float64Array(classes.length);
  const biasesFrom = classes.length * latent;
  /** The loss by example at the weights and biases in `point`; its slopes go into `slopes`. */
  const loss = (point: Float64Array, slopes: Float64Array): number => {
    let sum = 0;
    slopes.fill(0);
    for (let example = 0; example < count; example++) {
      for (let axis = 0; axis < latent; axis++)
        standardised[axis] = (train.codes[example * latent + axis]! - mean[axis]!) * factors[axis]!;
      for (let place = 0; place < classes.length; place++) {
        let logit = point[biasesFrom + place]!;
        for (let axis = 0; axis < latent; axis++)
          logit += point[place * latent + axis]! * standardised[axis]!;
        logits[place] = logit;
      }
      const total = logSum(logits);
      sum += total - logits[labels[example]!]!;
      for (let place = 0; place < classes.length; place++) {
        const error = Math.exp(logits[place]! - total) - (place === labels[example]! ? 1 : 0);
        slopes[biasesFrom + place]! += error;
        for (let axis = 0; axis < latent; axis++)
          slopes[place * latent + axis]! += error * standardised[axis]!;
      }
    }
    for (let index = 0; index < biasesFrom; index++) {
      sum += (penalty / 2) * point[index]! ** 2;
      slopes[index]! += penalty * point[index]!;
    }
    for (let index = 0; index < slopes.length; index++) slopes[index]! /= count;
    return sum / count;
  };
  const { point, steps, converged } = minimise(loss, new Float64Array(classes.length * (latent + 1)), {
    slope: SLOPE,
    steps: MOST_STEPS,
    onStep: (done) => onProgress?.({ done, total: MOST_STEPS }),
  });
  if (!converged)
    throw new UserError(`the logistic regression found no minimum in ${steps} steps; try a larger penalty`);
  const weights = point.slice(0, biasesFrom).map((weight, index) => weight * factors[index % latent]!);
  const biases = point.slice(biasesFrom).map((bias, place) => {
    for (let axis = 0; axis < latent; axis++) bias -= weights[place * latent + axis]! * mean[axis]!;
    return bias;
  });
  return { latent, classes, weights, biases, steps };
}

/** Puts the logits of an example into `logits`, and returns log Σ exp of them. */
function logSumOfExponentials(
  { latent, weights, biases }: LogisticRegression,
  codes: Floats,
  example: number,
  logits: Float64Array,
): number {
  for (let place = 0; place < logits.length; place++) {
    let logit = biases[place]!;
    for (let axis = 0; axis < latent; axis++)
      logit += weights[place * latent + axis]! * codes[example * latent + axis]!;
    logits[place] = logit;
  }
  return logSum(logits);
}

function logSum(logits: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return largest + Math.log(sum);
}

function countLabelled({ codes, labels }: LabelledCodes, latent: number, what: string): number {
  const count = countFiniteRows(codes, latent, what);
  if (labels.length !== count)
    throw new UserError(`${count} ${what} need as many labels, not ${labels.length}`);
  return count;
}
