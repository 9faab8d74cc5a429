// Data sets derived from others: `mnist+edges` is the images of mnist, each turned into its edges. What is derived
// keeps the order and the labels of its source, so that two data sets made of one are pairs: `mnist+edges` and
// `mnist` are, and so are `mnist+noisy` and `mnist`.
//
// Transforms work on images that have the wanted size and colour already, and take their values to be in [0, 1]:
//
//   negative    1 − x
//   grey        0.299 R + 0.587 G + 0.114 B (Rec. 601)
//   rotated     turned by quarters, anticlockwise
//   edges       ¼ √(h² + v²), at most 1; h and v are Sobel's 3×3 differences, the largest over the channels, so that
//               a step from 0 to 1 gives 1
//   binarised   1 where x ≥ threshold, else 0
//   sampled     1 with probability x, else 0, drawn once for the data set: static binarisation, as for the binarised
//               MNIST of Salakhutdinov, Murray 2008
//   noisy       x + level · N(0, 1), cut to [0, 1], drawn once for the data set
//
// What is random is a function of (seed, split, index of the example).

import { z } from "zod";
import { UserError } from "../errors.ts";
import { type RandomStream, randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/shape.ts";
import { toGrey } from "./adapt-images.ts";
import type { LoadOptions, OpenedSource, Split, SplitName } from "./dataset.ts";

type Values = Uint8Array | Float32Array;
type Shape = readonly number[];

interface Work<Settings> {
  readonly settings: Settings;
  /** Of one image, [channels, height, width]. */
  readonly shape: Shape;
  readonly count: number;
  /** What stands for 1: 255 for bytes. */
  readonly one: number;
  /** Random numbers of this split, for a transform with a seed; a position an example. */
  readonly stream: RandomStream;
}

interface Transform<Settings = Readonly<Record<string, unknown>>> {
  readonly summary: string;
  /** The schema of what may follow the name: `noisy:level=0.1`. */
  readonly options: z.ZodObject;
  /** The shape that images get, where it is not their own. */
  readonly shape?: (shape: Shape, settings: Settings) => Shape;
  /** Writes all images of `from` to `to`. */
  readonly apply: (from: Values, to: Values, work: Work<Settings>) => void;
  /** Whether the seed decides the result. */
  readonly random?: boolean;
  /** Whether known factors of variation, such as where things lie, are no longer true. */
  readonly moves?: boolean;
}

function transform<Shape extends z.ZodRawShape>(
  options: z.ZodObject<Shape>,
  row: Omit<Transform<z.infer<z.ZodObject<Shape>>>, "options">,
): Transform {
  return { ...row, options } as unknown as Transform;
}

const fraction = z.number().min(0).max(1);
const noOptions = z.strictObject({});

const transforms: Readonly<Record<string, Transform>> = {
  edges: transform(noOptions, {
    summary: "their edges, one grey channel",
    shape: ([, height = 1, width = 1]) => [1, height, width],
    apply: drawEdges,
  }),
  negative: transform(noOptions, {
    summary: "light and dark exchanged",
    apply: (from, to, { one }) => {
      for (let i = 0; i < from.length; i++) to[i] = one - from[i]!;
    },
  }),
  grey: transform(noOptions, {
    summary: "one grey channel",
    shape: ([, height = 1, width = 1]) => [1, height, width],
    apply: (from, to, { shape: [channels, ...plane], count }) =>
      to.set(channels === 1 ? from : toGrey(from, count, sizeOf(plane))),
  }),
  rotated: transform(z.strictObject({ quarters: z.int().min(1).max(3).default(1) }), {
    summary: "turned by a quarter, anticlockwise",
    shape: ([channels = 1, height = 1, width = 1], { quarters }) =>
      quarters === 2 ? [channels, height, width] : [channels, width, height],
    apply: rotate,
    moves: true,
  }),
  binarised: transform(z.strictObject({ threshold: fraction.default(0.5) }), {
    summary: "0 or 1, by a threshold",
    apply: (from, to, { one, settings: { threshold } }) => {
      for (let i = 0; i < from.length; i++) to[i] = from[i]! >= threshold * one ? one : 0;
    },
  }),
  sampled: transform(noOptions, {
    summary: "0 or 1, drawn once with the grey value as probability of 1",
    random: true,
    apply: (from, to, { shape, count, one, stream }) => {
      const size = sizeOf(shape);
      const draws = new Float32Array(size);
      for (let image = 0; image < count; image++) {
        stream.uniform(image, draws);
        const start = image * size;
        for (let i = 0; i < size; i++) to[start + i] = draws[i]! * one < from[start + i]! ? one : 0;
      }
    },
  }),
  noisy: transform(z.strictObject({ level: z.number().positive().max(10).default(0.25) }), {
    summary: "with Gaussian noise, drawn once",
    random: true,
    apply: (from, to, { settings: { level }, shape, count, one, stream }) => {
      const size = sizeOf(shape);
      const draws = new Float32Array(size);
      const half = one === 255 ? 0.5 : 0; // Bytes are cut to whole numbers and not rounded.
      for (let image = 0; image < count; image++) {
        stream.normal(image, draws);
        const start = image * size;
        for (let i = 0; i < size; i++)
          to[start + i] = Math.min(one, Math.max(0, from[start + i]! + level * one * draws[i]!)) + half;
      }
    },
  }),
};

/** The transform of a name, or undefined. */
export const transformCalled = (name: string): Transform | undefined =>
  Object.hasOwn(transforms, name) ? transforms[name] : undefined;

export const transformNames: readonly string[] = Object.keys(transforms);

/** What may follow the name of a source of images, each after a plus sign. */
export const listTransforms = (): { name: string; summary: string }[] =>
  Object.entries(transforms).map(([name, { summary }]) => ({ name, summary }));

/** Changes whenever the same images give other ones. */
const version = 1;

/**
 * The source `opened` with its images transformed.
 *
 * @throws UserError where the source holds no images that this transform takes
 */
export function transformed(
  opened: OpenedSource,
  name: string,
  settings: Readonly<Record<string, unknown>>,
  { seed }: LoadOptions,
): OpenedSource {
  const { options: _, shape: shapeOf, apply, random = false, moves = false } = transforms[name]!;
  const { kind, shape, factors, stackOf: _stack, validation, test, ...rest } = opened;
  if (kind !== "image") throw new UserError(`${opened.name} holds vectors, and +${name} works on images`);
  if (name === "grey" && shape[0] !== 1 && shape[0] !== 3)
    throw new UserError(`${opened.name} cannot be made grey: its images have ${shape[0]} channels, not 3`);
  const newShape = shapeOf?.(shape, settings) ?? shape;
  const derive = (split: SplitName, read: () => Promise<Split>) => async (): Promise<Split> => {
    const { values: from, factors: known, ...given } = await read();
    const length = given.count * sizeOf(newShape);
    const bytes = from instanceof Uint8Array;
    const values = bytes ? new Uint8Array(length) : new Float32Array(length);
    const stream = randomStream(seed, `data/${opened.name}+${name}/${split}`);
    apply(from, values, { settings, shape, count: given.count, one: bytes ? 255 : 1, stream });
    return { ...given, values, ...(known && !moves && { factors: known }) };
  };
  return {
    ...rest,
    kind,
    name: `${opened.name}+${name}`,
    shape: newShape,
    ...(factors && !moves && { factors }),
    identity: [...opened.identity, name, version, JSON.stringify(settings), random ? seed : ""],
    train: derive("train", opened.train),
    ...(validation && { validation: derive("validation", validation) }),
    ...(test && { test: derive("test", test) }),
  };
}

function drawEdges(from: Values, to: Values, { shape, count, one }: Work<unknown>): void {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const half = one === 255 ? 0.5 : 0;
  for (let image = 0; image < count; image++)
    for (let y = 0; y < height; y++) {
      // Beyond its border an image goes on as it ends.
      const above = Math.max(0, y - 1) * width;
      const here = y * width;
      const below = Math.min(height - 1, y + 1) * width;
      for (let x = 0; x < width; x++) {
        const left = Math.max(0, x - 1);
        const right = Math.min(width - 1, x + 1);
        let steepest = 0;
        for (let channel = 0; channel < channels; channel++) {
          const at = (image * channels + channel) * plane;
          const falling = from[at + below + right]! - from[at + above + left]!;
          const rising = from[at + above + right]! - from[at + below + left]!;
          const across = falling + rising + 2 * (from[at + here + right]! - from[at + here + left]!);
          const down = falling - rising + 2 * (from[at + below + x]! - from[at + above + x]!);
          steepest = Math.max(steepest, across * across + down * down);
        }
        to[image * plane + here + x] = Math.min(one, Math.sqrt(steepest) / 4) + half;
      }
    }
}

function rotate(
  from: Values,
  to: Values,
  { shape, count, settings: { quarters } }: Work<{ quarters: number }>,
): void {
  const [channels = 1, height = 1, width = 1] = shape;
  for (let start = 0; start < count * channels * height * width; start += height * width)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const place =
          quarters === 1
            ? (width - 1 - x) * height + y
            : quarters === 2
              ? (height - 1 - y) * width + (width - 1 - x)
              : x * height + (height - 1 - y);
        to[start + place] = from[start + y * width + x]!;
      }
}
