// The second look at a table: its chosen columns as numbers, a row an example. A number is kept as its distance from
// the middle of its column's range, so that float32 loses nothing of dates and prices; a category as the number of
// its word; what is missing as NaN.

import { UserError } from "../../errors.ts";
import type { Split } from "../dataset.ts";
import { requireRoom } from "../memory.ts";
import { type CellRules, missingTest, numberReader } from "./cells.ts";
import type { ChosenColumns } from "./choose-columns.ts";
import { MOST_CATEGORIES, MOST_CLASSES } from "./limits.ts";
import { eachRow } from "./read-rows.ts";
import type { Survey } from "./survey.ts";

/** A column as it was read, and what its values stand for. */
export type ReadColumn =
  | {
      readonly kind: "numeric";
      readonly name: string;
      /** What is added to a value to give the number. */
      readonly origin: number;
      /** Digits behind the point that the numbers have. */
      readonly decimals: number;
    }
  | {
      readonly kind: "categorical";
      readonly name: string;
      /** The words by their numbers, and where there are too many "" for the rest. */
      readonly words: readonly string[];
    };

export interface TableValues {
  readonly columns: readonly ReadColumn[];
  /** Row-major [rows, columns], and the number of each row's label. */
  readonly rows: Split;
  /** The labels' names by their numbers. */
  readonly classes?: readonly string[];
}

/**
 * Deviations: one number may lie so far off that the middle of the range is far from all others, of which float32
 * would then keep less than a thousandth of a deviation.
 */
const FAR = 10_000;

/** @throws UserError where there are too many rows, categories or labels */
export async function readValues(
  table: Survey,
  { columns, label }: ChosenColumns,
  cells: CellRules,
): Promise<TableValues> {
  const { path, rows, header } = table;
  const width = columns.length;
  requireRoom({ name: path, shape: [width], dtype: "float32", counts: [rows] });
  const values = new Float32Array(rows * width);
  const origins = columns.map(({ kind, index, usual }) => {
    const { least, most, numbers } = table.columns[index]!;
    if (kind !== "numeric" || numbers === 0) return 0;
    const middle = least / 2 + most / 2;
    return usual !== undefined && Math.abs(middle - usual.mean) > FAR * usual.deviation ? usual.mean : middle;
  });
  const numbers = columns.map(({ kind, known = [] }) =>
    kind === "numeric" ? undefined : new Map(known.map((word, number) => [word, number])),
  );
  const labels = label === undefined ? undefined : new Int32Array(rows);
  const labelWords = new Map<string, number>();
  const isMissing = missingTest(cells);
  const numberOf = numberReader(cells);
  const { numbers: numericLabels = 0, values: labelled = -1 } = table.columns[label?.index ?? -1] ?? {};
  const labelName = (cell: string) => (numericLabels === labelled ? String(numberOf(cell)) : cell); // 0.0 is 0.
  let row = header ? -1 : 0;
  await eachRow(path, table.delimiter, (all) => {
    if (row < 0 || row >= rows) return void row++;
    for (let column = 0; column < width; column++) {
      const cell = all[columns[column]!.index]!;
      const at = row * width + column;
      const known = numbers[column];
      if (isMissing(cell)) values[at] = Number.NaN;
      else if (known === undefined) values[at] = numberOf(cell)! - origins[column]!;
      else values[at] = numberFor(known, cell, MOST_CATEGORIES);
    }
    if (label !== undefined) labels![row] = numberFor(labelWords, labelName(all[label.index]!), MOST_CLASSES);
    row++;
  });
  if (row !== rows) throw new UserError(`${path} has changed while it was read; try again`);
  if (labelWords.size > MOST_CLASSES)
    throw new UserError(
      `${path}: ${label!.name} holds more than ${MOST_CLASSES} different values; labels are fewer`,
    );
  const classes = label === undefined ? undefined : sortLabels(labelWords, labels!);
  return {
    columns: columns.map(({ name, index }, place): ReadColumn => {
      const words = numbers[place];
      return words === undefined
        ? { kind: "numeric", name, origin: origins[place]!, decimals: table.columns[index]!.decimals }
        : { kind: "categorical", name, words: [...words.keys()] };
    }),
    rows: { count: rows, values, ...(labels && { labels }) },
    ...(classes && { classes }),
  };
}

/** A word's number, a new one for a new word; from `most` words on all new ones are "". */
function numberFor(known: Map<string, number>, word: string, most: number): number {
  const number = known.get(word);
  if (number !== undefined) return number;
  if (known.size >= most) return numberFor(known, "", Number.POSITIVE_INFINITY);
  known.set(word, known.size);
  return known.size - 1;
}

/** The labels' names in order, and the labels numbered so. */
function sortLabels(words: ReadonlyMap<string, number>, labels: Int32Array): string[] {
  const names = [...words.keys()];
  const byNumber = names.every((name) => name !== "" && Number.isFinite(Number(name)));
  const classes = [...names].sort((a, b) => (byNumber ? Number(a) - Number(b) : a < b ? -1 : a > b ? 1 : 0));
  const places = new Map(classes.map((name, place) => [name, place]));
  const moved = names.map((name) => places.get(name)!);
  for (let index = 0; index < labels.length; index++) labels[index] = moved[labels[index]!]!;
  return classes;
}
