// A layer by itself: its variables, its output and what it does to its statistics.

import { Trace } from "../../src/game/trace.ts";
import { type Variable, Variables } from "../../src/game/variables.ts";
import type { Layer } from "../../src/nn/index.ts";
import { type Tensor, topologicalOrder } from "../../src/tensor/index.ts";

export interface AppliedLayer {
  readonly y: Tensor;
  /** Current values of the variables, by name within the layer. */
  readonly before: ReadonlyMap<string, Tensor>;
  /** The same once the turn is over. */
  readonly after: ReadonlyMap<string, Tensor>;
  readonly variables: readonly Variable[];
  /** Names of the random inputs. */
  readonly draws: readonly string[];
}

/** Applies a layer in a turn of its own; the inputs that stand for its variables are named layer/…. */
export function applyLayer(layer: Layer, x: Tensor, { training = true } = {}): AppliedLayer {
  const variables = new Variables();
  const trace = new Trace(variables, { training });
  trace.beginTurn("turn");
  const y = trace.run(() => layer.apply(x, trace.scope("layer")));
  trace.settleStatistics(new Set(topologicalOrder([y])));
  const short = (name: string) => name.replace(/^layer\//, "");
  const touched = trace.touched();
  return {
    y,
    before: new Map(touched.map(({ variable, before }) => [short(variable.name), before])),
    after: new Map(touched.map(({ variable, after }) => [short(variable.name), after])),
    variables: variables.list(),
    draws: trace.draws.map(({ name }) => name),
  };
}
