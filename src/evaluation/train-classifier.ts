// Training the classifier: as the judge of a domain, with what is measured of it once, its accuracy on test examples
// and the moments of the features of real ones; or only to see how well it tells test examples, having learnt from
// some others.

import type { Dataset, Split } from "../data/index.ts";
import { UserError } from "../errors.ts";
import { Game } from "../game/game.ts";
import { type GaussianMoments, Moments } from "../metrics/moments.ts";
import { checkOptions } from "../models/settings.ts";
import type { SessionOptions } from "../runtime/engine.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { State } from "../runtime/program.ts";
import { planOf } from "../training/plan.ts";
import { trainingDataOf } from "../training/prepare.ts";
import { exampleValues } from "../training/samples.ts";
import { initialState, Trainer } from "../training/trainer.ts";
import { classifierModel, FEATURES } from "./classifier-model.ts";

export interface TrainedClassifier {
  readonly state: State;
  /** The share of the test examples whose class it tells, 0 … 1. */
  readonly accuracy: number;
  /** Mean and covariance of the features of the real examples. */
  readonly moments: Readonly<Record<"train" | "test", GaussianMoments>>;
}

/** Seeds the classifier's weights and the order of its examples, whatever the seed of the data. */
const SEED = 0;
/** Rounds of training, but no more than so many passes over the examples. */
const ROUNDS = 2400;
const MOST_EPOCHS = 60;
/** Examples looked at at a time. */
const CHUNK = 1024;

interface ClassifierTraining {
  readonly session: SessionOptions;
  readonly rounds: number;
  /** Of its weights and of the order of examples. */
  readonly seed: number;
  readonly onProgress?: ((progress: { round: number; rounds: number }) => void) | undefined;
}

/** A game of the classifier. Of a data set whose examples are not decoded it can be used, but not trained. */
export function classifierGame(dataset: Dataset): Game {
  const data = trainingDataOf(dataset);
  const options = checkOptions(classifierModel, {});
  return new Game(classifierModel, options, { ...data, count: Math.max(1, data.count), labelled: true });
}

/** Trains a game of the classifier on the training examples of `dataset`, for the judge of its domain. */
export async function trainClassifier(
  game: Game,
  dataset: Dataset,
  {
    rounds = Math.min(ROUNDS, Math.ceil((MOST_EPOCHS * dataset.train.count) / game.batch)),
    ...how
  }: Omit<ClassifierTraining, "rounds" | "seed"> & { readonly rounds?: number | undefined },
): Promise<TrainedClassifier> {
  return trained(game, dataset, { ...how, rounds, seed: SEED }, async (trainer) => {
    const { train, test, shape } = dataset;
    return {
      state: trainer.state,
      accuracy: await accuracyOn(trainer, test, shape),
      moments: { train: await momentsOf(trainer, train, shape), test: await momentsOf(trainer, test, shape) },
    };
  });
}

/** The share of the test examples whose class a classifier tells that has learnt from the training examples, 0 … 1. */
export async function classifierAccuracy(dataset: Dataset, how: ClassifierTraining): Promise<number> {
  const { target: _, ...one } = dataset;
  return trained(classifierGame(one), one, how, (trainer) => accuracyOn(trainer, one.test, one.shape));
}

async function trained<Result>(
  game: Game,
  dataset: Dataset,
  { session, rounds, seed, onProgress }: ClassifierTraining,
  use: (trainer: Trainer) => Promise<Result>,
): Promise<Result> {
  const trainer = new Trainer({
    game,
    dataset,
    seed,
    engine: nodeEngine,
    session,
    plan: planOf(game, [rounds]),
    round: 0,
    state: initialState(game, seed),
  });
  try {
    while (trainer.round < rounds) {
      await trainer.advance(rounds);
      onProgress?.({ round: trainer.round, rounds });
    }
    return await use(trainer);
  } finally {
    await trainer.release();
  }
}

async function accuracyOn(trainer: Trainer, split: Split, shape: readonly number[]): Promise<number> {
  let right = 0;
  for (let start = 0; start < split.count; start += CHUNK) {
    const examples = exampleValues(split, shape, Math.min(start + CHUNK, split.count), start);
    const found = largestOfEach((await trainer.role("classify", examples))!);
    found.forEach((label, index) => {
      if (label === split.labels![start + index]) right++;
    });
  }
  return right / split.count;
}

async function momentsOf(trainer: Trainer, split: Split, shape: readonly number[]): Promise<GaussianMoments> {
  const moments = new Moments(FEATURES);
  for (let start = 0; start < split.count; start += CHUNK) {
    const examples = exampleValues(split, shape, Math.min(start + CHUNK, split.count), start);
    moments.add((await trainer.role("encode", examples))!.data);
  }
  return moments.gaussian();
}

/**
 * The index of the largest number of each row.
 *
 * @throws UserError where a number is not one: samples of a model that has diverged are of no class
 */
export function largestOfEach({
  shape: [count = 0, width = 0],
  data,
}: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}): Int32Array {
  const largest = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    if (Number.isNaN(data[row * width]))
      throw new UserError(`example ${row} is of no class: it is not finite`);
    for (let column = 1; column < width; column++)
      if (data[row * width + column]! > data[row * width + largest[row]!]!) largest[row] = column;
  }
  return largest;
}
