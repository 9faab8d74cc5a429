// The columns of a table in words: what each holds, by its training rows.

import type { TableColumn, TableSchema } from "../data/index.ts";
import { table as inColumns } from "./table.ts";

/** Categories of a column that are named. */
const NAMED = 4;

type Format = (value: number) => string;

/** A line a column: its name, its kind, what it holds, what it lacks. */
export function tableInWords(
  { columns, ignored, label }: TableSchema,
  { formatNumber, formatCount }: { readonly formatNumber: Format; readonly formatCount: Format },
): string {
  const holds = (column: TableColumn): string => {
    if (column.kind === "numeric") {
      const { least, most, mean, deviation } = column;
      return `${least} to ${most}, mean ${formatNumber(mean)}, σ ${formatNumber(deviation)}`;
    }
    const { categories, other } = column;
    const named = categories.slice(0, NAMED).map(({ name, count }) => `${name} (${formatCount(count)})`);
    const more = categories.length - named.length;
    return [
      ...named,
      ...(more > 0 ? [`${formatCount(more)} more`] : []),
      ...(other > 0 ? [`rarer ones (${formatCount(other)})`] : []),
    ].join(", ");
  };
  return inColumns([
    ...columns.map((column) => [
      `  ${column.name}`,
      column.kind,
      holds(column) + (column.missing > 0 ? `; ${percent(column.missing)} missing` : ""),
    ]),
    ...(label === undefined ? [] : [[`  ${label.name}`, "label"]]),
    ...ignored.map(({ name, reason }) => [`  ${name}`, "left out", reason]),
  ]);
}

/** At least 0.1 % where there is any. */
const percent = (share: number): string => `${Math.max(0.1, 100 * share).toFixed(1)} %`;
