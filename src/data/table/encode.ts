// Rows to vectors and back, as a schema says (schema.ts).

import { UserError } from "../../errors.ts";
import { fits, missingTest, numberReader } from "./cells.ts";
import {
  type CategoricalColumn,
  columnWidth,
  type NumericColumn,
  OTHER,
  type TableSchema,
  tableWidth,
} from "./schema.ts";

/** A value of a row: a number, a category's name, or null where it is missing. */
export type Cell = number | string | null;
/** Values by the names of their columns. */
export type Row = Readonly<Record<string, Cell>>;

/** Writes a number, NaN where it is missing, to `out[at…]`. */
export function encodeNumber(column: NumericColumn, value: number, out: Float32Array, at: number): void {
  const missing = Number.isNaN(value);
  out[at] = missing ? 0 : (value - column.mean) / column.deviation;
  if (column.missing > 0) out[at + 1] = missing ? 1 : 0;
}

/** The place of a name among a column's numbers: `null` is a missing value. */
export function placeOf(column: CategoricalColumn, name: string | null): number {
  const { categories, missing } = column;
  if (name === null) return missing > 0 ? categories.length + 1 : categories.length;
  const place = categories.findIndex((category) => category.name === name);
  return place < 0 ? categories.length : place;
}

/** Places of names, found fast. */
export function placesOf(column: CategoricalColumn): (name: string | null) => number {
  const known = new Map(column.categories.map(({ name }, place) => [name, place]));
  const [other, none] = [column.categories.length, placeOf(column, null)];
  return (name) => (name === null ? none : (known.get(name) ?? other));
}

/**
 * Vectors of rows, row-major [rows, width].
 *
 * Names that the schema does not know are its "other" category. A value that is missing in a column that lacked none
 * in training is the column's mean, or its "other".
 *
 * @throws UserError where a row lacks a column, or has a word for a number
 * @example
 * const examples = encodeRows(model.table!, [{ age: 39, job: "clerk" }, { age: null, job: "cook" }]);
 * const { data } = await model.anomaly(examples);
 */
export function encodeRows(schema: TableSchema, rows: readonly Row[]): Float32Array {
  const width = tableWidth(schema);
  const out = new Float32Array(rows.length * width);
  const isMissing = missingTest(schema.cells);
  const numberOf = numberReader(schema.cells);
  let offset = 0;
  for (const column of schema.columns) {
    const place = column.kind === "categorical" ? placesOf(column) : undefined;
    rows.forEach((row, index) => {
      const given = Object.hasOwn(row, column.name) ? row[column.name] : undefined;
      if (given === undefined) throw new UserError(`row ${index + 1} has no "${column.name}"`);
      const cell = typeof given === "string" && isMissing(given.trim()) ? null : given;
      const at = index * width + offset;
      if (column.kind === "categorical") out[at + place!(cell === null ? null : String(cell).trim())] = 1;
      else {
        const value = cell === null ? Number.NaN : typeof cell === "number" ? cell : numberOf(cell.trim());
        if (value === undefined || !(Number.isNaN(value) || fits(value)))
          throw new UserError(`row ${index + 1}: ${column.name} is a number, not "${cell}"`);
        encodeNumber(column, value, out, at);
      }
    });
    offset += columnWidth(column);
  }
  return out;
}

/**
 * Rows of vectors, a list of values in the order of the schema's columns: numbers in their own units, rounded to the
 * digits their column has; the category whose number is greatest; null where the indicator of missing values is
 * above ½, or greatest.
 *
 * @throws UserError where the numbers are no rows of the schema
 */
export function decodeRows(schema: TableSchema, vectors: Float32Array): Cell[][] {
  const width = tableWidth(schema);
  if (vectors.length % width !== 0)
    throw new UserError(`${vectors.length} numbers are no rows of ${width} each`);
  return Array.from({ length: vectors.length / width }, (_, row) => {
    let at = row * width;
    return schema.columns.map((column) => {
      const numbers = vectors.subarray(at, at + columnWidth(column));
      at += numbers.length;
      return column.kind === "numeric" ? decodeNumber(column, numbers) : decodeCategory(column, numbers);
    });
  });
}

function decodeNumber({ mean, deviation, decimals, missing }: NumericColumn, numbers: Float32Array): Cell {
  if (missing > 0 && numbers[1]! > 0.5) return null;
  // A float32 tells nine digits at most.
  const away = Number((numbers[0]! * deviation).toPrecision(9));
  const value = Number((away + mean).toFixed(decimals));
  return value === 0 ? 0 : value; // No −0.
}

function decodeCategory({ categories }: CategoricalColumn, numbers: Float32Array): Cell {
  let greatest = 0;
  for (let place = 1; place < numbers.length; place++)
    if (numbers[place]! > numbers[greatest]!) greatest = place;
  if (greatest > categories.length) return null;
  return categories[greatest]?.name ?? OTHER;
}
