// Spectral normalisation (Miyato et al. 2018): each kernel W is used as W/σ(W), σ its largest singular value, so
// that no layer stretches its input by more than 1. σ is followed by one step of power iteration a round,
//
//   v ← Wᵀu/‖Wᵀu‖,  u ← Wv/‖Wv‖,  σ = uᵀWv
//
// with W as a matrix of its first axis against all others; gradients flow through W and not through u and v.
//
// It is a way of reading weights, so it is a scope around a layer's scope.

import type { Tensor } from "../tensor/index.ts";
import type { Scope } from "./scope.ts";

/** A scope in which every kernel is divided by its spectral norm. */
export function spectrallyNormalised(scope: Scope): Scope {
  return {
    ...scope,
    weight(name, shape, initialiser, fans) {
      const weight = scope.weight(name, shape, initialiser, fans);
      return name === "kernel" ? normalised(weight, scope) : weight;
    },
    child: (name) => spectrallyNormalised(scope.child(name)),
  };
}

function normalised(kernel: Tensor, scope: Scope): Tensor {
  const rows = kernel.shape[0]!;
  const matrix = kernel.reshape([rows, -1]);
  const fixed = matrix.stopGradient();
  const u = scope.statistic("singular", [rows], 1 / Math.sqrt(rows)).reshape([rows, 1]);
  const right = unit(fixed.matmul(u, { transposeA: true }));
  const left = scope.training ? unit(fixed.matmul(right)) : u;
  const norm = left.stopGradient().matmul(matrix.matmul(right.stopGradient()), { transposeA: true });
  const result = kernel.div(norm.reshape([]));
  if (scope.training) scope.updateStatistic("singular", () => left.reshape([rows]).stopGradient(), result);
  return result;
}

const unit = (vector: Tensor) => vector.div(vector.square().sum().add(1e-12).sqrt());
