// A model in one of the forms that its options give it, small enough to be played in milliseconds; and data for it.

import type { TrainingData } from "../../../src/game/game.ts";
import type { RoleName } from "../../../src/game/roles.ts";

export interface Setting {
  readonly model: string;
  readonly label: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: TrainingData;
  /** What the trained networks are good for, in the order of `roleFunctions`. */
  readonly roles: readonly RoleName[];
  /** Length of a code, where no option says it. */
  readonly code?: number;
  /** Weights that a player moves and whose slope is 0 by the loss's own nature. */
  readonly still?: readonly string[];
  /**
   * Networks whose gradient is not the loss's slope, by design: it passes straight through what has none (vector
   * quantisation), or takes a running estimate for given (spectral normalisation).
   */
  readonly estimated?: readonly string[];
}

const images = (...shape: number[]): TrainingData => ({
  specification: { kind: "image", shape },
  count: 12,
  dtype: "uint8",
  labelled: false,
});

/** Small images that do not halve. */
export const DENSE = images(1, 4, 3);
/** Two levels of a pyramid: 16, 8, 4. */
export const CONV = images(2, 16, 16);
export const VECTORS: TrainingData = {
  ...DENSE,
  specification: { kind: "vector", shape: [5] },
  dtype: "float32",
};

/** The same with labels. */
export const labelled = (data: TrainingData, classes = 3): TrainingData => ({
  ...data,
  specification: { ...data.specification, classes },
  labelled: true,
});

/** The same with a second domain of the same kind. */
export const withTarget = (
  data: TrainingData,
  { paired, shape = data.specification.shape }: { paired: boolean; shape?: readonly number[] },
): TrainingData => ({
  ...data,
  specification: { ...data.specification, target: { kind: data.specification.kind, shape, paired } },
  target: { count: paired ? data.count : data.count + 3, dtype: data.dtype },
});

export const small = { batch: 4, latent: 3 };
export const convolutional = { ...small, filters: 2 };
