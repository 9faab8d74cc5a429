// `glyphs`: drawn characters and shapes whose causes of variation are known. It is the default data set, since it
// needs no download: made from the seed, as large as one asks.
//
// Every example is a pure function of (seed, split, index): a class, and six factors that vary on their own, evenly
// within their ranges. The ranges are such that the ink all but never reaches the edge of the picture.

import { z } from "zod";
import { randomStream } from "../../random/index.ts";
import { heldOutCount, trainingCount } from "../counts.ts";
import type { Factor, LoadOptions, OpenedSource, Split } from "../dataset.ts";
import type { Polyline } from "./path.ts";
import { StrokeRenderer } from "./render.ts";
import { shapeNames, strokesOfShape } from "./shapes.ts";
import { strokesOf } from "./strokes.ts";

const digits = [..."0123456789"];
/** Capitals that are no digit and no other capital when turned or slanted a little. */
const letters = [..."AEFHKMRTXY"];

const groups = {
  all: [...digits, ...letters, ...shapeNames],
  digits,
  letters,
  shapes: shapeNames,
} as const;

export const glyphOptions = z.strictObject({
  classes: z.enum(["all", "digits", "letters", "shapes"]).default("all"),
  train: trainingCount.default(20_000),
  validation: heldOutCount.default(2_000),
  test: heldOutCount.default(4_000),
});

/** What `Split.factors` holds of each example, in this order. Lengths are fractions of the picture's side. */
export const glyphFactors: readonly Factor[] = [
  { name: "x", summary: "how far the middle lies right of the picture's", low: -0.08, high: 0.08 },
  { name: "y", summary: "how far the middle lies below the picture's", low: -0.08, high: 0.08 },
  { name: "scale", summary: "the height of a capital", low: 0.46, high: 0.66 },
  { name: "rotation", summary: "the turn anticlockwise, in radians", low: -0.3, high: 0.3 },
  {
    name: "slant",
    summary: "how far the top leans right, as a fraction of the height",
    low: -0.1,
    high: 0.3,
  },
  { name: "thickness", summary: "the width of the pen", low: 0.06, high: 0.12 },
];

/** Changes whenever the same seed gives other pictures. */
const version = 1;

interface Figure {
  readonly strokes: readonly Polyline[];
  /** The middle of its ink. */
  readonly x: number;
  readonly y: number;
}

function figureOf(name: string): Figure {
  const strokes = shapeNames.includes(name) ? strokesOfShape(name) : strokesOf(name);
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of strokes)
    for (let i = 0; i < stroke.length; i += 2) {
      left = Math.min(left, stroke[i]!);
      right = Math.max(right, stroke[i]!);
      low = Math.min(low, stroke[i + 1]!);
      high = Math.max(high, stroke[i + 1]!);
    }
  return { strokes, x: (left + right) / 2, y: (low + high) / 2 };
}

/** The glyphs of a seed: grey pictures of `imageSize` (28) pixels, or the same in three channels of colour. */
export function openGlyphs(options: z.infer<typeof glyphOptions>, load: LoadOptions): OpenedSource {
  const classes = groups[options.classes];
  const size = load.imageSize ?? 28;
  const channels = load.grey === false ? 3 : 1;
  const make = (split: "train" | "validation" | "test") => async (): Promise<Split> =>
    makeGlyphs(load.seed, split, options[split], classes, size, channels);
  return {
    name: "glyphs",
    kind: "image",
    shape: [channels, size, size],
    classes,
    factors: glyphFactors,
    identity: [version, load.seed, JSON.stringify(options)],
    dtype: "uint8",
    counts: options,
    train: make("train"),
    ...(options.validation > 0 && { validation: make("validation") }),
    ...(options.test > 0 && { test: make("test") }),
  };
}

function makeGlyphs(
  seed: number,
  split: string,
  count: number,
  classes: readonly string[],
  size: number,
  channels: number,
): Split {
  const stream = randomStream(seed, `data/glyphs/${split}`);
  const labels = stream.integers(0, classes.length, new Int32Array(count));
  const factors = stream.uniform(0, new Float32Array(count * glyphFactors.length));
  const values = new Uint8Array(count * channels * size * size);
  const figures = classes.map(figureOf);
  const renderer = new StrokeRenderer(size, size);
  for (let i = 0; i < count; i++) {
    const own = factors.subarray(i * glyphFactors.length, (i + 1) * glyphFactors.length);
    glyphFactors.forEach(({ low, high }, k) => {
      own[k] = low + (high - low) * own[k]!;
    });
    const start = i * channels * size * size;
    drawGlyph(renderer, figures[labels[i]!]!, own, values, start);
    for (let channel = 1; channel < channels; channel++)
      values.copyWithin(start + channel * size * size, start, start + size * size);
  }
  return { count, values, labels, factors };
}

function drawGlyph(
  renderer: StrokeRenderer,
  figure: Figure,
  factors: Float32Array,
  out: Uint8Array,
  start: number,
): void {
  const size = renderer.height;
  const [x = 0, y = 0, scale = 0, rotation = 0, slant = 0, thickness = 0] = factors;
  const cos = Math.cos(rotation) * scale * size;
  const sin = Math.sin(rotation) * scale * size;
  // Slant (x + slant·y, y), then turn, then flip y downwards; the figure's middle goes to the wanted place.
  const [a, b, c, d] = [cos, -sin, cos * slant - sin, -sin * slant - cos];
  const e = size * (0.5 + x) - a * figure.x - c * figure.y;
  const f = size * (0.5 + y) - b * figure.x - d * figure.y;
  renderer.draw(figure.strokes, { a, b, c, d, e, f }, thickness * size, out, start);
}
