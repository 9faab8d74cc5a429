// Reconstruction losses: how far a reconstruction is from its example. All are positive and smaller is better.
//
// With D features an example x, its reconstruction y, and the mean over the batch:
//   mse   mean over features of (x − y)²
//   mae   mean over features of |x − y|
//   bce   mean over features of −x·log y − (1 − x)·log(1 − y), y the sigmoid of given logits
// Likelihoods sum over the features instead, in nats an example, as the evidence lower bound needs them:
//   Bernoulli    Σ −x·log σ(l) − (1 − x)·log(1 − σ(l)) = Σ softplus(l) − x·l        x in [0, 1]
//   Gaussian     Σ (x − μ)²/(2σ²) + ½·log 2πσ², σ a constant

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

/** −log p(x) under independent Bernoulli pixels, nats an example, mean over the batch. */
export function bernoulliNegativeLogLikelihood(x: Tensor, logits: Tensor): Tensor {
  const batch = x.shape[0]!;
  return logits
    .softplus()
    .sub(x.mul(logits))
    .sum()
    .mul(1 / batch);
}

/** −log p(x) under a Gaussian of constant deviation, nats an example, mean over the batch. */
export function gaussianNegativeLogLikelihood(x: Tensor, mean: Tensor, deviation = 1): Tensor {
  const batch = x.shape[0]!;
  const constant = 0.5 * Math.log(2 * Math.PI * deviation ** 2) * (x.size / batch);
  return mean
    .sub(x)
    .square()
    .sum()
    .mul(1 / (2 * deviation ** 2 * batch))
    .add(constant);
}
