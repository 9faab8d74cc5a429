// The training steps that engines are compared on, and how one is timed. Names and arithmetic are those of
// bench/README.md; every engine reports a measurement in the same form.
//
// A step here is a round of the game, played as training plays it: as many rounds a call as training would play, but
// no more than there are steps to time, with the batches and the random numbers of those rounds made anew. A step's
// time is its call's time divided by the rounds of the call.

import { Game } from "../game/game.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { randomStream } from "../random/index.ts";
import { productOperations } from "../runtime/arithmetic.ts";
import { nodeEngine } from "../runtime/node.ts";
import { RoundProgram, type State } from "../runtime/program.ts";
import { sizeOf } from "../tensor/shape.ts";
import { Feeds } from "../training/feeds.ts";
import { callMilliseconds, initialState } from "../training/trainer.ts";
import { packageVersion } from "../version.ts";

export interface Workload {
  readonly name: string;
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Of one example. */
  readonly shape: readonly number[];
  /** Steps timed unless told otherwise. */
  readonly steps: number;
}

const DIGITS = [1, 28, 28];

export const workloads: readonly Workload[] = [
  {
    name: "dense-autoencoder",
    model: "autoencoder",
    options: { architecture: "dense", batch: 256 },
    shape: DIGITS,
    steps: 320,
  },
  {
    name: "contractive-autoencoder",
    model: "contractive-autoencoder",
    options: { batch: 256 },
    shape: DIGITS,
    steps: 160,
  },
  {
    name: "dense-gan",
    model: "gan",
    options: { preset: "full", batch: 128 },
    shape: DIGITS,
    steps: 16,
  },
  { name: "conv-vae-28", model: "vae", options: { batch: 128 }, shape: DIGITS, steps: 80 },
  { name: "dcgan-28", model: "dcgan", options: { batch: 64 }, shape: DIGITS, steps: 40 },
  { name: "wgan-gp-28", model: "wgan-gp", options: { batch: 64 }, shape: DIGITS, steps: 12 },
  {
    name: "dcgan-64",
    model: "dcgan",
    options: { batch: 64, latent: 100, filters: 32 },
    shape: [3, 64, 64],
    steps: 12,
  },
];

/** What every engine prints. Milliseconds are those of one step; the loss is the last step's, summed over players. */
export interface Measurement {
  readonly workload: string;
  readonly engine: string;
  readonly threads: number;
  readonly median_ms: number;
  readonly min_ms: number;
  readonly loss: number;
  /** Arithmetic of a step's products, in 10⁹ operations. */
  readonly gflop: number;
}

const EXAMPLES = 1024;
/** Calls timed at least, for a median. */
const LEAST_CALLS = 3;

/** Trains a workload on random data: some calls that do not count, and then `steps` steps or a few more that do. */
export async function measure(
  workload: Workload,
  { threads, steps = workload.steps }: { readonly threads: number; readonly steps?: number },
): Promise<Measurement> {
  const { shape } = workload;
  const model = findModel(workload.model);
  const values = Uint8Array.from(
    randomStream(0, "bench/data").integers(0, 256, new Int32Array(EXAMPLES * sizeOf(shape))),
  );
  const game = new Game(model, checkOptions(model, workload.options), {
    specification: { kind: "image", shape },
    count: EXAMPLES,
    dtype: "uint8",
    labelled: false,
  });
  const phase = game.phases[0]!;
  const compiled = game.compileRound(phase);
  const feeds = new Feeds(compiled, {
    seed: 0,
    phase: phase.name,
    dataset: { train: { count: EXAMPLES, values }, shape },
    batch: game.batch,
  });
  const program = await RoundProgram.create(nodeEngine, compiled, { device: "cpu", threads });
  try {
    const whole = { start: 0, before: { batches: 0, targetBatches: 0 } };
    let state: State = initialState(game, 0);
    let done = 0;
    let loss = 0;
    /** Plays some rounds in one call; milliseconds of one. */
    const play = async (rounds: number): Promise<number> => {
      const began = performance.now();
      const result = await program.run(rounds, state, feeds.for(done, rounds, whole));
      const pace = (performance.now() - began) / rounds;
      state = result.state;
      done += rounds;
      loss = playersLoss(result.metrics);
      return pace;
    };
    await play(1); // It prepares what later calls find.
    const fitting = Math.floor(callMilliseconds(state) / (await play(1)));
    const together = Math.max(1, Math.min(fitting, steps));
    await play(together);
    const times: number[] = [];
    while (times.length < LEAST_CALLS || times.length * together < steps) times.push(await play(together));
    times.sort((a, b) => a - b);
    return {
      workload: workload.name,
      engine: `gamelan ${packageVersion()}`,
      threads,
      median_ms: round(median(times), 3),
      min_ms: round(times[0]!, 3),
      loss: round(loss, 4),
      gflop: Number((productOperations(compiled) / 1e9).toPrecision(6)),
    };
  } finally {
    await program.release();
  }
}

/** The players' losses in the last round, added up; what players report besides has a "/" in its name. */
function playersLoss(metrics: Readonly<Record<string, Float32Array>>): number {
  let sum = 0;
  for (const [name, values] of Object.entries(metrics)) if (!name.includes("/")) sum += values.at(-1)!;
  return sum;
}

/** Of numbers in ascending order. */
function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
