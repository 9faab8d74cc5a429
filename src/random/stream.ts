// Named streams of random values, addressed by position.
//
// Nothing random is stored anywhere: a value is a pure function of (seed, name of the stream, position, index
// within the call). A position is whatever the caller counts in, most often the number of the round, so a resumed
// run draws exactly what the run that never stopped would have drawn.
//
//   stream's key    = hash of the name, keyed by the seed (Matyas–Meyer–Oseas over Threefry)
//   call's key      = Threefry(stream's key, position): distinct positions give distinct keys
//   words 2i, 2i+1  = Threefry(call's key, (i, kind)), kind separating normal, uniform and integer draws

import { UserError } from "../errors.ts";
import { boxMuller } from "./normal.ts";
import { encipher, encipherOne, type Key } from "./threefry.ts";

/** Random values addressed by position; see {@link randomStream}. A shorter array gets a prefix of a longer one's. */
export interface RandomStream {
  /** Fills `out` with draws from N(0, 1) and returns it. `position`: whole, 0 to 2^53 − 1. */
  normal(position: number, out: Float32Array): Float32Array;
  /** Fills `out` with draws from [0, 1), multiples of 2^−24, and returns it. */
  uniform(position: number, out: Float32Array): Float32Array;
  /** Fills `out` with whole numbers in [0, below), exactly evenly, and returns it. `below`: 1 to 2^31. */
  integers(position: number, below: number, out: Int32Array): Int32Array;
  /** A new array with 0 … count − 1 in random order, every order equally likely (Fisher and Yates). */
  permutation(position: number, count: number): Int32Array;
}

/**
 * The stream called `name` of a seed. Streams of different names or seeds are independent of each other.
 *
 * @param seed whole number from 0 to 2^53 − 1; anything else is a UserError
 * @example
 * const noise = randomStream(7, "noise");
 * noise.normal(0, new Float32Array(4)); // the noise of round 0, the same whenever it is asked for
 */
export function randomStream(seed: number, name: string): RandomStream {
  return new ThreefryStream(keyOf(seed, name));
}

const kinds = { normal: 1, uniform: 2, integers: 3, permutation: 4 } as const;
/** Added to the kind once for every redraw of a refused word. */
const redraw = 0x100;

/** Words made at a time: they stay in the first-level cache, and small calls stay cheap. */
const chunkWords = 1024;

class ThreefryStream implements RandomStream {
  readonly #key: Key;
  readonly #words = new Int32Array(chunkWords + 2);
  readonly #spare = new Int32Array(4);

  constructor(key: Key) {
    this.#key = key;
  }

  normal(position: number, out: Float32Array): Float32Array {
    const key = this.#keyAt(position);
    const words = this.#words;
    for (let start = 0; start < out.length; start += chunkWords) {
      const count = Math.min(chunkWords, out.length - start);
      encipher(key, start / 2, kinds.normal, words, (count + 1) >>> 1);
      boxMuller(words, count, out, start);
    }
    return out;
  }

  uniform(position: number, out: Float32Array): Float32Array {
    const key = this.#keyAt(position);
    const words = this.#words;
    for (let start = 0; start < out.length; start += chunkWords) {
      const count = Math.min(chunkWords, out.length - start);
      encipher(key, start / 2, kinds.uniform, words, (count + 1) >>> 1);
      for (let i = 0; i < count; i++) out[start + i] = (words[i]! >>> 8) * 2 ** -24;
    }
    return out;
  }

  integers(position: number, below: number, out: Int32Array): Int32Array {
    if (!Number.isInteger(below) || below < 1 || below > 2 ** 31)
      throw new RangeError(`below must be a whole number from 1 to 2^31, not ${below}`);
    const key = this.#keyAt(position);
    const words = this.#words;
    for (let start = 0; start < out.length; start += chunkWords) {
      const count = Math.min(chunkWords, out.length - start);
      encipher(key, start / 2, kinds.integers, words, (count + 1) >>> 1);
      for (let i = 0; i < count; i++)
        out[start + i] = this.#bounded(key, kinds.integers, words[i]!, start + i, below);
    }
    return out;
  }

  permutation(position: number, count: number): Int32Array {
    if (!Number.isInteger(count) || count < 0 || count > 2 ** 31)
      throw new RangeError(`the count of a permutation must be a whole number from 0 to 2^31, not ${count}`);
    const key = this.#keyAt(position);
    const words = this.#words;
    const order = new Int32Array(count);
    // Inside out: place i takes what place j ≤ i holds, and i goes to place j.
    for (let start = 0; start < count; start += chunkWords) {
      const end = Math.min(count, start + chunkWords);
      encipher(key, start / 2, kinds.permutation, words, (end - start + 1) >>> 1);
      for (let i = start; i < end; i++) {
        const j = this.#bounded(key, kinds.permutation, words[i - start]!, i, i + 1);
        order[i] = order[j]!;
        order[j] = i;
      }
    }
    return order;
  }

  #keyAt(position: number): Key {
    if (!Number.isSafeInteger(position) || position < 0)
      throw new RangeError(`a position must be a whole number from 0 to 2^53 - 1, not ${position}`);
    const words = this.#spare;
    encipher(this.#key, position | 0, Math.floor(position / 2 ** 32) | 0, words, 1);
    return { low: words[0]!, high: words[1]! };
  }

  /**
   * `word` reduced to [0, below). The top of the range that would favour small values is refused, and drawn
   * again from a counter of the same index, so that a redraw shifts no other value.
   */
  #bounded(key: Key, kind: number, word: number, index: number, below: number): number {
    let unsigned = word >>> 0;
    const remainder = unsigned % below;
    // The full interval that `unsigned` lies in must end at or below 2^32.
    if (unsigned - remainder <= 2 ** 32 - below) return remainder;
    for (let attempt = 1; ; attempt++) {
      encipher(key, index, kind + redraw * attempt, this.#spare, 1);
      unsigned = this.#spare[0]! >>> 0;
      if (unsigned - (unsigned % below) <= 2 ** 32 - below) return unsigned % below;
    }
  }
}

/** The seed is the first key; each eight-byte piece of the name, and its length, replaces it (one way). */
function keyOf(seed: number, name: string): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new UserError(`a seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, not ${seed}`);
  let key: Key = { low: seed | 0, high: Math.floor(seed / 2 ** 32) | 0 };
  const absorb = (low: number, high: number): void => {
    const next = encipherOne(key, low, high);
    key = { low: next.low ^ low, high: next.high ^ high };
  };
  // Four UTF-16 units a block; past the end charCodeAt is NaN, which becomes 0.
  for (let i = 0; i < name.length; i += 4)
    absorb(
      name.charCodeAt(i) | (name.charCodeAt(i + 1) << 16),
      name.charCodeAt(i + 2) | (name.charCodeAt(i + 3) << 16),
    );
  absorb(name.length, -1);
  return key;
}
