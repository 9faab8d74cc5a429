// Some examples of a split, as a command shows or rebuilds them.

import type { Split } from "../data/index.ts";
import { squaredError } from "../metrics/squared-error.ts";

export { evenRows, takeEvenly } from "../data/splits.ts";

/** Values as the networks see them: bytes become [0, 1]. */
export function floatsOf({ values }: Split): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values, (byte) => byte / 255);
}

/** Over all values. */
export const meanSquaredError = (a: Float32Array, b: Float32Array): number => squaredError(a, b) / a.length;

/** The names of examples' labels, where they have labels. */
export function labelNames({ labels }: Split, classes: readonly string[] | undefined): string[] | undefined {
  return labels && Array.from(labels, (label) => classes?.[label] ?? String(label));
}
