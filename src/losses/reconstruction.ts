// Reconstruction losses: how far a reconstruction is from its example. All are positive and smaller is better.
//
// With D features an example x, its reconstruction y, and the mean over the batch:
//   mse   mean over features of (x − y)²
//   mae   mean over features of |x − y|
//   bce   mean over features of −x·log y − (1 − x)·log(1 − y), y the sigmoid of given logits
// Likelihoods (likelihoods.ts) sum over the features instead, as the evidence lower bound needs them.

import type { Tensor } from "../tensor/index.ts";

export type ReconstructionLoss = "mse" | "mae" | "bce";

/** Mean squared error over features and batch. */
export function meanSquaredError(x: Tensor, reconstruction: Tensor): Tensor {
  return reconstruction.sub(x).square().mean();
}

/** Mean absolute error over features and batch. */
export function meanAbsoluteError(x: Tensor, reconstruction: Tensor): Tensor {
  return reconstruction.sub(x).abs().mean();
}

/** Binary cross-entropy of x in [0, 1] under the sigmoid of logits, mean over features and batch. */
export function binaryCrossEntropy(x: Tensor, logits: Tensor): Tensor {
  return logits.softplus().sub(x.mul(logits)).mean();
}
