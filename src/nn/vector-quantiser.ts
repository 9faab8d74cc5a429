// Vector quantisation (van den Oord et al. 2017): each vector becomes the nearest of K code vectors,
//
//   q(z) = e_k,  k = argminⱼ ‖z − eⱼ‖
//
// Nothing of that has a slope, so the gradient passes straight through, from q(z) to z as if they were one.
//
// The codebook either is a weight, which a loss must draw to the vectors, or follows them (appendix A.1): with n_k the
// number of vectors that chose e_k in a batch and s_k their sum,
//
//   N_k ← γ·N_k + (1 − γ)·n_k,   m_k ← γ·m_k + (1 − γ)·s_k,   e_k = m_k/N_k
//
// A codebook that follows has no dead codes for long: one whose N_k has fallen below a tenth of an even share becomes a
// vector of the batch, drawn evenly from it, with the weight of an even share (after Dhariwal et al. 2020). All begin
// so, hence the first codes are vectors of the first batch.

import { constant, ShapeError, type Tensor } from "../tensor/index.ts";
import type { Scope } from "./scope.ts";

export interface Quantised {
  /** The nearest code vectors, of the vectors' shape; gradients pass straight through. */
  readonly vectors: Tensor;
  /** The same as the codebook has them: gradients reach the codebook, where it is a weight, and not the vectors. */
  readonly codes: Tensor;
  /** Which codes they are, int32 [N]. */
  readonly indices: Tensor;
  /** The part of the vectors that chose each code, [codes]. */
  readonly shares: Tensor;
}

/** Below this part of an even share of the vectors a code is dead. */
const DEAD = 0.1;

/**
 * A function of vectors [N, dimension] and a scope that quantises them.
 *
 * @param decay γ of a codebook that follows the vectors; without it the codebook is a weight
 * @example
 * const codebook = network("codebook", vectorQuantiser({ codes: 512, decay: 0.99 }));
 * const { vectors, indices } = codebook(encoder(x));
 */
export function vectorQuantiser({
  codes,
  decay,
}: {
  readonly codes: number;
  readonly decay?: number;
}): (scope: Scope, vectors: Tensor) => Quantised {
  return (scope, x) => {
    if (x.rank !== 2) throw new ShapeError("vectorQuantiser", [x], "needs vectors [N, dimension]");
    return decay === undefined ? quantise(x, learnt(x, codes, scope)) : followed(x, { codes, decay }, scope);
  };
}

/** ‖z − e‖² = ‖z‖² − 2z·e + ‖e‖², of which ‖z‖² is the same for all codes. */
function quantise(x: Tensor, codebook: Tensor): Quantised {
  const near = x.matmul(codebook, { transposeB: true }).mul(2).sub(codebook.square().sum(1));
  const indices = near.argMax(1);
  const codes = codebook.gather(indices);
  return {
    vectors: x.add(codes.sub(x).stopGradient()),
    codes,
    indices,
    shares: indices.oneHot(codebook.shape[0]!).mean(0),
  };
}

/** Begins within 1/K of 0. */
function learnt(x: Tensor, codes: number, scope: Scope): Tensor {
  const dimension = x.shape[1]!;
  const initialiser = { kind: "uniform", minimum: -1 / codes, maximum: 1 / codes } as const;
  return scope.weight("codes", [codes, dimension], initialiser, { input: codes, output: dimension });
}

function followed(
  x: Tensor,
  { codes, decay }: { readonly codes: number; readonly decay: number },
  scope: Scope,
): Quantised {
  const [count, dimension] = x.shape as [number, number];
  const counts = scope.statistic("counts", [codes], 0);
  const sums = scope.statistic("sums", [codes, dimension], 0);
  if (!scope.training) return quantise(x, sums.div(counts.maximum(1e-12).reshape([codes, 1])));

  const even = count / codes;
  const seen = x.stopGradient();
  const dead = counts.less(DEAD * even);
  const drawn = scope
    .random("uniform", [codes])
    .mul(count)
    .floor()
    .minimum(count - 1);
  const column = (flags: Tensor) => flags.reshape([codes, 1]);
  const alive = {
    counts: dead.where(even, counts),
    sums: column(dead).where(seen.gather(drawn.cast("int32")).mul(even), sums),
  };
  const quantised = quantise(x, alive.sums.div(column(alive.counts)));
  const chosen = quantised.indices.oneHot(codes);
  const follow = (before: Tensor, batch: Tensor) => () => before.mul(decay).add(batch.mul(1 - decay));
  scope.updateStatistic("counts", follow(alive.counts, chosen.sum(0)), quantised.vectors);
  scope.updateStatistic(
    "sums",
    follow(alive.sums, chosen.matmul(seen, { transposeA: true })),
    quantised.vectors,
  );
  return quantised;
}

/** exp of the entropy of shares: how many codes are in use, as if all were chosen alike; between 1 and their number. */
export function perplexity(shares: Tensor): Tensor {
  return shares.mul(shares.maximum(1e-12).log()).sum().neg().exp();
}

/** The part of the codes that was chosen at all. */
export function usedShare(shares: Tensor): Tensor {
  return shares.greater(0).where(constant(1), 0).mean();
}
