// What a game on the plane is played for, as the page and the worker both know it.

/** Corners of a line, x and y one after the other; a single one is a dot. */
export type Stroke = readonly number[];

export type PlaneData =
  | { readonly kind: "ring"; readonly modes: number; readonly sigma: number }
  | { readonly kind: "grid"; readonly side: number; readonly sigma: number }
  | { readonly kind: "drawn"; readonly strokes: readonly Stroke[]; readonly sigma: number };

/** Drawings are made from minus this to this, in both directions. */
export const DRAWN_EXTENT = 1.25;
