// Images that are already numbers, brought to another size or to grey.
//
// Resizing is separable, with a triangle (bilinear) filter that widens when it shrinks, so that nothing is skipped
// over; grey is Rec. 601's luma. Folders of image files do not come here: sharp decodes them to size.

import { UserError } from "../errors.ts";
import type { LoadOptions, Split } from "./dataset.ts";

/** The shape [channels, height, width] that images of `shape` get; a UserError where colour cannot be had. */
export function adaptedShape(
  name: string,
  shape: readonly number[],
  options: LoadOptions,
): readonly number[] {
  const [channels = 1, height = 1, width = 1] = shape;
  if (options.grey === false && channels === 1)
    throw new UserError(`${name} has no colour: its images have one channel; leave out the choice of colour`);
  if (options.grey === true && channels !== 1 && channels !== 3)
    throw new UserError(`${name} cannot be made grey: its images have ${channels} channels, not 3`);
  const size = options.imageSize;
  return [options.grey === true ? 1 : channels, size ?? height, size ?? width];
}

/** The images of `split`, stored as `shape`, as `options` want them. The split itself where nothing changes. */
export function adaptImages(split: Split, shape: readonly number[], options: LoadOptions): Split {
  const [channels = 1, height = 1, width = 1] = shape;
  const size = options.imageSize;
  let { values } = split;
  const grey = options.grey === true && channels === 3;
  if (grey) values = toGrey(values, split.count, height * width);
  if (size !== undefined && (size !== height || size !== width))
    values = resize(values, split.count * (grey ? 1 : channels), [height, width], [size, size]);
  return values === split.values ? split : { ...split, values };
}

/** Images of three channels, of `plane` pixels each, in grey. */
export function toGrey(
  values: Uint8Array | Float32Array,
  count: number,
  plane: number,
): Uint8Array | Float32Array {
  const bytes = values instanceof Uint8Array;
  const out = bytes ? new Uint8Array(count * plane) : new Float32Array(count * plane);
  const half = bytes ? 0.5 : 0;
  for (let i = 0; i < count; i++) {
    const from = i * 3 * plane;
    for (let p = 0; p < plane; p++) {
      const red = values[from + p]!;
      const green = values[from + plane + p]!;
      const blue = values[from + 2 * plane + p]!;
      out[i * plane + p] = 0.299 * red + 0.587 * green + 0.114 * blue + half;
    }
  }
  return out;
}

/** Resizes `count` planes of [height, width]. */
export function resize(
  values: Uint8Array | Float32Array,
  count: number,
  [height, width]: readonly [number, number],
  [newHeight, newWidth]: readonly [number, number],
): Uint8Array | Float32Array {
  const bytes = values instanceof Uint8Array;
  const length = count * newHeight * newWidth;
  const out = bytes ? new Uint8Array(length) : new Float32Array(length);
  const half = bytes ? 0.5 : 0;
  const across = filterOf(width, newWidth);
  const down = filterOf(height, newHeight);
  const rows = new Float64Array(height * newWidth);
  for (let plane = 0; plane < count; plane++) {
    const from = plane * height * width;
    for (let y = 0; y < height; y++) applyAcross(values, from + y * width, across, rows, y * newWidth);
    const to = plane * newHeight * newWidth;
    for (let y = 0; y < newHeight; y++) applyDown(rows, newWidth, down, y, half, out, to + y * newWidth);
  }
  return out;
}

/** What each new place takes from the old ones: `taps` of them, beginning at `first`, by weights that sum to 1. */
interface Filter {
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

function filterOf(from: number, to: number): Filter {
  const scale = from / to;
  const radius = Math.max(1, scale);
  const taps = Math.min(from, Math.ceil(2 * radius));
  const first = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale - 0.5;
    first[i] = Math.min(from - taps, Math.max(0, Math.floor(centre - radius) + 1));
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      const weight = Math.max(0, 1 - Math.abs(first[i]! + k - centre) / radius);
      weights[i * taps + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < taps; k++) weights[i * taps + k]! /= sum;
  }
  return { taps, first, weights };
}

function applyAcross(
  values: Uint8Array | Float32Array,
  from: number,
  { taps, first, weights }: Filter,
  out: Float64Array,
  to: number,
): void {
  for (let x = 0; x < first.length; x++) {
    const at = from + first[x]!;
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += weights[x * taps + k]! * values[at + k]!;
    out[to + x] = sum;
  }
}

/** One new row: `offset` is added, since bytes are cut to whole numbers and not rounded. */
function applyDown(
  rows: Float64Array,
  width: number,
  { taps, first, weights }: Filter,
  y: number,
  offset: number,
  out: Uint8Array | Float32Array,
  to: number,
): void {
  const at = first[y]! * width;
  for (let x = 0; x < width; x++) {
    let sum = offset;
    for (let k = 0; k < taps; k++) sum += weights[y * taps + k]! * rows[at + k * width + x]!;
    out[to + x] = sum;
  }
}
