// Splits cut from the training examples of a source that has none of its own, and folds for cross-validation.
//
// Which examples are held out is one permutation of the seed: first the test examples, then those for validation.
// The folds divide what follows the test examples, so that each of these is held out in exactly one fold.
// Within a split examples keep the source's order.
//
// Where only some classes are trained on, all examples of the others are held out: they go to the test split, if there
// is to be one. The permutation stays the same.

import { UserError } from "../errors.ts";
import { randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Fold, Split } from "./dataset.ts";

export interface CutSplits {
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
}

/**
 * Takes round(`test` · count) and round(`validation` · rest) examples out of `all`, or instead of the latter those of
 * a fold; folds differ by one example at most. At least one is left to train on. The arrays of `all` are used up:
 * its rows are moved down in place, so that no second copy of the data is made.
 *
 * @param usual whether a row may be trained and validated on; all may unless told
 * @throws UserError where there are more folds than examples
 */
export function cutSplits(
  all: Split,
  shape: readonly number[],
  fractions: { readonly validation: number; readonly test: number },
  seed: number,
  fold?: Fold,
  usual: (row: number) => boolean = () => true,
): CutSplits {
  const testCount = Math.min(Math.round(fractions.test * all.count), Math.max(0, all.count - 1));
  const order = randomStream(seed, "data/splits").permutation(0, all.count);
  const others = order.slice(testCount).filter(usual);
  const rest = others.length;
  const [start, end] = fold
    ? foldRange(fold, rest)
    : [0, Math.min(Math.round(fractions.validation * rest), Math.max(0, rest - 1))];
  const tested = (row: number, place: number) => place < testCount || (fractions.test > 0 && !usual(row));
  const testRows = order.filter(tested).sort();
  const validationRows = others.slice(start, end).sort();
  const trainRows = others.filter((_, index) => index < start || index >= end).sort();
  const size = sizeOf(shape);
  return {
    test: takeRows(all, testRows, size),
    validation: takeRows(all, validationRows, size),
    train: keepRows(all, trainRows, size),
  };
}

/** The part of `count` examples, in the order of the permutation, that a fold holds out. */
function foldRange({ index, count: folds }: Fold, count: number): [number, number] {
  if (folds > count) throw new UserError(`${count} examples cannot be divided into ${folds} folds`);
  return [Math.floor(((index - 1) * count) / folds), Math.floor((index * count) / folds)];
}

type Values = Uint8Array | Float32Array | Int32Array;

/** A copy of the given rows. */
export function takeRows(split: Split, rows: Int32Array, size: number): Split {
  const take = <T extends Values>(from: T, to: T, width: number): T => {
    for (let i = 0; i < rows.length; i++)
      to.set(from.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
    return to;
  };
  const { values, labels, factors } = split;
  const width = factors && split.count > 0 ? factors.length / split.count : 0;
  return {
    count: rows.length,
    values:
      values instanceof Uint8Array
        ? take(values, new Uint8Array(rows.length * size), size)
        : take(values, new Float32Array(rows.length * size), size),
    ...(labels && { labels: take(labels, new Int32Array(rows.length), 1) }),
    ...(factors && { factors: take(factors, new Float32Array(rows.length * width), width) }),
  };
}

/** Places of `count` examples spread evenly over so many, since a folder's examples may come class by class. */
export const evenRows = (of: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, index) => Math.floor((index * of) / count));

/** `count` examples spread evenly over the split; the split itself where it has no more. */
export function takeEvenly(split: Split, shape: readonly number[], count: number): Split {
  return count >= split.count ? split : takeRows(split, evenRows(split.count, count), sizeOf(shape));
}

/**
 * `count` of a split's examples, chosen by the seed and in the split's order: where there are labels, of each class as
 * large a part as of all, to one example.
 */
export function chooseExamples(split: Split, shape: readonly number[], count: number, seed: number): Split {
  if (count >= split.count) return split;
  const order = randomStream(seed, "data/examples").permutation(0, split.count);
  const { labels } = split;
  // Sorting keeps the order of equals, so that within a class those that are chosen are any of it.
  if (labels !== undefined) order.sort((left, right) => labels[left]! - labels[right]!);
  const rows = evenRows(order.length, count).map((place) => order[place]!);
  return takeRows(split, rows.sort(), sizeOf(shape));
}

/** The given rows, ascending, moved to the front of their own arrays. */
function keepRows(split: Split, rows: Int32Array, size: number): Split {
  if (rows.length === split.count) return split;
  const keep = <T extends Values>(values: T, width: number): T => {
    for (let i = 0; i < rows.length; i++)
      values.copyWithin(i * width, rows[i]! * width, (rows[i]! + 1) * width);
    return values.subarray(0, rows.length * width) as T;
  };
  const { values, labels, factors } = split;
  return {
    count: rows.length,
    values: keep(values, size),
    ...(labels && { labels: keep(labels, 1) }),
    ...(factors && { factors: keep(factors, factors.length / split.count) }),
  };
}
