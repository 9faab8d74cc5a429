// Likelihoods: log p(x|z) of each example [N], in nats, the features of an example being independent given the
// decoder's output.
//
//   Bernoulli             Σ x·log σ(l) + (1 − x)·log(1 − σ(l)) = Σ x·l − softplus(l)              x in [0, 1]
//   Gaussian              −Σ (x − μ)²/(2σ²) + ½·log 2πσ²                                          σ a constant
//   discretised logistic  Σ log(F(x + ½w) − F(x − ½w)),  F(t) = σ((t − μ)/s),  w = 1/255          x in {0, w, …, 1}
//
// The discretised logistic (Kingma et al. 2016; Salimans et al. 2017) gives probabilities to the 256 levels of a pixel:
// each level has the mass of a bin around it, the lowest all that lies below it too, the highest all that lies above.
// With a and b the two ends of a bin under F, σ(a) − σ(b) = σ(a)·σ(−b)·(1 − exp(−w/s)), which has no difference of
// nearly equal numbers; so no bin is ever lost to rounding.

import type { Tensor } from "../tensor/index.ts";

/** The distance of two grey levels. */
const LEVEL = 1 / 255;
/** Log scales between these are told apart: below, a pixel is certain; above, all levels are as likely. */
export const LOG_SCALES = [-8, 1] as const;

/** Sums over all axes but the batch. */
const total = (x: Tensor) => x.flatten().sum(1);

/** log p(x) [N] under independent Bernoulli pixels, given logits of x's shape; also of grey values in [0, 1]. */
export function bernoulliLogLikelihood(x: Tensor, logits: Tensor): Tensor {
  return total(x.mul(logits).sub(logits.softplus()));
}

/** log p(x) [N] under Gaussians of one constant deviation around the mean. */
export function gaussianLogLikelihood(x: Tensor, mean: Tensor, deviation = 1): Tensor {
  const constant = 0.5 * Math.log(2 * Math.PI * deviation ** 2) * (x.size / x.shape[0]!);
  return total(mean.sub(x).square())
    .mul(-1 / (2 * deviation ** 2))
    .sub(constant);
}

/**
 * log p(x) [N] of pixels of 256 levels in [0, 1] under discretised logistics. Log scales count from −8 to 1 (a scale of
 * 1 is as wide as all levels); beyond, they are cut and have no slope.
 *
 * @param mean of x's shape, anywhere
 * @param logScale of x's shape, or of one that broadcasts to it
 */
export function discretisedLogisticLogLikelihood(x: Tensor, mean: Tensor, logScale: Tensor): Tensor {
  const sharpness = logScale
    .clip(...LOG_SCALES)
    .neg()
    .exp();
  const upper = x
    .sub(mean)
    .add(LEVEL / 2)
    .mul(sharpness);
  const lower = x
    .sub(mean)
    .sub(LEVEL / 2)
    .mul(sharpness);
  const below = upper.neg().softplus().neg();
  const above = lower.softplus().neg();
  const width = sharpness.mul(-LEVEL).exp().neg().add(1).log();
  const inner = below.add(above).add(width);
  const logMass = x.less(LEVEL / 2).where(below, x.greater(1 - LEVEL / 2).where(above, inner));
  return total(logMass);
}
