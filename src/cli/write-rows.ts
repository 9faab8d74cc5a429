// Examples of a table as the rows that they stand for.

import { decodeRows, type TableSchema } from "../data/index.ts";
import { encodeCsv } from "./csv.ts";
import { writeOut } from "./destination.ts";

/**
 * Writes a row an example, in the table's own columns and units; what is missing is an empty cell.
 *
 * @param labels a label for each, a column more
 */
export async function writeRows(
  path: string,
  table: TableSchema,
  examples: Float32Array,
  labels?: readonly string[],
): Promise<void> {
  const label = labels === undefined ? [] : [table.label?.name ?? "label"];
  const rows = decodeRows(table, examples).map((row, index) => [
    ...row.map((cell) => cell ?? ""),
    ...(labels === undefined ? [] : [labels[index]!]),
  ]);
  await writeOut(path, encodeCsv([...table.columns.map(({ name }) => name), ...label], rows));
}
