// Normal numbers without the far ones: what falls beyond a bound is drawn again.

import { UserError } from "../errors.ts";
import type { RandomStream } from "./stream.ts";

/** The least bound, at which one draw of 125 is kept. */
const LEAST = 0.01;
/** Further draws made at a time. */
const AGAIN = 64;

/**
 * Fills `out` with draws from N(0, 1) of at most `bound` in magnitude, and returns it. A shorter array gets a prefix of
 * a longer one's. The stream is used from position 0 on, so it has to be one for this array alone.
 *
 * @param bound in deviations, at least 0.01; within 2 the numbers' own deviation is 0.8796, within 0.7 it is 0.391
 * @throws UserError for another bound
 * @example
 * truncatedNormal(randomStream(0, "noise"), 0.7, new Float32Array(64));
 */
export function truncatedNormal(stream: RandomStream, bound: number, out: Float32Array): Float32Array {
  if (!(bound >= LEAST))
    throw new UserError(`a truncation is a number of deviations of at least ${LEAST}, not ${bound}`);
  stream.normal(0, out);
  const again = new Float32Array(AGAIN);
  let position = 1;
  let next = AGAIN;
  for (let index = 0; index < out.length; index++) {
    while (Math.abs(out[index]!) > bound) {
      if (next === AGAIN) {
        stream.normal(position++, again);
        next = 0;
      }
      out[index] = again[next++]!;
    }
  }
  return out;
}
