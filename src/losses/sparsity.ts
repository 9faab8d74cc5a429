// Sparsity of codes: few of a code's units are active at a time.
//
//   absolute value   Σⱼ |hⱼ|, mean over the batch
//   divergence       Σⱼ KL(ρ ‖ ρ̂ⱼ) = Σⱼ ρ·log(ρ/ρ̂ⱼ) + (1 − ρ)·log((1 − ρ)/(1 − ρ̂ⱼ)),  ρ̂ⱼ the mean of hⱼ over the batch
//
// The second is between two coins, one that a unit should be and one that it is, and wants activations in [0, 1]
// (Ng 2011, "Sparse autoencoder").

import type { Tensor } from "../tensor/index.ts";

/** Means nearer to 0 or 1 than this count as this near, so that logarithms stay finite. */
const NEAREST = 1e-6;

/** Σⱼ |hⱼ| of codes [N, units], mean over the batch. */
export function absoluteSum(code: Tensor): Tensor {
  return code
    .abs()
    .sum()
    .mul(1 / code.shape[0]!);
}

/**
 * Σⱼ KL(ρ ‖ ρ̂ⱼ) in nats, of activations [N, units] in [0, 1].
 *
 * @param share ρ, the share of the examples for which a unit should be active, between 0 and 1
 */
export function activationDivergence(activations: Tensor, share: number): Tensor {
  const mean = activations.mean(0).clip(NEAREST, 1 - NEAREST);
  const constant = share * Math.log(share) + (1 - share) * Math.log(1 - share);
  const cross = mean
    .log()
    .mul(share)
    .add(
      mean
        .neg()
        .add(1)
        .log()
        .mul(1 - share),
    );
  return cross.neg().add(constant).sum();
}
