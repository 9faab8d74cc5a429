// A table in text as a source: looked through once to tell its columns, read once more for their values. The rows
// that are trained on then say how a row is a vector (`fit`).

import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import type { LoadOptions, OpenedSource } from "../dataset.ts";
import type { CellRules } from "./cells.ts";
import { type ChosenColumns, chooseColumns } from "./choose-columns.ts";
import { encodeSplit, fitSchema } from "./fit.ts";
import { FEW_WORDS, MOST_CATEGORIES } from "./limits.ts";
import { readValues, type TableValues } from "./read-values.ts";
import type { TableSchema } from "./schema.ts";
import type { TableSettings } from "./settings.ts";
import { survey } from "./survey.ts";

/** Changes whenever the same table gives other vectors. */
const VERSION = 1;

/**
 * Opens a table.
 *
 * @param load with a `table`, rows become the vectors of that schema
 */
export async function openTable(
  path: string,
  { table: schema }: LoadOptions,
  settings: TableSettings,
): Promise<OpenedSource> {
  const cells: CellRules = {
    missing: [...(schema?.cells.missing ?? []), ...settings.missing],
    decimal: settings.decimal ?? schema?.cells.decimal ?? "point",
  };
  const { header, delimiter } = settings;
  const table = await survey(path, {
    cells,
    ...(header === undefined ? {} : { header: header === "yes" }),
    ...(delimiter === undefined ? {} : { delimiter }),
  });
  const asked = chooseColumns(table, settings, schema);
  const values = await readValues(table, asked, cells);
  const read = schema === undefined ? withoutNames(path, asked, values) : { chosen: asked, values };
  const { columns, ignored } = read.chosen;
  if (columns.length === 0)
    throw new UserError(
      `${path} has no column to learn from: ${ignored.map(({ name, reason }) => `${name} (${reason})`).join(", ") || "labels only"}`,
    );
  return {
    name: basename(path),
    kind: "vector",
    shape: [columns.length],
    ...(values.classes && { classes: values.classes }),
    identity: [table.checksum, table.rows, JSON.stringify(settings), VERSION],
    train: async () => read.values.rows,
    fit(train) {
      const fitted: TableSchema =
        schema ?? fitSchema({ table, ...read, cells, categories: settings.categories }, train);
      return {
        table: fitted,
        encode: (rows) => encodeSplit(fitted, read.chosen, read.values, rows),
      };
    },
  };
}

/** Columns whose words name the rows, one by one, are left out. */
function withoutNames(
  path: string,
  asked: ChosenColumns,
  values: TableValues,
): { readonly chosen: ChosenColumns; readonly values: TableValues } {
  const { rows, words, origins } = values;
  const kept: number[] = [];
  const ignored = [...asked.ignored];
  asked.columns.forEach(({ name, kind }, place) => {
    const tooMany = words[place]!.includes("");
    if (tooMany && kind === "categorical")
      throw new UserError(
        `${path}: ${name} holds more than ${MOST_CATEGORIES} different values; leave it out with :ignore=${name}`,
      );
    if (kind === "words" && (tooMany || words[place]!.length > Math.max(FEW_WORDS, rows.count / 2)))
      ignored.push({ name, reason: "names the rows" });
    else kept.push(place);
  });
  if (kept.length === asked.columns.length) return { chosen: asked, values };
  const [from, to] = [asked.columns.length, kept.length];
  // Moved down in their own array, so that there is no second copy.
  for (let row = 0; row < rows.count; row++)
    for (let place = 0; place < to; place++)
      rows.values[row * to + place] = rows.values[row * from + kept[place]!]!;
  const take = <T>(all: readonly T[]): T[] => kept.map((place) => all[place]!);
  return {
    chosen: { ...asked, ignored, columns: take(asked.columns) },
    values: {
      ...values,
      rows: { ...rows, values: rows.values.subarray(0, rows.count * to) },
      origins: take(origins),
      words: take(words),
    },
  };
}
