// What each column of a table is: numbers, categories, the labels, or nothing to learn from. What the user says comes
// first, then the schema of a run that the table is read for, then what the column holds.

import { UserError } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { otherDecimal } from "./cells.ts";
import { MOST_CLASSES, MOSTLY } from "./limits.ts";
import type { TableSchema } from "./schema.ts";
import type { TableSettings } from "./settings.ts";
import { LABEL_NAMES, type Survey, type SurveyedColumn } from "./survey.ts";

export interface ChosenColumn {
  readonly name: string;
  /** Its place in a row, from 0. */
  readonly index: number;
  /** `words`: categories, if its words turn out to occur more than once. */
  readonly kind: "numeric" | "categorical" | "words";
  /** Categories of a schema. */
  readonly known?: readonly string[];
  /** Where the numbers of a schema's column lie. */
  readonly usual?: { readonly mean: number; readonly deviation: number };
}

export interface ChosenColumns {
  readonly columns: readonly ChosenColumn[];
  readonly label?: { readonly name: string; readonly index: number };
  readonly ignored: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Chooses the columns that examples are made of, in the table's order, or in the order of the schema that is given.
 *
 * @throws UserError where a column that is named is not there, or does not hold what it should
 */
export function chooseColumns(
  table: Survey,
  settings: TableSettings,
  schema: TableSchema | undefined,
): ChosenColumns {
  for (const name of [...settings.numeric, ...settings.categorical, ...settings.ignore]) find(table, name);
  const label = labelOf(table, settings, schema);
  const chosen = label === undefined ? {} : { label };
  if (schema !== undefined) {
    const columns = schema.columns.map((wanted) => {
      const { name, kind } = wanted;
      const { index, column } = find(table, name, "needed");
      if (kind === "numeric") checkNumbers(table, column);
      return kind === "numeric"
        ? { name, index, kind, usual: wanted }
        : { name, index, kind, known: wanted.categories.map((category) => category.name) };
    });
    return { columns, ignored: schema.ignored, ...chosen };
  }
  const columns: ChosenColumn[] = [];
  const ignored: { name: string; reason: string }[] = [];
  table.columns.forEach((column, index) => {
    const { name } = column;
    if (index === label?.index) return;
    const kind = settings.ignore.includes(name) ? "not wanted" : kindOf(table, column, settings);
    if (kind === "numeric" || kind === "categorical" || kind === "words") columns.push({ name, index, kind });
    else ignored.push({ name, reason: kind });
  });
  return { columns, ignored, ...chosen };
}

/** What a column is, or why it is nothing. */
function kindOf(
  table: Survey,
  column: SurveyedColumn,
  { numeric, categorical }: TableSettings,
): ChosenColumn["kind"] | "empty" | "always the same" | "counts the rows" | "names the rows" {
  const { name, values, numbers, near } = column;
  if (numeric.includes(name)) {
    checkNumbers(table, column);
    return "numeric";
  }
  if (categorical.includes(name)) return "categorical";
  if (values === 0) return "empty";
  if (!column.varies && values === table.rows) return "always the same";
  if (numbers === values) {
    if (column.counts && values === table.rows && values > 2) return "counts the rows";
    return name.toLowerCase() === "id" ? "names the rows" : "numeric";
  }
  if (numbers + near > MOSTLY * values) checkNumbers(table, column);
  return "words";
}

/** @throws UserError where a column of numbers holds something else */
function checkNumbers({ path, cells, doubtful }: Survey, column: SurveyedColumn): void {
  const { name, word, values, numbers } = column;
  if (numbers === values || word === undefined) return;
  const { text, line, near } = word;
  const refuse = (what: string, ...advice: string[]) =>
    new UserError(`${path}: line ${line}, ${name}: "${text}" ${what}; ${advice.join(", and ")}`);
  const missing = `if it stands for a missing value, add :missing=${text} to the path`;
  const categorical = `if the column holds categories, :categorical=${name}`;
  if (near === "too large")
    throw refuse(
      "is too large, numbers are at most 3.4e38",
      missing,
      `if the column may be left out, :ignore=${name}`,
    );
  if (near === "other decimals") {
    const other = otherDecimal(cells.decimal);
    throw refuse(`is a number with a decimal ${other}`, `add :decimal=${other} to the path`, categorical);
  }
  if (line === doubtful)
    throw refuse("is no number", "if this row names the columns, add :header=yes to the path", categorical);
  throw refuse("is no number", missing, categorical);
}

function labelOf(
  table: Survey,
  { label, numeric, categorical, ignore }: TableSettings,
  schema?: TableSchema,
) {
  if (label === "none" && !table.columns.some(({ name }) => name === label)) return undefined;
  const named = [...numeric, ...categorical, ...ignore];
  let found: { column: SurveyedColumn; index: number } | undefined;
  if (label !== undefined) found = find(table, label);
  else if (schema !== undefined) {
    // New rows need no labels.
    const index = table.columns.findIndex(
      ({ name, gap }) => name === schema.label?.name && gap === undefined,
    );
    found = index < 0 ? undefined : { column: table.columns[index]!, index };
  } else
    for (const usual of LABEL_NAMES) {
      const index = table.columns.findIndex((column) => column.name.toLowerCase() === usual);
      const column = table.columns[index];
      if (column !== undefined && !named.includes(column.name) && isLabel(column)) {
        found = { column, index };
        break;
      }
    }
  if (found === undefined) return undefined;
  const { column, index } = found;
  if (column.gap !== undefined)
    throw new UserError(
      `${table.path}: line ${column.gap}, ${column.name}: the label is missing; give each row one, or add :label=none to the path`,
    );
  return { name: column.name, index };
}

/** Whether a column that is called so holds labels, and not numbers to predict. */
const isLabel = ({ words, numbers, near, values, decimals }: SurveyedColumn): boolean =>
  values > 0 &&
  (words?.size ?? 0) <= MOST_CLASSES &&
  (numbers + near < values || (near === 0 && decimals === 0));

/** The column of a name that the user wrote, or one that a schema needs. */
function find(
  { path, columns }: Survey,
  name: string,
  why: "written" | "needed" = "written",
): { column: SurveyedColumn; index: number } {
  const index = columns.findIndex((column) => column.name === name);
  if (index >= 0) return { column: columns[index]!, index };
  const names = columns.map((column) => column.name);
  const meant = why === "written" ? nearest(name, names) : undefined;
  const listed = names.length > 20 ? `${names.slice(0, 20).join(", ")}, …` : names.join(", ");
  throw new UserError(
    `${path} has no column "${name}"; ${meant === undefined ? `it has ${listed}` : `did you mean "${meant}"?`}`,
  );
}
