// Some examples of a split, as a command shows or rebuilds them.

import type { Split } from "../data/index.ts";
import { takeRows } from "../data/splits.ts";
import { sizeOf } from "../tensor/shape.ts";

/** Places of `count` examples spread evenly over so many, since a folder's examples may come class by class. */
export const evenRows = (of: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, index) => Math.floor((index * of) / count));

/** `count` examples spread evenly over the split. */
export function takeEvenly(split: Split, shape: readonly number[], count: number): Split {
  return takeRows(split, evenRows(split.count, count), sizeOf(shape));
}

/** Values as the networks see them: bytes become [0, 1]. */
export function floatsOf({ values }: Split): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values, (byte) => byte / 255);
}

/** Over all values. */
export function meanSquaredError(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum / a.length;
}

/** The names of examples' labels, where they have labels. */
export function labelNames({ labels }: Split, classes: readonly string[] | undefined): string[] | undefined {
  return labels && Array.from(labels, (label) => classes?.[label] ?? String(label));
}
