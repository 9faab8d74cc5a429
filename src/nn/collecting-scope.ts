// The weights that a layer reads, for losses that look at them. It is a way of reading weights, so it is a scope
// around a layer's scope.

import type { Tensor } from "../tensor/index.ts";
import type { Scope } from "./scope.ts";

/**
 * A scope that notes every weight that is read through it.
 *
 * @example
 * const weights: Tensor[] = [];
 * const y = layer.apply(x, collectingScope(scope, weights));
 * const decay = weights.map((weight) => weight.square().sum()).reduce((sum, part) => sum.add(part));
 */
export function collectingScope(scope: Scope, weights: Tensor[]): Scope {
  return {
    ...scope,
    weight(...how) {
      const weight = scope.weight(...how);
      weights.push(weight);
      return weight;
    },
    child: (name) => collectingScope(scope.child(name), weights),
  };
}
