// From names to a game: the model found, its options checked, the data loaded.

import { constants } from "node:buffer";
import { isAbsolute } from "node:path";
import type { Dataset, Fold, Split, TableSchema } from "../data/index.ts";
import { loadDataset, MissingDataError } from "../data/index.ts";
import { inBytes, memoryOfComputer } from "../data/memory.ts";
import { UserError } from "../errors.ts";
import { Game, type TrainingData } from "../game/game.ts";
import type { Model } from "../game/model.ts";
import { refuseIdleOptions } from "../models/effects.ts";
import { sizeOf } from "../tensor/index.ts";

/** How data are read; kept with the run so that they are read the same again. */
export interface DataOptions {
  /** Fraction of the training examples kept apart for validation. */
  readonly validation?: number;
  /** Cross-validation: the part of the training examples that is the validation split. */
  readonly fold?: Fold;
  /** Training examples that are kept, chosen by the seed; all unless told. */
  readonly examples?: number;
  /** Pixels that images are resized to. */
  readonly imageSize?: number;
  /** One grey channel instead of three colours. */
  readonly grey?: boolean;
  /** A second source, for models of two domains: what the first's examples are translated to. */
  readonly to?: string;
  /** Names of the classes that are trained on; examples of the others are in the test split only. */
  readonly normal?: readonly string[];
}

export interface Prepared {
  readonly game: Game;
  readonly dataset: Dataset;
}

/**
 * Loads the data, test split aside, and builds the model for them, if memory is enough for both. `seed` is that of the
 * data; a table's rows become the vectors of a schema that is given. `sizes`: the game reports sizes of gradients and
 * steps.
 */
export async function prepare(
  model: Model,
  options: Readonly<Record<string, unknown>>,
  source: string,
  {
    seed,
    sizes = false,
    ...how
  }: DataOptions & { readonly seed: number; readonly table?: TableSchema; readonly sizes?: boolean },
): Promise<Prepared> {
  const dataset = await loadDataset(source, { seed, splits: ["train", "validation"], ...how });
  const game = new Game(model, options, trainingDataOf(dataset), { sizes });
  requireRoomForState(game);
  return { dataset, game };
}

/**
 * That what a game remembers fits into memory twice, as a round has it before and after.
 *
 * @throws UserError that says what it would take and what there is
 */
function requireRoomForState({ model, variables }: Game): void {
  const sizes = variables.list().map(({ shape }) => sizeOf(shape));
  const bytes = 2 * 4 * sizes.reduce((sum, size) => sum + size, 0);
  const most = Math.max(...sizes);
  if (bytes <= memoryOfComputer() && most <= constants.MAX_LENGTH) return;
  throw new UserError(
    `${model.name} would take at least ${inBytes(bytes)} of memory to train, with ${most.toLocaleString("en")} weights in one layer, and this computer has ${inBytes(memoryOfComputer())}; take smaller images or narrower layers`,
  );
}

/**
 * That what a new run is given changes something.
 *
 * @throws UserError for an option of the model, or a second set of data, that does not
 */
export function refuseIdle(
  game: Game,
  { options = {}, to }: Pick<DataOptions, "to"> & { readonly options?: Readonly<Record<string, unknown>> },
): void {
  const { model, data } = game;
  refuseIdleOptions(model, options, data.specification.kind);
  if (to !== undefined && !game.reads("target"))
    throw new UserError(`${model.name} learns from one set of data; leave out --to`);
}

/** What a game must know of a data set. */
export function trainingDataOf({ kind, shape, classes, train, target }: Dataset): TrainingData {
  return {
    specification: {
      kind,
      shape,
      ...(classes === undefined ? {} : { classes: classes.length }),
      ...(target === undefined
        ? {}
        : { target: { kind: target.kind, shape: target.shape, paired: target.paired } }),
    },
    count: train.count,
    dtype: dtypeOf(train),
    labelled: train.labels !== undefined,
    ...(target === undefined ? {} : { target: { count: target.train.count, dtype: dtypeOf(target.train) } }),
  };
}

const dtypeOf = ({ values }: Split) => (values instanceof Uint8Array ? "uint8" : "float32");

/**
 * What `read` gives of the data of a run.
 *
 * @param path the run's folder
 * @throws UserError that says which data of which run are missing, where they are
 */
export async function readDataOf<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof MissingDataError)) throw error;
    const [where, instead] = isAbsolute(error.path)
      ? ["", ""]
      : [` in ${process.cwd()}`, ", or run this in the folder that they were in"];
    throw new UserError(
      `the data of ${path} are missing: it was trained on ${error.path}, and there is no such file or folder${where}; bring them back${instead}`,
      { cause: error },
    );
  }
}

/**
 * That data are still those of a run.
 *
 * @param use what the run did with them, as in "runs/a was begun with"
 * @throws UserError where they are not
 */
export function requireSameData(
  found: Pick<Dataset, "fingerprint">,
  { source, fingerprint }: { readonly source: string; readonly fingerprint: string },
  use: string,
): void {
  if (found.fingerprint === fingerprint) return;
  throw new UserError(
    `the data of ${source} are not those that ${use} (fingerprint ${found.fingerprint}, then ${fingerprint})`,
  );
}
