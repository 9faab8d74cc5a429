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
  const chosen = chooseColumns(table, settings, schema);
  const values = await readValues(table, chosen, cells);
  const { columns, rows, ignored } =
    schema === undefined ? withoutNames(path, chosen, values) : { ...values, ignored: schema.ignored };
  if (columns.length === 0) {
    const reasons = ignored.map(({ name, reason }) => `${name} (${reason})`).join(", ");
    const advice = table.columns.some(({ first = "" }) => looksDivided(first))
      ? "; if blanks stand between its cells, add :delimiter=blank to the path"
      : "";
    throw new UserError(`${path} has no column to learn from: ${reasons || "labels only"}${advice}`);
  }
  const { classes } = values;
  const label = chosen.label && classes && { label: { name: chosen.label.name, classes } };
  return {
    name: basename(path),
    kind: "vector",
    shape: [columns.length],
    ...(classes && { classes }),
    identity: [table.checksum, table.rows, JSON.stringify(settings), VERSION],
    ...(table.doubtful !== undefined && {
      notes: [
        "its columns are called by their numbers, as a cell of the first row is a number or missing; where that row names them, add :header=yes to the path",
      ],
    }),
    dtype: "float32",
    counts: { train: rows.count, validation: 0, test: 0 },
    train: async () => rows,
    fit(train) {
      const { categories } = settings;
      const fitted = schema ?? fitSchema(columns, train, { ignored, ...label, cells, categories });
      return { table: fitted, encode: (split) => encodeSplit(fitted, columns, split) };
    },
  };
}

/** Whether a cell is several, of which one at least is a number. */
function looksDivided(cell: string): boolean {
  const parts = cell.split(/\s+/);
  return parts.length > 1 && parts.some((part) => part !== "" && Number.isFinite(Number(part)));
}

/** Columns whose words name the rows, one by one, are left out. */
function withoutNames(
  path: string,
  chosen: ChosenColumns,
  { columns, rows }: TableValues,
): Pick<TableValues, "columns" | "rows"> & Pick<ChosenColumns, "ignored"> {
  const kept: number[] = [];
  const ignored = [...chosen.ignored];
  columns.forEach((column, place) => {
    const { name } = column;
    const words = column.kind === "categorical" ? column.words : [];
    const tooMany = words.includes("");
    const guessed = chosen.columns[place]!.kind === "words";
    if (tooMany && !guessed)
      throw new UserError(
        `${path}: ${name} holds more than ${MOST_CATEGORIES} different values; leave it out with :ignore=${name}`,
      );
    if (guessed && (tooMany || words.length > Math.max(FEW_WORDS, rows.count / 2)))
      ignored.push({ name, reason: "names the rows" });
    else kept.push(place);
  });
  if (kept.length === columns.length) return { columns, rows, ignored };
  const [from, to] = [columns.length, kept.length];
  // Moved down in their own array, so that there is no second copy.
  for (let row = 0; row < rows.count; row++)
    for (let place = 0; place < to; place++)
      rows.values[row * to + place] = rows.values[row * from + kept[place]!]!;
  return {
    columns: kept.map((place) => columns[place]!),
    rows: { ...rows, values: rows.values.subarray(0, rows.count * to) },
    ignored,
  };
}
