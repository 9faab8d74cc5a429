// How much a sample tells of the code that it was made from: a lower bound of the mutual information (Chen et al. 2016,
// eq. 4; Barber, Agakov 2003) by a distribution Q that guesses the code,
//
//   I(c; G(z, c)) ≥ E log Q(c|G(z, c)) + H(c)
//
// For one of k equally likely categories H is log k; for a number uniform in (−1, 1) it is log 2, and Q a Gaussian.

import type { Tensor } from "../tensor/index.ts";
import { crossEntropy } from "./classification.ts";

/** The least deviation that Q may claim: without one, a code that is recovered exactly would be worth infinitely much. */
const LEAST_LOG_DEVIATION = -4;

/** The bound for categories, in nats: logits [N, k] and the categories [N] of int32. */
export function categoricalInformation(logits: Tensor, categories: Tensor): Tensor {
  return crossEntropy(logits, categories).neg().add(Math.log(logits.shape[1]!));
}

/** The bound for codes [N, D] uniform in (−1, 1), in nats over all D, by Gaussians of some mean and log deviation. */
export function uniformInformation(
  { mean, logDeviation }: { readonly mean: Tensor; readonly logDeviation: Tensor },
  codes: Tensor,
): Tensor {
  const deviation = logDeviation.maximum(LEAST_LOG_DEVIATION);
  const distance = codes.sub(mean).div(deviation.exp());
  const logDensity = distance
    .square()
    .mul(-0.5)
    .sub(deviation)
    .sub(0.5 * Math.log(2 * Math.PI));
  return logDensity
    .sum(1)
    .mean()
    .add(codes.shape[1]! * Math.log(2));
}
