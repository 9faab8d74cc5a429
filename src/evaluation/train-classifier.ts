// Training the domain classifier, and what is measured of it once: its accuracy on test examples, and the moments of
// the features of real ones.

import type { Dataset, Split } from "../data/index.ts";
import type { Game } from "../game/game.ts";
import { type GaussianMoments, Moments } from "../metrics/moments.ts";
import type { SessionOptions } from "../runtime/engine.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { State } from "../runtime/program.ts";
import { planOf } from "../training/plan.ts";
import { exampleValues } from "../training/samples.ts";
import { initialState, Trainer } from "../training/trainer.ts";
import { FEATURES } from "./classifier-model.ts";

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

/** Trains a game of the classifier on the training examples of `dataset`. */
export async function trainClassifier(
  game: Game,
  dataset: Dataset,
  {
    session,
    rounds = Math.min(ROUNDS, Math.ceil((MOST_EPOCHS * dataset.train.count) / game.batch)),
    onProgress,
  }: {
    readonly session: SessionOptions;
    readonly rounds?: number | undefined;
    readonly onProgress?: ((progress: { round: number; rounds: number }) => void) | undefined;
  },
): Promise<TrainedClassifier> {
  const trainer = new Trainer({
    game,
    dataset,
    seed: SEED,
    engine: nodeEngine,
    session,
    plan: planOf(game, [rounds]),
    round: 0,
    state: initialState(game, SEED),
  });
  try {
    while (trainer.round < rounds) {
      await trainer.advance(rounds);
      onProgress?.({ round: trainer.round, rounds });
    }
    const { train, test, shape } = dataset;
    return {
      state: trainer.state,
      accuracy: await accuracyOn(trainer, test, shape),
      moments: { train: await momentsOf(trainer, train, shape), test: await momentsOf(trainer, test, shape) },
    };
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

/** The index of the largest number of each row. */
export function largestOfEach({
  shape: [count = 0, width = 0],
  data,
}: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}): Int32Array {
  const largest = new Int32Array(count);
  for (let row = 0; row < count; row++)
    for (let column = 1; column < width; column++)
      if (data[row * width + column]! > data[row * width + largest[row]!]!) largest[row] = column;
  return largest;
}
