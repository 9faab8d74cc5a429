// Some examples of a split, as a command shows or rebuilds them.

import type { Split } from "../data/dataset.ts";
import { squaredError } from "../metrics/squared-error.ts";

export { floatsOf } from "../data/floats.ts";
export { evenRows, takeEvenly } from "../data/splits.ts";

/** Over all values. */
export const meanSquaredError = (a: Float32Array, b: Float32Array): number => squaredError(a, b) / a.length;

/** The names of examples' labels, where they have labels. */
export function labelNames({ labels }: Split, classes: readonly string[] | undefined): string[] | undefined {
  return labels && Array.from(labels, (label) => classes?.[label] ?? String(label));
}
