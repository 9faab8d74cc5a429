// How much arithmetic a round is: the additions and multiplications of its products. What works on each element by
// itself is not counted; it is limited by memory, not by arithmetic.

import { simplify } from "../onnx/simplify.ts";
import { type Tensor, topologicalOrder } from "../tensor/index.ts";
import type { RoundGraph } from "./program.ts";

/**
 * Floating-point operations of the matrix products and convolutions of one round.
 *
 * @example
 * productOperations(game.compileRound(game.phases[0]!)) / 1e9;   // GFLOP
 */
export function productOperations({ state, metrics }: Pick<RoundGraph, "state" | "metrics">): number {
  const changed = state.filter(({ before, after }) => before !== after);
  const outputs = simplify([...changed.map(({ after }) => after), ...metrics.map(({ tensor }) => tensor)]);
  return topologicalOrder(outputs).reduce((sum, tensor) => sum + operationsOf(tensor), 0);
}

/** Two for each product of two numbers, which is added to others. */
function operationsOf({ primitive, inputs, attributes, size, shape }: Tensor): number {
  switch (primitive) {
    case "matmul": {
      const [a] = inputs as [Tensor];
      const { transposeA } = attributes as { transposeA: boolean };
      return 2 * size * a.shape.at(transposeA ? -2 : -1)!;
    }
    case "convolve":
    case "convolveInput": {
      const [images, filters] = inputs as [Tensor, Tensor];
      // Each response meets a whole filter, whichever of the two is computed.
      const responses = primitive === "convolve" ? size : images.size;
      return 2 * responses * (filters.size / filters.shape[0]!);
    }
    case "convolveFilter":
      return 2 * inputs[1]!.size * (size / shape[0]!);
    default:
      return 0;
  }
}
