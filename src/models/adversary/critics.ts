// What a critic is: layers that end in a score, whose last hidden layer gives the features by which samples can be
// compared (feature matching, reconstruction in the critic's eyes).

import {
  dense,
  type Initialiser,
  type Layer,
  minibatchDeviation,
  outputsOf,
  type Scope,
  spectrallyNormalised,
} from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import type { AdversarialSettings } from "./options.ts";

/** What a critic says of a batch: tensors whose first axis counts the examples. */
export interface Judgement {
  /** Raw scores (logits), [N, 1], or [N, patches] of a critic that judges patches; higher for what looks real. */
  readonly score: Tensor;
  /** The last hidden layer, [N, features]. */
  readonly features: Tensor;
}

export type CriticSettings = Pick<AdversarialSettings, "spectralNorm" | "minibatchDeviation">;

/** A critic made of a trunk that ends in features [N, F], and a dense layer for the score. */
export function criticOf(
  trunk: readonly Layer[],
  options: CriticSettings,
  head: { readonly kernelInitialiser?: Initialiser } = {},
): (scope: Scope, x: Tensor) => Judgement {
  const layers = [
    ...trunk,
    ...(options.minibatchDeviation ? [minibatchDeviation()] : []),
    dense({ units: 1, ...head }),
  ];
  return (scope, x) => {
    const [features, score] = outputsOf(layers, x, criticScope(scope, options)).slice(-2);
    return { score: score!, features: features! };
  };
}

/**
 * Whether a critic normalises its batches. Not where its smoothness is seen to otherwise: a penalty is on each
 * example's own slope (Gulrajani et al. 2017, section 4), and normalisation undoes what spectral normalisation has
 * divided by. Weights that are cut keep it (Arjovsky et al. 2017).
 */
export const normalises = ({
  penalty,
  spectralNorm,
}: Pick<AdversarialSettings, "penalty" | "spectralNorm">): boolean =>
  !spectralNorm && (penalty === "none" || penalty === "clip");

/** The scope in which a critic's layers find their weights. */
export function criticScope(scope: Scope, { spectralNorm }: Pick<CriticSettings, "spectralNorm">): Scope {
  return spectralNorm ? spectrallyNormalised(scope) : scope;
}
