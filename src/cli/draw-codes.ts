// Codes as points of the plane, in the colours of their labels.

import type { Split } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { classChart } from "../pictures/class-chart.ts";
import { type CodePlane, codePlane } from "../tasks/code-plane.ts";
import { type Destination, writeOut } from "./destination.ts";
import type { Projection } from "./projections.ts";

/** Writes the chart; returns how many codes it shows. */
export async function drawCodes(
  { path }: Destination,
  {
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
  },
): Promise<number> {
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
  await writeOut(path, png);
  return shown.count;
}

/** Of many codes some, spread evenly. */
async function umapOf(all: Split, latent: number): Promise<{ plane: CodePlane; shown: Split }> {
  const { codeUmap, MOST_UMAP_CODES } = await import("../tasks/code-umap.ts");
  const shown = takeEvenly(all, [latent], MOST_UMAP_CODES);
  return { plane: codeUmap(shown.values as Float32Array, latent), shown };
}
