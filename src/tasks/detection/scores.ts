// What can be told of how strange an example is, by what a model's roles allow: its own score, how badly it is rebuilt,
// what the critic says, and how unlikely its code is among the codes of training examples. Several of them are
// combined by bringing each to the scale that normal examples have which nothing was trained on:
//
//   A(x) = mean over scores s of (s(x) − μₛ) / σₛ,   μₛ and σₛ the mean and the deviation of s over held-out examples

import { UserError } from "../../errors.ts";
import type { RoleName } from "../../game/roles.ts";
import { axisMoments } from "../../metrics/moments.ts";
import { type AnomalyScore, anomalyScores } from "../../training/anomaly.ts";

export type DetectionScore = AnomalyScore | "code-density";

/** Scores of examples, higher for what is stranger; the first that a model has is the one it is scored by. */
export const detectionScores: Readonly<
  Record<DetectionScore, { readonly needs: RoleName; readonly summary: string }>
> = {
  ...anomalyScores,
  "code-density": { needs: "encode", summary: "how unlikely the code is, −log p in nats" },
};

/** Asks for all scores that a model has, together. */
export const COMBINED = "combined";

const NAMES = Object.keys(detectionScores) as DetectionScore[];

/**
 * The scores that are meant: one, or several to combine.
 *
 * @param wanted a name, names with plus signs between ("reconstruction+critic"), or "combined" for all that the model
 *   has; the model's first unless told
 * @throws UserError where the model has not what it needs
 */
export function chooseScores(
  model: string,
  roles: readonly RoleName[],
  wanted?: string,
): readonly DetectionScore[] {
  const possible = NAMES.filter((name) => roles.includes(detectionScores[name].needs));
  if (possible.length === 0)
    throw new UserError(
      `${model} cannot tell what is strange: it neither rebuilds examples nor judges them; it has ${roles.join(", ")}`,
    );
  if (wanted === undefined) return possible.slice(0, 1);
  if (wanted === COMBINED) return possible;
  const names = wanted.split("+").map((name) => name.trim());
  const missing = names.find((name) => !possible.includes(name as DetectionScore));
  if (missing !== undefined)
    throw new UserError(`${model} has no anomaly score "${missing}"; it has ${possible.join(", ")}`);
  return possible.filter((name) => names.includes(name));
}

/** What scores are, for people. */
export const summaryOf = (names: readonly DetectionScore[]): string =>
  names.length === 1 ? detectionScores[names[0]!].summary : `${names.join(" + ")}, standardised`;

/** What a combination of scores is made by: the mean and the deviation of each over held-out normal examples. */
export interface Standard {
  readonly mean: number;
  readonly deviation: number;
}

/** @throws UserError for scores that are not finite */
export function standardOf(heldOut: Float32Array): Standard {
  const { mean, variance } = axisMoments(heldOut, 1);
  // Where all are alike, any other is strange, but by no known scale.
  return { mean: mean[0]!, deviation: Math.sqrt(variance[0]!) || 1 };
}

/** The mean of standardised scores. */
export function combine(scores: readonly Float32Array[], standards: readonly Standard[]): Float32Array {
  return Float32Array.from({ length: scores[0]!.length }, (_, row) => {
    let sum = 0;
    scores.forEach((own, index) => {
      const { mean, deviation } = standards[index]!;
      sum += (own[row]! - mean) / deviation;
    });
    return sum / scores.length;
  });
}
