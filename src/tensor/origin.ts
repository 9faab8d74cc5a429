// Where a tensor was written down: in which layer, for which player, on the way forward or back. Nothing is computed
// from it; a profile tells by it where the time of a round goes.

/** What a part of a round is for. */
export type Pass = "data" | "forward" | "backward" | "optimiser" | "averages";

export interface Origin {
  /** Path of the layer, "encoder/dense1", or of the network where no layer is known. */
  readonly layer: string | undefined;
  /** Whose loss or step it belongs to. */
  readonly player: string | undefined;
  readonly pass: Pass;
}

let current: Origin = { layer: undefined, player: undefined, pass: "forward" };

/** The origin of what is written down now. */
export const currentOrigin = (): Origin => current;

/** Runs `body`; what it writes down has this origin, and where nothing is told, that of the place around it. */
export function within<T>(origin: Partial<Origin>, body: () => T): T {
  const before = current;
  current = { ...before, ...origin };
  try {
    return body();
  } finally {
    current = before;
  }
}
