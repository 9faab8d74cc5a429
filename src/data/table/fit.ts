// A schema from the rows that are trained on: means and deviations, categories and how often each is, what is missing.

import type { Split } from "../dataset.ts";
import { encodeNumber, placesOf } from "./encode.ts";
import type { ReadColumn } from "./read-values.ts";
import {
  type CategoricalColumn,
  columnWidth,
  type NumericColumn,
  type TableColumn,
  type TableSchema,
  tableWidth,
} from "./schema.ts";

/** What a schema says besides what the rows show. */
export interface FitOptions extends Pick<TableSchema, "ignored" | "cells" | "label"> {
  /** Categories of a column with a place of their own, at most. */
  readonly categories: number;
}

/** The schema that training rows give. */
export function fitSchema(
  columns: readonly ReadColumn[],
  train: Split,
  { categories, ...rest }: FitOptions,
): TableSchema {
  return {
    columns: columns.map((column, place): TableColumn => {
      const values = columnOf(train, columns.length, place);
      return column.kind === "numeric"
        ? fitNumbers(column, values)
        : fitCategories(column, values, categories);
    }),
    ...rest,
  };
}

function columnOf({ values, count }: Split, width: number, place: number): Float32Array {
  const numbers = new Float32Array(count);
  for (let row = 0; row < count; row++) numbers[row] = values[row * width + place]!;
  return numbers;
}

function fitNumbers(
  { name, origin, decimals }: Extract<ReadColumn, { kind: "numeric" }>,
  numbers: Float32Array,
): NumericColumn {
  const known = numbers.filter((number) => !Number.isNaN(number));
  const count = Math.max(1, known.length);
  const mean = known.reduce((sum, number) => sum + number, 0) / count;
  const variance = known.reduce((sum, number) => sum + (number - mean) ** 2, 0) / count;
  const [least = 0, most = 0] =
    known.length === 0
      ? []
      : [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  // Of equal numbers rounding alone would make a tiny deviation, and any other number enormous.
  const deviation = least < most ? Math.sqrt(variance) : 1;
  // A standardised float32 knows about six digits of the deviation.
  const digits = Math.max(0, Math.min(decimals, Math.ceil(6 - Math.log10(deviation))));
  const round = (value: number) => Number((origin + value).toFixed(digits));
  return {
    kind: "numeric",
    name,
    mean: origin + mean,
    deviation,
    least: round(least),
    most: round(most),
    decimals: digits,
    missing: shareOf(numbers.length - known.length, numbers.length),
  };
}

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function fitCategories(
  { name, words }: Extract<ReadColumn, { kind: "categorical" }>,
  numbers: Float32Array,
  most: number,
): CategoricalColumn {
  const counts = new Array<number>(words.length).fill(0);
  let missing = 0;
  for (const number of numbers)
    if (Number.isNaN(number)) missing++;
    else counts[number]!++;
  const categories = words
    .map((word, number) => ({ name: word, count: counts[number]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  return {
    kind: "categorical",
    name,
    categories: categories.slice(0, most),
    other: categories.slice(most).reduce((sum, { count }) => sum + count, 0),
    missing: shareOf(missing, numbers.length),
  };
}

/** Rows as the schema's vectors; `columns` are the schema's, as they were read. */
export function encodeSplit(schema: TableSchema, columns: readonly ReadColumn[], rows: Split): Split {
  const width = tableWidth(schema);
  const vectors = new Float32Array(rows.count * width);
  let offset = 0;
  schema.columns.forEach((column, place) => {
    const read = columns[place]!;
    const find = column.kind === "categorical" ? placesOf(column) : undefined;
    const places = find && read.kind === "categorical" ? read.words.map(find) : [];
    const origin = read.kind === "numeric" ? read.origin : 0;
    for (let row = 0; row < rows.count; row++) {
      const value = rows.values[row * columns.length + place]!;
      const at = row * width + offset;
      if (column.kind === "numeric") encodeNumber(column, value + origin, vectors, at);
      else vectors[at + (Number.isNaN(value) ? find!(null) : places[value]!)] = 1;
    }
    offset += columnWidth(column);
  });
  return { ...rows, values: vectors };
}
