// Penalties on derivatives: each is itself a gradient, so training with it differentiates twice.
//
//   unit slope   E[(‖∇ D(x̂)‖ − 1)²]
//     at x̂ = a·x + (1 − a)·G(z), a ~ U(0, 1)          WGAN-GP   (Gulrajani 2017, eq. 3)
//     at x̂ = x + ½·std(x)·u, u ~ U(0, 1)              DRAGAN    (Kodali 2017)
//   zero slope   ½·E‖∇ D(x̂)‖²
//     at x̂ = x, or at x̂ = G(z)                        R1, R2    (Mescheder 2018, eq. 9)
//   contractive  E‖∂E(x)/∂x‖²_F                                 (Rifai 2011, eq. 4)
//     exactly, one product with the Jacobian for each code dimension, or estimated from random projections:
//     E_v ‖vᵀ ∂E(x)/∂x‖² = ‖∂E(x)/∂x‖²_F for v ~ N(0, I)       (Hutchinson 1989)

import { constant, gradients, sizeOf, type Tensor } from "../tensor/index.ts";

/** Squared Euclidean norm of each example, [N]. */
export function squaredNorms(x: Tensor): Tensor {
  return x.flatten().square().sum(1);
}

/** Scores of a batch, [N] or [N, 1], given all that a critic looks at. */
export type Score = (...seen: Tensor[]) => Tensor;

/** ‖∇ D‖² for each example [N], over all that the critic looks at together. */
function squaredSlopes(critic: Score, at: readonly Tensor[]): Tensor {
  const points = at.map((tensor) => tensor.stopGradient());
  return gradients(critic(...points).sum(), points)
    .map(squaredNorms)
    .reduce((sum, part) => sum.add(part));
}

/** E[(‖∇ D‖ − 1)²] at the given points (not weighted). */
export function unitSlopePenalty(critic: Score, at: readonly Tensor[]): Tensor {
  // The root's own slope is infinite at 0: far below any slope that matters, a little more keeps it finite.
  return squaredSlopes(critic, at).add(1e-12).sqrt().sub(1).square().mean();
}

/** ½·E‖∇ D‖² at the given points (not weighted). */
export function zeroSlopePenalty(critic: Score, at: readonly Tensor[]): Tensor {
  return squaredSlopes(critic, at).mean().mul(0.5);
}

/** Points between two batches: mix·first + (1 − mix)·second, mix [N]. */
export function between(first: Tensor, second: Tensor, mix: Tensor): Tensor {
  const share = mix.reshape([first.shape[0]!, ...first.shape.slice(1).map(() => 1)]);
  return first.mul(share).add(second.mul(share.neg().add(1)));
}

/** Points around a batch: x + ½·std(x)·spread, spread of x's shape from U(0, 1); std over the whole batch. */
export function around(x: Tensor, spread: Tensor): Tensor {
  const deviation = x.sub(x.mean()).square().mean().sqrt();
  return x.add(spread.mul(deviation.mul(0.5)));
}

/**
 * WGAN-GP's penalty (not yet weighted by its λ, 10 in the paper).
 *
 * @param mix one uniform number for each example, [N]
 */
export function gradientPenalty(critic: Score, real: Tensor, generated: Tensor, mix: Tensor): Tensor {
  return unitSlopePenalty(critic, [between(real, generated, mix)]);
}

/**
 * ‖∂ code/∂x‖²_F, mean over the batch, exactly: one vector–Jacobian product for each code dimension. Examples of
 * a batch must not influence each other's codes.
 */
export function jacobianNorm(code: Tensor, x: Tensor): Tensor {
  const [batch, dimensions] = code.shape as [number, number];
  let total: Tensor = constant(0);
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const unit = new Float32Array(dimensions);
    unit[dimension] = 1;
    const upstream = constant(unit, { shape: [1, dimensions] }).broadcastTo(code.shape);
    const [row] = gradients(code, [x], upstream);
    total = total.add(row!.square().sum());
  }
  return total.mul(1 / batch);
}

/**
 * The same, estimated without bias from random projections.
 *
 * @param projections standard normal numbers, [count, N, code dimensions]
 */
export function estimatedJacobianNorm(code: Tensor, x: Tensor, projections: Tensor): Tensor {
  const [count, batch] = projections.shape as [number, number];
  const size = sizeOf(code.shape);
  let total: Tensor = constant(0);
  for (let index = 0; index < count; index++) {
    const flat = projections.reshape([count, size]).slice([index, 0], [index + 1, size]);
    const [row] = gradients(code, [x], flat.reshape(code.shape));
    total = total.add(row!.square().sum());
  }
  return total.mul(1 / (batch * count));
}
