// From names to a game: the model found, its options checked, the data loaded.

import type { Dataset } from "../data/index.ts";
import { loadDataset } from "../data/index.ts";
import { Game } from "../game/game.ts";
import type { Model } from "../game/model.ts";

/** How data are read; kept with the run so that they are read the same again. */
export interface DataOptions {
  /** Fraction of the training examples kept apart for validation. */
  readonly validation?: number;
  /** Pixels that images are resized to. */
  readonly imageSize?: number;
  /** One grey channel instead of three colours. */
  readonly grey?: boolean;
}

export interface Prepared {
  readonly game: Game;
  readonly dataset: Dataset;
}

/** Loads the data, test split aside, and builds the model for them. */
export async function prepare(
  model: Model,
  options: Readonly<Record<string, unknown>>,
  source: string,
  { seed, ...how }: DataOptions & { readonly seed: number },
): Promise<Prepared> {
  const dataset = await loadDataset(source, { seed, splits: ["train", "validation"], ...how });
  const { kind, shape, classes, train } = dataset;
  const game = new Game(model, options, {
    specification: { kind, shape, ...(classes === undefined ? {} : { classes: classes.length }) },
    count: train.count,
    dtype: train.values instanceof Uint8Array ? "uint8" : "float32",
    labelled: train.labels !== undefined,
  });
  return { dataset, game };
}
