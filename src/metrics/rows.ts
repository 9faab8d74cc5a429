// Arrays of rows, as all metrics take them: row-major [count, dimensions].

import { UserError } from "../errors.ts";

export type Floats = Float32Array | Float64Array;

/**
 * How many rows `values` holds. `what` names the rows in errors.
 *
 * @throws UserError if the rows are not whole, or fewer than `least`
 */
export function countRows(values: Floats, dimensions: number, what: string, least = 1): number {
  requireWhole(dimensions, `the length of a row of ${what}`);
  const count = values.length / dimensions;
  if (!Number.isInteger(count))
    throw new UserError(
      `${what} of ${dimensions} numbers a row must be whole, and ${values.length} numbers are not`,
    );
  if (count < least) throw new UserError(`${what}: at least ${least} are needed, and there are ${count}`);
  return count;
}

/** {@link countRows}, and a UserError too if a number is not finite. */
export function countFiniteRows(values: Floats, dimensions: number, what: string, least = 1): number {
  const count = countRows(values, dimensions, what, least);
  for (let index = 0; index < values.length; index++)
    if (!Number.isFinite(values[index]!))
      throw new UserError(
        `${what} must be finite, and row ${Math.floor(index / dimensions)} holds ${values[index]}`,
      );
  return count;
}

/** A UserError that calls `value` `what`, unless it is a whole number from `least`. */
export function requireWhole(value: number, what: string, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    throw new UserError(`${what} must be a whole number from ${least}, not ${value}`);
}
