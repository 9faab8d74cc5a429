// Divergences between distributions of codes.

import type { Tensor } from "../tensor/index.ts";

/** A diagonal Gaussian for each example: mean and log σ², both [N, latent]. */
export interface Gaussian {
  readonly mean: Tensor;
  readonly logVariance: Tensor;
}

/**
 * KL(N(μ, σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² − log σ² − 1) for each code dimension, [N, latent], nats
 * (Kingma, Welling 2014, appendix B).
 */
export function standardNormalDivergence({ mean, logVariance }: Gaussian): Tensor {
  return mean.square().add(logVariance.exp()).sub(logVariance).sub(1).mul(0.5);
}

/** μ + σ·ε: a draw that gradients flow through (the reparameterisation trick, Kingma, Welling 2014). */
export function reparameterise({ mean, logVariance }: Gaussian, noise: Tensor): Tensor {
  return mean.add(logVariance.mul(0.5).exp().mul(noise));
}

/**
 * log p(z) − log q(z|x) [N] in nats for the draw z = μ + σ·ε: ½ Σ (ε² + log σ² − z²). Its mean over draws is
 * −KL(q ‖ p); a single one is what importance sampling weighs with (Burda et al. 2016).
 */
export function logPriorRatio(code: Gaussian, noise: Tensor): Tensor {
  const drawn = reparameterise(code, noise);
  return noise.square().add(code.logVariance).sub(drawn.square()).sum(1).mul(0.5);
}
