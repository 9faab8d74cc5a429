// Penalties on derivatives: each is itself a gradient, so training with it differentiates twice.
//
//   gradient (WGAN-GP)   E[(‖∇ D(x̂)‖ − 1)²], x̂ = a·x + (1 − a)·G(z), a ~ U(0, 1)        (Gulrajani 2017, eq. 3)
//   contractive          E‖∂E(x)/∂x‖²_F                                                    (Rifai 2011, eq. 4)
//     exactly, one product with the Jacobian for each code dimension, or estimated from random projections:
//     E_v ‖vᵀ ∂E(x)/∂x‖² = ‖∂E(x)/∂x‖²_F for v ~ N(0, I)                                  (Hutchinson 1989)

import { constant, gradients, sizeOf, type Tensor } from "../tensor/index.ts";

/** Squared Euclidean norm of each example, [N]. */
export function squaredNorms(x: Tensor): Tensor {
  return x.flatten().square().sum(1);
}

/**
 * WGAN-GP's penalty (not yet weighted by its λ, 10 in the paper).
 *
 * @param critic scores of a batch, [N] or [N, 1]
 * @param mix one uniform number for each example, [N]
 */
export function gradientPenalty(
  critic: (x: Tensor) => Tensor,
  real: Tensor,
  generated: Tensor,
  mix: Tensor,
): Tensor {
  const share = mix.reshape([real.shape[0]!, ...real.shape.slice(1).map(() => 1)]);
  const between = real
    .mul(share)
    .add(generated.mul(share.neg().add(1)))
    .stopGradient();
  const [slope] = gradients(critic(between).sum(), [between]);
  // The root's own slope is infinite at 0: far below any slope that matters, a little more keeps it finite.
  return squaredNorms(slope!).add(1e-12).sqrt().sub(1).square().mean();
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
