// Codes as points of the plane, in the colours of their labels.

import type { Split } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { UserError } from "../errors.ts";
import { classChart } from "../pictures/class-chart.ts";
import { type CodePlane, codePlane } from "../tasks/code-plane.ts";
import type { Projection } from "./projections.ts";

/** Codes that a projection takes, at least. */
const LEAST: Readonly<Record<Projection, number>> = { principal: 2, umap: 4 };

/**
 * That there are codes enough to lay them out in the plane, where they have more than two numbers.
 *
 * @throws UserError where there are too few
 */
export function checkDrawable(count: number, latent: number, projection: Projection): void {
  if (latent <= 2 || count >= LEAST[projection]) return;
  throw new UserError(
    `--plot lays out at least ${LEAST[projection]} codes of more than two numbers, and there ${count === 1 ? "is 1" : `are ${count}`}; take more`,
  );
}

/** The chart as a PNG file, and how many codes it shows. */
export async function drawCodes({
  codes,
  latent,
  labels,
  classes,
  title,
  projection,
}: {
  /** Row-major [count, latent]. */
  readonly codes: Float32Array;
  readonly latent: number;
  readonly labels: Int32Array | undefined;
  readonly classes: readonly string[] | undefined;
  readonly title: string;
  readonly projection: Projection;
}): Promise<{ readonly png: Uint8Array; readonly shown: number }> {
  const count = codes.length / latent;
  const all: Split = { count, values: codes, ...(labels === undefined ? {} : { labels }) };
  const { plane, shown } =
    projection === "umap" && latent > 2
      ? await umapOf(all, latent)
      : { plane: codePlane(codes, latent), shown: all };
  const { png } = await classChart({
    points: plane.points,
    ...(shown.labels === undefined ? {} : { labels: shown.labels }),
    ...(classes === undefined ? {} : { classes }),
    title,
    xLabel: plane.axes[0],
    yLabel: plane.axes[1],
  });
  return { png, shown: shown.count };
}

/** Of many codes some, spread evenly. */
async function umapOf(all: Split, latent: number): Promise<{ plane: CodePlane; shown: Split }> {
  const { codeUmap, MOST_UMAP_CODES } = await import("../tasks/code-umap.ts");
  const shown = takeEvenly(all, [latent], MOST_UMAP_CODES);
  return { plane: codeUmap(shown.values as Float32Array, latent), shown };
}
