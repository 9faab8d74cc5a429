// Whether a data set fits into this computer's memory, where all of it is held while it is trained on. It is asked
// before anything is read or made, since a system that runs out of memory ends the process without a word.

import { constants } from "node:buffer";
import { totalmem } from "node:os";
import { UserError } from "../errors.ts";
import { sizeOf } from "../tensor/shape.ts";

/** The rest is for the networks, for splits that are cut out as copies, and for the system. */
const PART_FOR_EXAMPLES = 0.75;
/** An example's label, and its place in the order of an epoch: an int32 each. */
const BYTES_BESIDES_VALUES = 8;

export interface Extent {
  readonly name: string;
  /** Of one example. */
  readonly shape: readonly number[];
  readonly dtype: "uint8" | "float32";
  /** Examples of each of the splits that are held at once. */
  readonly counts: readonly number[];
  /** Known factors of an example, a float32 each. */
  readonly factors?: number;
}

/** Bytes that a data set takes. */
export function memoryOf({ shape, dtype, counts, factors = 0 }: Extent): number {
  const each = sizeOf(shape) * (dtype === "uint8" ? 1 : 4) + 4 * factors + BYTES_BESIDES_VALUES;
  return counts.reduce((sum, count) => sum + count, 0) * each;
}

/**
 * That a data set fits into memory.
 *
 * @param held bytes that other data take already
 * @throws UserError that says what it would take and what there is
 */
export function requireRoom(extent: Extent, held = 0): void {
  const { name, shape, counts } = extent;
  const advice = `ask for fewer${shape.length === 3 ? ", or for smaller images" : ""}`;
  const [bytes, room] = [memoryOf(extent), PART_FOR_EXAMPLES * memoryOfComputer() - held];
  const each = shape.length === 1 ? `${shape[0]} numbers` : shape.join("×");
  if (bytes > room) {
    const examples = formatted(counts.reduce((sum, count) => sum + count, 0));
    throw new UserError(
      `${name} would take ${inBytes(bytes)} of memory, ${examples} examples of ${each}, and this computer has ${inBytes(Math.max(0, room))} for them; ${advice}`,
    );
  }
  const most = Math.max(...counts);
  if (most * sizeOf(shape) > constants.MAX_LENGTH)
    throw new UserError(
      `${name} has ${formatted(most)} examples of ${each} in one split, more than the ${formatted(constants.MAX_LENGTH)} numbers that an array holds; ${advice}`,
    );
}

/**
 * What `read` gives.
 *
 * @throws UserError where the memory that is left is too little for it
 */
export async function inMemory<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof RangeError) || !error.message.includes("allocation failed")) throw error;
    throw new UserError(`the examples of ${name} do not fit into the memory that is left`, {
      cause: error,
      exitCode: 1,
    });
  }
}

/** Bytes; fewer than the computer has where the process may not have all. */
export function memoryOfComputer(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

const UNITS = ["kB", "MB", "GB", "TB"];

/** A size in words, of three digits: "104 GB". */
export function inBytes(bytes: number): string {
  const power = Math.max(1, Math.min(UNITS.length, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${formatted(Number((bytes / 1000 ** power).toPrecision(3)))} ${UNITS[power - 1]}`;
}

const formatted = (count: number): string => count.toLocaleString("en");
