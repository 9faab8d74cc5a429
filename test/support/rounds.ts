// Games played a few rounds at a time, with numbers that are functions of a seed.

import { type CompiledRound, DATA, type Game, type TrainingData } from "../../src/game/game.ts";
import type { Phase } from "../../src/game/model.ts";
import type { ImageLayout } from "../../src/onnx/lower.ts";
import { type RandomStream, randomStream } from "../../src/random/index.ts";
import { float32, type TypedArray, type Value } from "../../src/runtime/engine.ts";
import { nodeEngine } from "../../src/runtime/node.ts";
import { RoundProgram, type RoundResult, type State } from "../../src/runtime/program.ts";
import { sizeOf } from "../../src/tensor/index.ts";

export type Feeds = Readonly<Record<string, Value>>;

/** First values of all variables. */
export function initialState(game: Game, seed = 0): State {
  const first = game.variables.initialise(seed);
  return Object.fromEntries(
    game.variables
      .list()
      .map(({ name, shape }): [string, Value] => [name, { dtype: "float32", shape, data: first.get(name)! }]),
  );
}

/** Examples drawn evenly from [0, 1] (pixels from 0 to 255), labels, and examples of the second domain. */
export function someData({ data }: Game, seed = 0): Feeds {
  const { count, labelled, specification, target } = data;
  const labels = randomStream(seed, "examples").integers(
    1,
    specification.classes ?? 1,
    new Int32Array(count),
  );
  return {
    [DATA.values]: someExamples(data, specification.shape, randomStream(seed, "examples")),
    ...(labelled ? { [DATA.labels]: { dtype: "int32", shape: [count], data: labels } } : {}),
    ...(target === undefined
      ? {}
      : {
          [DATA.target]: someExamples(
            target,
            specification.target!.shape,
            randomStream(seed, "examples/target"),
          ),
        }),
  };
}

function someExamples(
  { count, dtype }: Pick<TrainingData, "count" | "dtype">,
  shape: readonly number[],
  stream: RandomStream,
): Value {
  const size = count * sizeOf(shape);
  const data: TypedArray =
    dtype === "uint8"
      ? Uint8Array.from(stream.integers(0, 256, new Int32Array(size)))
      : stream.uniform(0, new Float32Array(size));
  return { dtype, shape: [count, ...shape], data };
}

/** Batches and noise for some rounds. */
export function someFeeds(game: Game, compiled: CompiledRound, rounds = 1, seed = 0): Feeds {
  const feeds: Record<string, Value> = {};
  const draw = (name: string, count: number) => {
    const data = randomStream(seed, name).integers(0, count, new Int32Array(rounds * game.batch));
    feeds[name] = { dtype: "int32", shape: [rounds, game.batch], data };
  };
  for (const name of compiled.batches) draw(name, game.data.count);
  for (const name of compiled.targetBatches) draw(name, game.data.target!.count);
  for (const { name, kind, tensor } of compiled.draws) {
    const data = randomStream(seed, name)[kind](0, new Float32Array(rounds * tensor.size));
    feeds[name] = { dtype: "float32", shape: [rounds, ...tensor.shape], data };
  }
  return feeds;
}

export interface Playing {
  readonly rounds?: number;
  readonly state?: State;
  readonly feeds?: Feeds;
  readonly data?: Feeds;
  readonly layout?: ImageLayout;
}

/** Plays rounds of a phase. */
export async function play(game: Game, phase: Phase, playing: Playing = {}): Promise<RoundResult> {
  return playCompiled(game, game.compileRound(phase), playing);
}

export async function playCompiled(
  game: Game,
  compiled: CompiledRound,
  { rounds = 1, state = initialState(game), feeds, data = someData(game), layout }: Playing,
): Promise<RoundResult> {
  const program = await RoundProgram.create(nodeEngine, compiled, {
    device: "cpu",
    threads: 1,
    ...(layout === undefined ? {} : { layout }),
  });
  try {
    return await program.run(rounds, state, { ...data, ...(feeds ?? someFeeds(game, compiled, rounds)) });
  } finally {
    await program.release();
  }
}

/** A phase of the given turns. */
export const phaseOf = (...turns: readonly (string | readonly string[])[]): Phase => ({
  name: "test",
  turns,
});

/** A state's numbers by name. */
export const numbersOf = (state: State, name: string): number[] => Array.from(state[name]!.data, Number);

/** A state with some variables replaced by constants. */
export const withNumbers = (state: State, pattern: RegExp, value: (name: string) => number): State =>
  Object.fromEntries(
    Object.entries(state).map(([name, held]) => [
      name,
      pattern.test(name) ? float32(new Float32Array(held.data.length).fill(value(name)), held.shape) : held,
    ]),
  );
