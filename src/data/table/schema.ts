// How the rows of a table are vectors, and vectors rows again. A schema is plain data, kept in run.json, so that a
// run is opened and its vectors are read without the table; what it knows of values comes from the training split.
//
//   a number      (x − mean) / deviation, and where the training split lacks some values one more number: 1 where the
//                 value is missing (the first is 0 then, the mean), else 0
//   a category    1 in the place of its name, 0 elsewhere; one place more for all other names, and one for missing
//                 values where the training split has such

import { z } from "zod";

const share = z.number().min(0).max(1);

const numericColumn = z.object({
  kind: z.literal("numeric"),
  name: z.string(),
  mean: z.number(),
  deviation: z.number().positive(),
  /** Of the training split. */
  least: z.number(),
  most: z.number(),
  /** Digits behind the point that values are written with. */
  decimals: z.int().min(0),
  /** Share of the training rows that lack a value. */
  missing: share,
});

const categoricalColumn = z.object({
  kind: z.literal("categorical"),
  name: z.string(),
  /** The most frequent first. */
  categories: z.array(z.object({ name: z.string(), count: z.int().positive() })).readonly(),
  /** Training rows of names that are not among them. */
  other: z.int().min(0),
  missing: share,
});

const column = z.discriminatedUnion("kind", [numericColumn, categoricalColumn]);

export const tableSchema = z.object({
  columns: z.array(column).readonly(),
  /** Columns that are no part of examples, and why. */
  ignored: z.array(z.object({ name: z.string(), reason: z.string() })).readonly(),
  /** The column whose values are the examples' labels, and these values. */
  label: z.object({ name: z.string(), classes: z.array(z.string()).readonly() }).optional(),
  /** How cells are read. */
  cells: z.object({
    missing: z.array(z.string()).readonly(),
    decimal: z.enum(["point", "comma"]),
  }),
});

export type NumericColumn = z.output<typeof numericColumn>;
export type CategoricalColumn = z.output<typeof categoricalColumn>;
export type TableColumn = z.output<typeof column>;
/** How the rows of a table are vectors. */
export type TableSchema = z.output<typeof tableSchema>;

/** What a category is called that is none of the known ones. */
export const OTHER = "(other)";

/** Numbers that a column is in a vector. */
export const columnWidth = (column: TableColumn): number =>
  (column.kind === "numeric" ? 1 : column.categories.length + 1) + (column.missing > 0 ? 1 : 0);

/** Numbers that a row is. */
export const tableWidth = ({ columns }: TableSchema): number =>
  columns.reduce((sum, each) => sum + columnWidth(each), 0);
