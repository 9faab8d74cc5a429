// Vectors of an array as the rows of a table of numbers, whose columns are called by their places, from 1: they are
// standardised, and NaN is a missing value.

import { UserError } from "../../errors.ts";
import type { LoadOptions, OpenedSource, Split } from "../dataset.ts";
import { MOST_DECIMALS } from "./cells.ts";
import { encodeSplit, fitSchema } from "./fit.ts";
import type { ReadColumn } from "./read-values.ts";

/**
 * The same source as a table.
 *
 * @throws UserError where a schema is given that has other columns
 */
export function asTable(path: string, opened: OpenedSource, { table: schema }: LoadOptions): OpenedSource {
  const { kind, shape, identity, classes } = opened;
  if (kind !== "vector")
    throw new UserError(`${path} holds images; a table is made of an array (rows, columns)`);
  const names = Array.from({ length: shape[0]! }, (_, index) => String(index + 1));
  const other = schema?.columns.find(
    (column, place) => column.kind !== "numeric" || column.name !== names[place],
  );
  if (schema !== undefined && (other !== undefined || schema.columns.length !== names.length))
    throw new UserError(
      `${path} has columns 1 to ${names.length}, and the run was trained on ${schema.columns.length}, ${schema.columns[0]!.name} to ${schema.columns.at(-1)!.name}`,
    );
  const label = classes && { label: { name: "label", classes } };
  return {
    ...opened,
    identity: [...identity, "table"],
    fit(train) {
      const columns = names.map((each, place): ReadColumn => {
        const whole = isWhole(train, names.length, place);
        return { kind: "numeric", name: each, origin: 0, decimals: whole ? 0 : MOST_DECIMALS };
      });
      const rest = { ignored: [], cells: { missing: [], decimal: "point" as const }, categories: 0 };
      const fitted = schema ?? fitSchema(columns, train, { ...rest, ...label });
      return { table: fitted, encode: (rows) => encodeSplit(fitted, columns, rows) };
    },
  };
}

function isWhole({ values, count }: Split, width: number, place: number): boolean {
  for (let row = 0; row < count; row++) {
    const value = values[row * width + place]!;
    if (!Number.isNaN(value) && !Number.isInteger(value)) return false;
  }
  return true;
}
