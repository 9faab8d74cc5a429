// Where a layer finds its weights. A layer is a function of its input and a scope; the first time it runs under a
// name its variables come to be, later times they are found again. So a layer's shapes follow from the tensors
// that pass through it, and are written nowhere else.

import type { Shape, Tensor } from "../tensor/index.ts";
import type { Fans, Initialiser } from "./initialisers.ts";

export interface Scope {
  /** Names of the network, and of the layers on the way to this one: "encoder/dense1". */
  readonly path: string;
  /** True while a player learns: batch statistics are used and dropout drops. */
  readonly training: boolean;
  /** The current value of a weight, made by the initialiser at the start of a run. */
  weight(name: string, shape: Shape, initialiser: Initialiser, fans: Fans): Tensor;
  /** The current value of a running statistic, which no player's gradient moves. */
  statistic(name: string, shape: Shape, initialValue: number): Tensor;
  /** A statistic's next value; it counts only if `witness` is needed by some player's loss. */
  updateStatistic(name: string, next: (current: Tensor) => Tensor, witness: Tensor): void;
  /** Fresh random numbers for this turn. */
  random(kind: "normal" | "uniform", shape: Shape): Tensor;
  /** A scope of its own within this one. */
  child(name: string): Scope;
}
