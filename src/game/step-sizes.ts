// How large a player's gradient and its step are. They tell how a game goes: a gradient that vanishes, a step that
// throws away what was learnt. It takes some passes over all weights more, so that only runs that ask for it have it.

import type { Tensor } from "../tensor/index.ts";
import type { PlayerStep } from "./player-updates.ts";
import type { Trace } from "./trace.ts";

/**
 * The sizes of a step that is not yet written.
 *
 * `gradientNorm` is the Euclidean norm of the loss's gradient for all weights that the player moves, before it is
 * clipped; `stepSize` is the norm of what the step adds to them relative to their own, ‖w′ − w‖ ∕ ‖w‖.
 */
export function stepSizes(
  trace: Trace,
  { updates, reached }: PlayerStep,
): { readonly gradientNorm: Tensor; readonly stepSize: Tensor } {
  const before = new Map(reached.map(({ variable }) => [variable, trace.read(variable)]));
  const steps = updates.flatMap(({ variable, value }) => {
    const weight = before.get(variable);
    return weight === undefined ? [] : [value.sub(weight)];
  });
  const own = normOf([...before.values()]);
  return {
    gradientNorm: normOf(reached.map(({ gradient }) => gradient)),
    stepSize: normOf(steps).div(own.maximum(1e-12)),
  };
}

/** The joint Euclidean norm of some tensors. */
function normOf(tensors: readonly Tensor[]): Tensor {
  return tensors
    .map((tensor) => tensor.square().sum())
    .reduce((sum, part) => sum.add(part))
    .sqrt();
}
