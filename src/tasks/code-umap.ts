// Codes as points of the plane by UMAP (McInnes, Healy, Melville 2018, "UMAP: uniform manifold approximation and
// projection"): codes that are neighbours stay neighbours. Groups come apart that principal components lay over one
// another; distances between groups, and their sizes, say little.

import umap from "umap-js";
import { UserError } from "../errors.ts";
import { countFiniteRows } from "../metrics/rows.ts";
import { randomStream } from "../random/index.ts";
import type { CodePlane } from "./code-plane.ts";

/** Codes that are laid out, at most: a matter of seconds for so many. */
export const MOST_UMAP_CODES = 3000;
/** The neighbours whose nearness is kept: UMAP's own default. */
const NEIGHBOURS = 15;
/** Random numbers that are drawn at a time. */
const DRAWN = 1 << 16;

/**
 * Lays codes out in the plane. The same codes and the same seed have the same places.
 *
 * @param codes row-major [count, dimensions], from 4 to 3,000
 * @throws UserError for codes that are not whole, too few, too many, or not finite
 * @example
 * const { points } = codeUmap(codes.data, 32); // x0, y0, x1, y1, …
 */
export function codeUmap(
  codes: Float32Array,
  dimensions: number,
  { seed = 0 }: { readonly seed?: number } = {},
): CodePlane {
  const count = countFiniteRows(codes, dimensions, "codes", 4);
  if (count > MOST_UMAP_CODES)
    throw new UserError(`UMAP lays out ${MOST_UMAP_CODES} codes at most here, not ${count}; take fewer`);
  const rows = Array.from({ length: count }, (_, row) =>
    Array.from(codes.subarray(row * dimensions, (row + 1) * dimensions)),
  );
  const layout = new umap.UMAP({
    nComponents: 2,
    nNeighbors: Math.min(NEIGHBOURS, count - 1),
    random: uniformNumbers(seed),
  });
  return { points: layout.fit(rows).flat(), axes: ["UMAP 1", "UMAP 2"] };
}

/** Numbers of [0, 1), one at a call. */
function uniformNumbers(seed: number): () => number {
  const stream = randomStream(seed, "umap");
  const drawn = new Float32Array(DRAWN);
  let taken = DRAWN;
  let position = 0;
  return () => {
    if (taken === DRAWN) {
      stream.uniform(position++, drawn);
      taken = 0;
    }
    return drawn[taken++]!;
  };
}
