// A picture made for a file, on the screen: as much of its upper left part as leaves something to recognise.

import type { Picture } from "../pictures/png.ts";
import { canShowPictures, colourDepth, terminalPicture } from "../pictures/terminal.ts";
import type { Surroundings } from "./surroundings.ts";

/** Pixels of the picture that become one on the screen, at most: a digit enlarged to 56 pixels is left with 14. */
const SHRINK = 4;
const MOST_COLUMNS = 120;
const MOST_ROWS = 24;

/** The picture as lines for standard error; none where that is not a terminal that shows pictures. */
export function linesOf(picture: Picture, { stderr, environment }: Surroundings): string[] {
  if (!canShowPictures(stderr, environment)) return [];
  const columns = Math.min(MOST_COLUMNS, (stderr.columns ?? 80) - 1);
  const rows = Math.min(MOST_ROWS, (stderr.rows ?? 24) - 4);
  if (columns < 1 || rows < 1) return [];
  const part = upperLeft(picture, columns * SHRINK, 2 * rows * SHRINK);
  const depth = colourDepth(environment);
  return terminalPicture(part, { columns, rows, ...(depth === undefined ? {} : { depth }) });
}

/** The upper left part of a grid of images, of that size at most, cut where there is nothing but padding. */
export function upperLeft(picture: Picture, mostWidth: number, mostHeight: number): Picture {
  const { width, height, channels, data } = picture;
  const at = (x: number, y: number): number => (y * width + x) * channels;
  const emptyColumn = (x: number): boolean =>
    every(height, (y) => every(channels, (channel) => data[at(x, y) + channel] === 255));
  const emptyRow = (y: number): boolean =>
    data.subarray(at(0, y), at(0, y + 1)).every((value) => value === 255);
  const cutWidth = cutWithin(width, mostWidth, emptyColumn);
  const cutHeight = cutWithin(height, mostHeight, emptyRow);
  if (cutWidth === width && cutHeight === height) return picture;
  const part = new Uint8Array(cutWidth * cutHeight * channels);
  for (let y = 0; y < cutHeight; y++)
    part.set(data.subarray(at(0, y), at(cutWidth, y)), y * cutWidth * channels);
  return { width: cutWidth, height: cutHeight, channels, data: part };
}

/**
 * Where to cut a length: after the last band of empty places that begins within `most`. Where some bands are wider,
 * as between one row of pairs and the next, the last of those. Without any band, at `most`.
 */
function cutWithin(length: number, most: number, isEmpty: (place: number) => boolean): number {
  if (length <= most) return length;
  const bands: { start: number; width: number }[] = [];
  for (let place = 0; place < length; place++) {
    if (!isEmpty(place)) continue;
    const start = place;
    while (place < length && isEmpty(place)) place++;
    if (start > 0 && start < most) bands.push({ start, width: place - start });
  }
  const widest = Math.max(...bands.map(({ width }) => width));
  const wide = bands.findLast(({ start, width }) => width === widest && start > most / 2);
  const last = wide ?? bands.at(-1);
  if (last === undefined) return most;
  const thinnest = Math.min(...bands.map(({ width }) => width));
  return Math.min(most, last.start + thinnest);
}

function every(count: number, holds: (index: number) => boolean): boolean {
  for (let index = 0; index < count; index++) if (!holds(index)) return false;
  return true;
}
