// What may follow the name of a table: `people.csv:label=income,ignore=name|address`.

import { z } from "zod";
import { MOST_CATEGORIES } from "./limits.ts";
import { type Delimiter, delimiters } from "./read-rows.ts";

const list = z.string().transform((names) => names.split("|").map((name) => name.trim()));

export const tableSettings = z.strictObject({
  /** The column of the labels; "none" where there is none. */
  label: z.string().optional(),
  /** Columns of numbers, of categories, and those left out; the rest are told by what they hold. */
  numeric: list.default([]),
  categorical: list.default([]),
  ignore: list.default([]),
  /** Words for a missing value, besides the usual ones. */
  missing: list.default([]),
  /** Whether the first row names the columns; told by what it holds unless said. */
  header: z.enum(["yes", "no"]).optional(),
  delimiter: z.enum(Object.keys(delimiters) as [Delimiter, ...Delimiter[]]).optional(),
  decimal: z.enum(["point", "comma"]).optional(),
  /** Categories of a column that have a place of their own; the rarer ones share one. */
  categories: z.int().min(1).max(MOST_CATEGORIES).default(100),
});

export type TableSettings = z.output<typeof tableSettings>;
