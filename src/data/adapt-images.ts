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

function toGrey(values: Uint8Array | Float32Array, count: number, plane: number): Uint8Array | Float32Array {
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
    for (let y = 0; y < height; y++)
      for (let x = 0; x < newWidth; x++) {
        const first = across.first[x]!;
        let sum = 0;
        for (let k = 0; k < across.taps; k++)
          sum +=
            across.weights[x * across.taps + k]! * values[from + y * width + Math.min(first + k, width - 1)]!;
        rows[y * newWidth + x] = sum;
      }
    const to = plane * newHeight * newWidth;
    for (let y = 0; y < newHeight; y++) {
      const first = down.first[y]!;
      for (let x = 0; x < newWidth; x++) {
        let sum = half;
        for (let k = 0; k < down.taps; k++)
          sum += down.weights[y * down.taps + k]! * rows[Math.min(first + k, height - 1) * newWidth + x]!;
        out[to + y * newWidth + x] = sum;
      }
    }
  }
  return out;
}

/** For each of `to` places, where among `from` its taps begin, and their weights, which sum to 1. */
function filterOf(from: number, to: number): { first: Int32Array; weights: Float64Array; taps: number } {
  const scale = from / to;
  const radius = Math.max(1, scale);
  const taps = Math.ceil(radius) * 2 + 1;
  const first = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale - 0.5;
    first[i] = Math.max(0, Math.ceil(centre - radius));
    let sum = 0;
    for (let k = 0; k < taps && first[i]! + k < from; k++) {
      const weight = Math.max(0, 1 - Math.abs(first[i]! + k - centre) / radius);
      weights[i * taps + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < taps; k++) weights[i * taps + k]! /= sum;
  }
  return { first, weights, taps };
}
