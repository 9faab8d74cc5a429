// Vectors as rows of the table that they come from, as data/table/encode.ts decodes them. (That file brings what checks
// schemas with it, which the page need not.)

import type { TableColumn, TableSchema } from "../../../src/data/table/schema.ts";
import { formatNumber } from "../format.ts";

/** Digits behind the point; with more a number is written by its power of ten. */
const PLAIN_DECIMALS = 15;

/** Names of a row's values; numbers where there is no table. */
export const columnNames = (schema: TableSchema | undefined, width: number): string[] =>
  schema === undefined
    ? Array.from({ length: width }, (_, index) => `x${index + 1}`)
    : schema.columns.map(({ name }) => name);

/** A vector's values as text; undefined where one is missing. */
export function cellsOf(schema: TableSchema | undefined, vector: Float32Array): (string | undefined)[] {
  if (schema === undefined) return Array.from(vector, formatNumber);
  let at = 0;
  return schema.columns.map((column) => {
    const numbers = vector.subarray(at, at + widthOf(column));
    at += numbers.length;
    return cellOf(column, numbers);
  });
}

const widthOf = (column: TableColumn): number =>
  (column.kind === "numeric" ? 1 : column.categories.length + 1) + (column.missing > 0 ? 1 : 0);

function cellOf(column: TableColumn, numbers: Float32Array): string | undefined {
  if (column.kind === "numeric") {
    if (column.missing > 0 && numbers[1]! > 0.5) return undefined;
    const value = numbers[0]! * column.deviation + column.mean;
    if (column.decimals > PLAIN_DECIMALS) return formatNumber(value);
    return value.toFixed(column.decimals).replace(/^-(0\.?0*)$/, "$1");
  }
  const { categories } = column;
  const greatest = numbers.indexOf(numbers.reduce((a, b) => Math.max(a, b)));
  return greatest > categories.length ? undefined : (categories[greatest]?.name ?? "(other)");
}
