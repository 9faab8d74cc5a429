// How strange examples are to a trained model, higher for what is strange. A model may have a score of its own, its
// role "anomaly"; others are judged by what they do anyway: rebuild, or tell real from generated.

import { UserError } from "../errors.ts";
import type { RoleName } from "../game/roles.ts";
import { squaredError } from "../metrics/squared-error.ts";

/** Ways to score, the first that a model has being the one it is scored by. */
export const anomalyScores = {
  anomaly: { needs: "anomaly", summary: "the model's own score" },
  reconstruction: { needs: "reconstruct", summary: "mean squared error of the reconstruction" },
  critic: { needs: "realness", summary: "the critic's score of what looks real, negated" },
} as const satisfies Readonly<Record<string, { readonly needs: RoleName; readonly summary: string }>>;

export type AnomalyScore = keyof typeof anomalyScores;

const NAMES = Object.keys(anomalyScores) as AnomalyScore[];

/**
 * The score to use for a model.
 *
 * @throws UserError where the model has not what it needs
 */
export function chooseAnomalyScore(
  model: string,
  roles: readonly RoleName[],
  wanted: AnomalyScore | undefined,
): AnomalyScore {
  const possible = NAMES.filter((name) => roles.includes(anomalyScores[name].needs));
  if (wanted === undefined) {
    if (possible[0] !== undefined) return possible[0];
    throw new UserError(
      `${model} cannot tell what is strange: it neither rebuilds examples nor judges them; it has ${roles.join(", ")}`,
    );
  }
  if (possible.includes(wanted)) return wanted;
  throw new UserError(
    `${model} has no anomaly score "${wanted}"; it has ${possible.length === 0 ? "none" : possible.join(", ")}`,
  );
}

type Apply = (role: RoleName, examples: Float32Array) => Promise<{ readonly data: Float32Array }>;

/** A score for each of `count` examples. */
export async function scoreAnomalies(
  apply: Apply,
  score: AnomalyScore,
  examples: Float32Array,
  count: number,
): Promise<Float32Array> {
  const { data } = await apply(anomalyScores[score].needs, examples);
  if (score === "anomaly") return data;
  if (score === "critic") return data.map((value) => -value);
  const size = examples.length / count;
  return Float32Array.from(
    { length: count },
    (_, index) => squaredError(examples, data, index * size, (index + 1) * size) / size,
  );
}
