// Which column of a row is strange: the one that the model rebuilds worst.

import { columnWidth, type TableSchema } from "../../data/table/schema.ts";
import { squaredError } from "../../metrics/squared-error.ts";

/**
 * The name of the column with the largest squared error, for each row. Categories count over all of their places.
 *
 * @param rows row-major [count, width of the table], as the networks see them
 * @param rebuilt the same, reconstructed
 */
export function strangestColumns(
  { columns }: TableSchema,
  rows: Float32Array,
  rebuilt: Float32Array,
): string[] {
  const width = columns.reduce((sum, column) => sum + columnWidth(column), 0);
  return Array.from({ length: rows.length / width }, (_, row) => {
    let place = row * width;
    let worst = { name: "", error: -1 };
    for (const column of columns) {
      const end = place + columnWidth(column);
      const error = squaredError(rows, rebuilt, place, end);
      place = end;
      if (error > worst.error) worst = { name: column.name, error };
    }
    return worst.name;
  });
}
