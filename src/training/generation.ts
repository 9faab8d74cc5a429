// What the role "generate" is asked with: noise from a named stream of the seed, and a class for each example where
// the model knows classes.

import { UserError } from "../errors.ts";
import type { Roles } from "../game/model.ts";
import { randomStream, truncatedNormal } from "../random/index.ts";

export interface GenerationRequest {
  readonly count: number;
  readonly seed: number;
  /** Name of the stream of randomness. */
  readonly stream: string;
  /** The class of all examples; one after the other unless told. */
  readonly label?: number;
  /** The number of the first example, where these are a part of more. */
  readonly first?: number;
  /** Draws of noise beyond so many deviations are drawn again. */
  readonly truncation?: number | undefined;
}

/** Bytes of what is made at once: an array of floats that Node can hold, with room to spare. */
const MOST_BYTES = 2 ** 32;

/**
 * That so many examples can be made at once.
 *
 * @param size numbers of each
 * @throws UserError that says how many can
 */
export function checkRoom(count: number, size: number): void {
  const most = Math.floor(MOST_BYTES / (4 * size));
  if (count > most)
    throw new UserError(`at most ${most} of these examples can be made at once, not ${count}`);
}

/** Normal noise of a seed's stream, truncated where asked for (Brock, Donahue, Simonyan 2019, section 3.1). */
export function normalNoise(
  { seed, stream, truncation }: Pick<GenerationRequest, "seed" | "stream" | "truncation">,
  size: number,
): Float32Array {
  const numbers = randomStream(seed, stream);
  const out = new Float32Array(size);
  return truncation === undefined ? numbers.normal(0, out) : truncatedNormal(numbers, truncation, out);
}

/** The most classes that are columns of a picture. */
const MOST_COLUMNS = 16;

/** Columns of a grid in which a column is a class; undefined where there are none, or too many. */
export function classColumns({ classes = 0 }: { readonly classes?: number }): number | undefined {
  return classes > 0 && classes <= MOST_COLUMNS ? classes : undefined;
}

/**
 * An array for each input of the role.
 *
 * @throws UserError for a label that is no class of the model
 */
export function generationInputs(
  { latent, classes }: NonNullable<Roles["generate"]>,
  request: GenerationRequest,
): (Float32Array | Int32Array)[] {
  const { count, label, first = 0 } = request;
  if (label !== undefined) {
    if (classes === undefined) throw new UserError("this model knows no classes; leave out the label");
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new UserError(`a label is a class from 0 to ${classes - 1}, not ${label}`);
  }
  const noise = normalNoise(request, count * latent);
  if (classes === undefined) return [noise];
  return [noise, Int32Array.from({ length: count }, (_, index) => label ?? (first + index) % classes)];
}
