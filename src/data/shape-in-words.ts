// The form of examples, in words.

import type { Dataset } from "./dataset.ts";

/** "images of 28×28, grey", "vectors of 2", "rows of 14 columns, as vectors of 116". */
export function shapeInWords({ kind, shape, table }: Pick<Dataset, "kind" | "shape" | "table">): string {
  if (table !== undefined) {
    const { length } = table.columns;
    return `rows of ${length} ${length === 1 ? "column" : "columns"}, as vectors of ${shape.join("×")}`;
  }
  if (kind === "vector") return `vectors of ${shape.join("×")}`;
  const [channels = 1, height, width] = shape;
  const colour = channels === 1 ? "grey" : channels === 3 ? "in colour" : `of ${channels} channels`;
  return `images of ${height}×${width}, ${colour}`;
}
