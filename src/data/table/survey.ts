// The first look at a table: what its columns are called and what they hold, in one pass that keeps no rows.

import { UserError } from "../../errors.ts";
import {
  type CellRules,
  decimalsOf,
  MOST_DECIMALS,
  missingTest,
  type NearNumber,
  nearNumberTest,
  numberReader,
} from "./cells.ts";
import { MOST_CLASSES } from "./limits.ts";
import { type Delimiter, eachRow, guessDelimiter } from "./read-rows.ts";

export interface SurveyedColumn {
  readonly name: string;
  /** Cells that are not missing, and how many of them are numbers. */
  values: number;
  numbers: number;
  /** Values that are no numbers, but look like them. */
  near: number;
  /** The least and the greatest number, and the digits behind the point that they need. */
  least: number;
  most: number;
  decimals: number;
  /** Whether each number is one more than the one before, in every row. */
  counts: boolean;
  /** The first value, and whether there is another. */
  first: string | undefined;
  varies: boolean;
  /** The first value that is no number, and the first missing one, by their lines. */
  word: { readonly text: string; readonly line: number; readonly near: NearNumber | undefined } | undefined;
  gap: number | undefined;
  /** The different values of a column that may hold labels, up to one more than there may be. */
  readonly words: Set<string> | undefined;
}

export interface Survey {
  readonly path: string;
  readonly delimiter: Delimiter;
  readonly cells: CellRules;
  /** Whether the first row names the columns. */
  readonly header: boolean;
  /** The line of the first row, where it was taken for a row like the others and nobody had said so. */
  readonly doubtful?: number;
  readonly rows: number;
  readonly columns: readonly SurveyedColumn[];
  readonly checksum: string;
}

export interface ReadingRules {
  readonly cells: CellRules;
  readonly header?: boolean;
  readonly delimiter?: Delimiter;
}

/** Names that a column of labels usually has. */
export const LABEL_NAMES = ["label", "class", "target"];

/**
 * Looks through a table.
 *
 * @throws UserError where it is none, or holds no rows
 */
export async function survey(path: string, rules: ReadingRules): Promise<Survey> {
  const delimiter = rules.delimiter ?? (await guessDelimiter(path));
  const isMissing = missingTest(rules.cells);
  const numberOf = numberReader(rules.cells);
  const nearNumber = nearNumberTest(rules.cells);
  let columns: SurveyedColumn[] | undefined;
  let header = false;
  let doubtful: number | undefined;
  let rows = 0;
  let previous: number[] = [];
  const checksum = await eachRow(path, delimiter, (cells, line) => {
    if (columns === undefined) {
      header =
        rules.header ??
        cells.every((cell) => cell === "" || !(isMissing(cell) || numberOf(cell) !== undefined));
      columns = namesOf(cells, header).map(newColumn);
      previous = new Array<number>(cells.length);
      if (header) return;
      if (rules.header === undefined) doubtful = line;
    }
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index]!;
      const column = columns[index]!;
      if (isMissing(cell)) {
        column.gap ??= line;
        continue;
      }
      column.values++;
      if (column.first === undefined) column.first = cell;
      else if (!column.varies && cell !== column.first) column.varies = true;
      if (column.words !== undefined && column.words.size <= MOST_CLASSES) column.words.add(cell);
      const value = numberOf(cell);
      if (value === undefined) {
        const near = nearNumber(cell);
        if (near !== undefined) column.near++;
        column.word ??= { text: cell, line, near };
        continue;
      }
      column.numbers++;
      if (value < column.least) column.least = value;
      if (value > column.most) column.most = value;
      if (column.decimals < MOST_DECIMALS) column.decimals = Math.max(column.decimals, decimalsOf(value));
      if (column.counts && rows > 0 && value !== previous[index]! + 1) column.counts = false;
      previous[index] = value;
    }
    rows++;
  });
  if (columns === undefined || rows === 0) throw new UserError(`${path} holds no rows`);
  return {
    ...{ path, delimiter, cells: rules.cells, header, rows, columns, checksum },
    ...(doubtful !== undefined && { doubtful }),
  };
}

/** The names of a header; columns without a name are called by their number, from 1. */
function namesOf(cells: readonly string[], header: boolean): string[] {
  const taken = new Map<string, number>();
  return cells.map((cell, index) => {
    const name = header && cell !== "" ? cell : String(index + 1);
    const before = taken.get(name) ?? 0;
    taken.set(name, before + 1);
    return before === 0 ? name : `${name} (${before + 1})`;
  });
}

const newColumn = (name: string): SurveyedColumn => ({
  name,
  values: 0,
  numbers: 0,
  near: 0,
  least: Number.POSITIVE_INFINITY,
  most: Number.NEGATIVE_INFINITY,
  decimals: 0,
  counts: true,
  first: undefined,
  varies: false,
  word: undefined,
  gap: undefined,
  words: LABEL_NAMES.includes(name.toLowerCase()) ? new Set() : undefined,
});
