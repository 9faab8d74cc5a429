// The form of examples and how many there are, in words.

import type { Dataset } from "./dataset.ts";

/** "1 image", "5 images". */
export const countInWords = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"}`;

/** "images of 28×28, grey", "vectors of 2", "rows of 14 columns, as vectors of 116". */
export function shapeInWords({ kind, shape, table }: Pick<Dataset, "kind" | "shape" | "table">): string {
  if (table !== undefined) {
    return `rows of ${countInWords(table.columns.length, "column")}, as vectors of ${shape.join("×")}`;
  }
  if (kind === "vector") return `vectors of ${shape.join("×")}`;
  const [channels = 1, height, width] = shape;
  const colour = channels === 1 ? "grey" : channels === 3 ? "in colour" : `of ${channels} channels`;
  return `images of ${height}×${width}, ${colour}`;
}
