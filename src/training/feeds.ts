// What a program is fed for a stretch of rounds: batches and random numbers. All of it is a function of the seed
// and of the number of the round, so a resumed run meets the numbers that the run that never stopped met.

import { BatchOrder } from "../data/batches.ts";
import type { Split } from "../data/dataset.ts";
import type { CompiledRound } from "../game/game.ts";
import { DATA } from "../game/game.ts";
import { type RandomStream, randomStream } from "../random/index.ts";
import type { Value } from "../runtime/engine.ts";

export class Feeds {
  private readonly compiled: CompiledRound;
  private readonly order: BatchOrder;
  private readonly streams: readonly RandomStream[];
  private readonly shared: Readonly<Record<string, Value>>;

  constructor(
    compiled: CompiledRound,
    {
      seed,
      phase,
      train,
      shape,
      batch,
    }: {
      readonly seed: number;
      readonly phase: string;
      readonly train: Split;
      readonly shape: readonly number[];
      readonly batch: number;
    },
  ) {
    this.compiled = compiled;
    this.order = new BatchOrder(seed, train.count, batch);
    this.streams = compiled.draws.map(({ name }) => randomStream(seed, `${phase}/${name}`));
    this.shared = {
      [DATA.values]: {
        dtype: train.values instanceof Uint8Array ? "uint8" : "float32",
        shape: [train.count, ...shape],
        data: train.values,
      },
      ...(train.labels === undefined
        ? {}
        : { [DATA.labels]: { dtype: "int32" as const, shape: [train.count], data: train.labels } }),
    };
  }

  /**
   * Everything for rounds `first` to `first + rounds − 1`.
   *
   * @param phase where the phase began: its first round, and the batches that earlier phases took
   */
  for(first: number, rounds: number, phase: { start: number; batchesBefore: number }): Record<string, Value> {
    const feeds: Record<string, Value> = {};
    for (const { name } of this.compiled.shared) feeds[name] = this.shared[name]!;
    this.fillBatches(
      feeds,
      phase.batchesBefore + (first - phase.start) * this.compiled.batches.length,
      rounds,
    );
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

  /** A round's batches follow one another in the order; each input gets its own of every round. */
  private fillBatches(feeds: Record<string, Value>, firstBatch: number, rounds: number): void {
    const names = this.compiled.batches;
    if (names.length === 0) return;
    const size = this.order.batchSize;
    const all = this.order.fill(
      firstBatch,
      rounds * names.length,
      new Int32Array(rounds * names.length * size),
    );
    names.forEach((name, index) => {
      const data = new Int32Array(rounds * size);
      for (let round = 0; round < rounds; round++) {
        const start = (round * names.length + index) * size;
        data.set(all.subarray(start, start + size), round * size);
      }
      feeds[name] = { dtype: "int32", shape: [rounds, size], data };
    });
  }
}
