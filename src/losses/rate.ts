// What rounded codes cost in bits, as training sees it (Ballé, Laparra, Simoncelli 2017, "End-to-end optimized image
// compression"). Rounding to whole numbers has no slope, so uniform noise stands for it: ỹ = y + u, u ~ U(−½, ½). The
// density of ỹ is that of y blurred by the noise, and at whole numbers it is the probability of rounding to them,
//
//   R = Σᵢ −log₂ pᵢ(ỹᵢ),   pᵢ(ỹ) = Σₖ πᵢₖ·(F((ỹ + ½ − μᵢₖ)/sᵢₖ) − F((ỹ − ½ − μᵢₖ)/sᵢₖ)),   F(t) = 1/(1 + e⁻ᵗ)
//
// Here each number of a code has a mixture of logistic densities of its own, whose parameters are learnt with the rest.

import type { Tensor } from "../tensor/index.ts";

/** Log scales beyond are cut, and have no slope. */
const LOG_SCALES = [-6, 12] as const;

/** Parameters of each number's mixture, [numbers, components]. */
export interface LogisticMixtures {
  /** Before their softmax. */
  readonly weights: Tensor;
  readonly locations: Tensor;
  readonly logScales: Tensor;
}

/**
 * Bits [N] of noisy codes [N, numbers], or of whole numbers: −log₂ of their probability.
 *
 * @example
 * const bits = roundingRate(code.add(noise), mixtures).mean(); // an example
 */
export function roundingRate(code: Tensor, { weights, locations, logScales }: LogisticMixtures): Tensor {
  const [count, numbers] = code.shape as [number, number];
  const sharpness = logScales
    .clip(...LOG_SCALES)
    .neg()
    .exp();
  const distance = code.reshape([count, numbers, 1]).sub(locations);
  const upper = distance.add(0.5).mul(sharpness);
  const lower = distance.sub(0.5).mul(sharpness);
  // log(F(u) − F(l)) = log F(u) + log(1 − F(l)) + log(1 − exp(l − u)), of which no part loses digits in the tails.
  // Of a wide density u − l = 1/s is small, and the last is log(1/s) − 1/2s + ….
  const width = sharpness
    .less(0.01)
    .where(sharpness.log().sub(sharpness.mul(0.5)), sharpness.neg().exp().neg().add(1).log());
  const logMass = upper.neg().softplus().neg().sub(lower.softplus()).add(width);
  const bits = logMass
    .add(weights.logSoftmax())
    .logSumExp(2)
    .mul(-1 / Math.LN2);
  return bits.sum(1);
}
