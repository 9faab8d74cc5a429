// The order in which examples are trained on.
//
// It is one endless sequence: the permutation of epoch 0, then that of epoch 1, and so on. Batch b is its places
// b·B … (b + 1)·B − 1, so every example is seen once an epoch whether or not the batch divides the count, a batch
// may straddle epochs or hold several, and any batch is known from (seed, b) alone.

import { type RandomStream, randomStream } from "../random/index.ts";

/**
 * The batches of a data set of `count` examples.
 *
 * @example
 * const order = new BatchOrder(7, 60_000, 256);
 * const indices = order.fill(0, 4, new Int32Array(4 * 256)); // batches 0 to 3, row-major [4, 256]
 */
export class BatchOrder {
  readonly count: number;
  readonly batchSize: number;
  readonly #stream: RandomStream;
  /** The permutations of even and of odd epochs used last: a batch touches one, or two that follow each other. */
  readonly #live: { epoch: number; order: Int32Array }[] = [];

  /** @param stream another name is another order */
  constructor(seed: number, count: number, batchSize: number, stream = "data/batches") {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`batches need at least one example, not ${count}`);
    if (!Number.isInteger(batchSize) || batchSize < 1)
      throw new RangeError(`a batch has a positive whole number of examples, not ${batchSize}`);
    this.count = count;
    this.batchSize = batchSize;
    this.#stream = randomStream(seed, stream);
  }

  /** Writes the indices of batches `firstBatch` … `firstBatch` + `batches` − 1 to `out`, row-major, and returns it. */
  fill(firstBatch: number, batches: number, out: Int32Array): Int32Array {
    const total = batches * this.batchSize;
    const first = firstBatch * this.batchSize;
    if (!Number.isSafeInteger(first + total) || first < 0 || total < 0)
      throw new RangeError(`there are no batches ${firstBatch} to ${firstBatch + batches}`);
    if (out.length < total)
      throw new RangeError(`${batches} batches of ${this.batchSize} do not fit in ${out.length} places`);
    let written = 0;
    while (written < total) {
      const place = first + written;
      const offset = place % this.count;
      const order = this.#orderOf((place - offset) / this.count);
      const length = Math.min(total - written, this.count - offset);
      out.set(order.subarray(offset, offset + length), written);
      written += length;
    }
    return out;
  }

  /** How far training has come, in epochs, before batch `batch`. */
  epochsBefore(batch: number): number {
    return (batch * this.batchSize) / this.count;
  }

  #orderOf(epoch: number): Int32Array {
    const held = this.#live[epoch % 2];
    if (held?.epoch === epoch) return held.order;
    const order = this.#stream.permutation(epoch, this.count);
    this.#live[epoch % 2] = { epoch, order };
    return order;
  }
}

/** The indices of one batch, where no {@link BatchOrder} is kept. */
export function batchIndices(seed: number, count: number, batchSize: number, batch: number): Int32Array {
  return new BatchOrder(seed, count, batchSize).fill(batch, 1, new Int32Array(batchSize));
}
