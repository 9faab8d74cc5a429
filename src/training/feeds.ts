// What a program is fed for a stretch of rounds: batches and random numbers. All of it is a function of the seed
// and of the number of the round, so a resumed run meets the numbers that the run that never stopped met.

import { BatchOrder } from "../data/batches.ts";
import type { Dataset, Split } from "../data/dataset.ts";
import type { CompiledRound } from "../game/game.ts";
import { DATA } from "../game/game.ts";
import { type RandomStream, randomStream } from "../random/index.ts";
import type { Value } from "../runtime/engine.ts";
import type { Stretch } from "./plan.ts";

/** Inputs that each take one batch of an order a round. */
interface BatchInputs {
  readonly names: readonly string[];
  readonly order: BatchOrder;
}

export class Feeds {
  private readonly compiled: CompiledRound;
  private readonly batches: BatchInputs;
  private readonly targetBatches: BatchInputs | undefined;
  private readonly streams: readonly RandomStream[];
  private readonly shared: Readonly<Record<string, Value>>;
  private readonly together: boolean;

  /** @param options `together`: all turns of a round get the same batch, so that each sees all examples in turn */
  constructor(
    compiled: CompiledRound,
    {
      seed,
      phase,
      dataset,
      batch,
      together = false,
    }: {
      readonly seed: number;
      readonly phase: string;
      readonly dataset: Pick<Dataset, "train" | "shape" | "target">;
      readonly batch: number;
      readonly together?: boolean;
    },
  ) {
    const { train, shape, target } = dataset;
    this.compiled = compiled;
    this.together = together;
    this.batches = { names: compiled.batches, order: new BatchOrder(seed, train.count, batch) };
    this.targetBatches =
      target === undefined
        ? undefined
        : {
            names: compiled.targetBatches,
            order: new BatchOrder(seed, target.train.count, batch, "data/target"),
          };
    this.streams = compiled.draws.map(({ name }) => randomStream(seed, `${phase}/${name}`));
    this.shared = {
      [DATA.values]: valuesOf(train, shape),
      ...(train.labels === undefined
        ? {}
        : { [DATA.labels]: { dtype: "int32" as const, shape: [train.count], data: train.labels } }),
      ...(target === undefined ? {} : { [DATA.target]: valuesOf(target.train, target.shape) }),
    };
  }

  /** Everything for rounds `first` to `first + rounds − 1`, all of one phase. */
  for(
    first: number,
    rounds: number,
    { start, before }: Pick<Stretch, "start" | "before">,
  ): Record<string, Value> {
    const feeds: Record<string, Value> = {};
    for (const { name } of this.compiled.shared) feeds[name] = this.shared[name]!;
    const fill = this.together ? fillTogether : fillBatches;
    fill(feeds, this.batches, { first: first - start, rounds, before: before.batches });
    if (this.targetBatches !== undefined)
      fill(feeds, this.targetBatches, { first: first - start, rounds, before: before.targetBatches });
    this.compiled.draws.forEach(({ name, kind, tensor }, index) => {
      const data = new Float32Array(rounds * tensor.size);
      for (let round = 0; round < rounds; round++) {
        this.streams[index]![kind](
          first + round,
          data.subarray(round * tensor.size, (round + 1) * tensor.size),
        );
      }
      feeds[name] = { dtype: "float32", shape: [rounds, ...tensor.shape], data };
    });
    return feeds;
  }
}

const valuesOf = ({ count, values }: Split, shape: readonly number[]): Value => ({
  dtype: values instanceof Uint8Array ? "uint8" : "float32",
  shape: [count, ...shape],
  data: values,
});

interface Batches {
  readonly first: number;
  readonly rounds: number;
  readonly before: number;
}

/** A round has one batch, which all inputs get. */
function fillTogether(
  feeds: Record<string, Value>,
  { names, order }: BatchInputs,
  { first, rounds, before }: Batches,
): void {
  if (names.length === 0) return;
  const data = order.fill(before + first, rounds, new Int32Array(rounds * order.batchSize));
  for (const name of names) feeds[name] = { dtype: "int32", shape: [rounds, order.batchSize], data };
}

/** A round's batches follow one another in the order; each input gets its own of every round. */
function fillBatches(
  feeds: Record<string, Value>,
  { names, order }: BatchInputs,
  { first, rounds, before }: Batches,
): void {
  if (names.length === 0) return;
  const size = order.batchSize;
  const all = new Int32Array(rounds * names.length * size);
  order.fill(before + first * names.length, rounds * names.length, all);
  names.forEach((name, index) => {
    const data = new Int32Array(rounds * size);
    for (let round = 0; round < rounds; round++) {
      const start = (round * names.length + index) * size;
      data.set(all.subarray(start, start + size), round * size);
    }
    feeds[name] = { dtype: "int32", shape: [rounds, size], data };
  });
}
