// Maximum mean discrepancy (Gretton et al. 2012): how far two distributions lie apart, from samples of both and a
// kernel k. Without bias, eq. 3, for x₁…x_n and y₁…y_m:
//
//   MMD² = 1/(n(n − 1)) Σ_{i≠j} k(xᵢ, xⱼ) + 1/(m(m − 1)) Σ_{i≠j} k(yᵢ, yⱼ) − 2/(nm) Σᵢⱼ k(xᵢ, yⱼ)
//
// It is below 0 now and then, where the distributions are the same. Kernels, each a sum over scales C:
//
//   inverse-multiquadratic   Σ_C C/(C + ‖x − y‖²)        heavy tails: codes far from the prior are still drawn to it
//   gaussian                 Σ_C exp(−‖x − y‖²/C)
//
// with C = 2·dimensions·{0.1, 0.2, 0.5, 1, 2, 5, 10}, 2·dimensions being the mean squared distance of two draws of
// N(0, I) (Tolstikhin et al. 2018, section 4).

import { ShapeError, type Tensor } from "../tensor/index.ts";

const SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10];

/** What a kernel makes of squared distances, for one scale. */
const kernels = {
  "inverse-multiquadratic": (distances, scale) =>
    distances
      .mul(1 / scale)
      .add(1)
      .reciprocal(),
  gaussian: (distances, scale) => distances.mul(-1 / scale).exp(),
} as const satisfies Record<string, (distances: Tensor, scale: number) => Tensor>;

export type Kernel = keyof typeof kernels;
export const kernelNames = Object.keys(kernels) as [Kernel, ...Kernel[]];

/**
 * MMD² without bias between two samples, for use as a loss: both [N, dimensions], of two rows at least.
 *
 * @throws ShapeError for samples that are no rows of one length, or fewer than two
 * @example
 * maximumMeanDiscrepancy(encoder(x), normal(batch, latent)); // 0 in expectation where codes are standard normal
 */
export function maximumMeanDiscrepancy(
  x: Tensor,
  y: Tensor,
  kernel: Kernel = "inverse-multiquadratic",
): Tensor {
  if (x.rank !== 2 || y.rank !== 2 || x.shape[1] !== y.shape[1] || Math.min(x.shape[0]!, y.shape[0]!) < 2)
    throw new ShapeError(
      "maximumMeanDiscrepancy",
      [x, y],
      "needs two samples [N, dimensions] of two rows or more",
    );
  const dimensions = x.shape[1]!;
  const sum = (distances: Tensor) =>
    SCALES.map((scale) => kernels[kernel](distances, 2 * dimensions * scale).sum()).reduce((all, part) =>
      all.add(part),
    );
  // Each row is at distance 0 from itself, where every kernel is 1.
  const within = (sample: Tensor) => {
    const count = sample.shape[0]!;
    return sum(squaredDistances(sample, sample))
      .sub(count * SCALES.length)
      .mul(1 / (count * (count - 1)));
  };
  const across = sum(squaredDistances(x, y)).mul(2 / (x.shape[0]! * y.shape[0]!));
  return within(x).add(within(y)).sub(across);
}

/** ‖xᵢ − yⱼ‖² of all pairs, [N, M]. */
export function squaredDistances(x: Tensor, y: Tensor): Tensor {
  const norms = (rows: Tensor) => rows.square().sum(1);
  const products = x.matmul(y, { transposeB: true });
  return norms(x).reshape([-1, 1]).add(norms(y)).sub(products.mul(2)).maximum(0);
}
