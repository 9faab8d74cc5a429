// The distributions of the plane: the ring and the grid of Gaussians that `--data ring` and `--data grid` are, and
// what is drawn by hand. A drawing is made of strokes; its distribution is that of a point chosen evenly along all
// strokes, blurred by a Gaussian.

import type { Split } from "../../../src/data/dataset.ts";
import { gridOptions, openGrid, openRing, ringOptions } from "../../../src/data/mixtures.ts";
import { UserError } from "../../../src/errors.ts";
import { randomStream } from "../../../src/random/index.ts";
import { DRAWN_EXTENT, type PlaneData, type Stroke } from "./plane-data.ts";

/** A distribution as a game needs it. */
export interface PlaneDistribution {
  /** The window that shows it is −extent to extent. */
  readonly extent: number;
  /** What is trained on; labels are modes, or strokes. */
  readonly train: Split;
  /** What is measured against. */
  readonly test: Split;
  readonly classes: number;
  readonly modes?: { readonly centres: Float32Array; readonly count: number; readonly sigma: number };
}

const TRAIN = 10_000;
const TEST = 10_000;
/** A dot weighs as much as a line of this length. */
const DOT = 0.1;

/**
 * Draws of a distribution, the same for the same seed.
 *
 * @throws UserError for a drawing of nothing
 */
export async function distributionOf(data: PlaneData, seed: number): Promise<PlaneDistribution> {
  const sizes = { train: TRAIN, validation: 0, test: TEST };
  if (data.kind === "drawn") {
    if (data.strokes.length === 0) throw new UserError("nothing is drawn yet; draw in the plane");
    const draw = (name: string, count: number): Split =>
      drawnPoints(data.strokes, data.sigma, { count, seed, stream: `data/drawn/${name}` });
    return {
      extent: DRAWN_EXTENT,
      train: draw("train", TRAIN),
      test: draw("test", TEST),
      classes: data.strokes.length,
    };
  }
  const options = { seed, splits: ["train", "test"] } as const;
  const opened =
    data.kind === "ring"
      ? openRing(ringOptions.parse({ modes: data.modes, sigma: data.sigma, ...sizes }), options)
      : openGrid(gridOptions.parse({ side: data.side, sigma: data.sigma, ...sizes }), options);
  return {
    extent: data.kind === "ring" ? 1.6 : 5.6,
    train: await opened.train(),
    test: await opened.test!(),
    classes: opened.modes!.count,
    modes: opened.modes!,
  };
}

/** Points of a drawing, with the strokes that they are of. */
export function drawnPoints(
  strokes: readonly Stroke[],
  sigma: number,
  { count, seed, stream }: { readonly count: number; readonly seed: number; readonly stream: string },
): Split & { readonly values: Float32Array } {
  const lines = strokes.flatMap((stroke, label) => linesOf(stroke).map((line) => ({ ...line, label })));
  const ends: number[] = [];
  for (const { weight } of lines) ends.push((ends.at(-1) ?? 0) + weight);
  const whole = ends.at(-1)!;
  const numbers = randomStream(seed, stream);
  const places = numbers.uniform(0, new Float32Array(count));
  const values = numbers.normal(0, new Float32Array(2 * count));
  const labels = new Int32Array(count);
  for (let at = 0; at < count; at++) {
    const place = places[at]! * whole;
    const found = Math.max(
      0,
      ends.findIndex((end) => place < end),
    );
    const { from, to, weight, label } = lines[found]!;
    const part = 1 - (ends[found]! - place) / weight;
    labels[at] = label;
    for (const axis of [0, 1] as const)
      values[2 * at + axis] = from[axis] + part * (to[axis] - from[axis]) + sigma * values[2 * at + axis]!;
  }
  return { count, values, labels };
}

interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly weight: number;
}

function linesOf(stroke: Stroke): Line[] {
  const corners: [number, number][] = [];
  for (let at = 0; at + 1 < stroke.length; at += 2) corners.push([stroke[at]!, stroke[at + 1]!]);
  const first = corners[0];
  if (first === undefined) return [];
  const lines = corners.slice(1).map((to, at) => {
    const from = corners[at]!;
    return { from, to, weight: Math.hypot(to[0] - from[0], to[1] - from[1]) };
  });
  const length = lines.reduce((sum, { weight }) => sum + weight, 0);
  return length < DOT
    ? [{ from: first, to: corners.at(-1)!, weight: DOT }]
    : lines.filter((line) => line.weight > 0);
}
