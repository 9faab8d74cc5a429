// Many small images as one picture.

import type { Picture } from "./png.ts";

/** Images one after the other, each channel by channel: shape [N, C, H, W], C of 1 (grey) or 3 (colour). */
export interface ImageBatch {
  readonly shape: readonly number[];
  /** Floats are brightness from 0 to 1 (what lies outside is cut, NaN is black); bytes are taken as they are. */
  readonly data: Float32Array | Uint8Array;
}

export interface GridOptions {
  /** Images a row; about as many rows as columns unless told. */
  readonly columns?: number;
  /** Pixels between images and around them. 2 unless told. */
  readonly padding?: number;
  /** Each pixel becomes a square of this many, with hard edges. 1 unless told. */
  readonly scale?: number;
  /** Brightness of the padding, 0 to 255. 255 unless told. */
  readonly background?: number;
}

/**
 * Tile images into one picture, row by row. Places left over in the last row are background.
 * @throws RangeError when the shape is not [N, 1 or 3, H, W] or an option is out of its range.
 *
 * @example
 * const picture = gridOf({ shape: [64, 1, 28, 28], data: new Float32Array(64 * 28 * 28) }, { scale: 2 });
 * await writePng("samples.png", picture);
 */
export function gridOf(images: ImageBatch, options: GridOptions = {}): Picture {
  const { count } = sizesOf(images);
  const columns = options.columns ?? Math.ceil(Math.sqrt(count));
  checkWhole("columns", columns, 1);
  const rows: Row[] = [];
  for (let first = 0; first < count; first += columns) {
    rows.push({ images, first, count: Math.min(columns, count - first), apart: false });
  }
  return compose(rows, Math.min(columns, count), options);
}

/**
 * Tile pairs, each input above its reconstruction. Where there are more pairs than columns, a wider gap parts
 * one row of pairs from the next.
 * @throws RangeError when the two are not of one shape.
 *
 * @example
 * const picture = pairsOf(inputs, reconstructions, { columns: 10 });
 */
export function pairsOf(inputs: ImageBatch, reconstructions: ImageBatch, options: GridOptions = {}): Picture {
  sizesOf(inputs);
  if (String(inputs.shape) !== String(reconstructions.shape)) {
    throw new RangeError(`inputs are [${inputs.shape}] and reconstructions [${reconstructions.shape}]`);
  }
  return stacksOf([inputs, reconstructions], options);
}

/**
 * Tile stacks: the first images of all batches one above the other, beside them the second, and so on. Where there
 * are more stacks than columns, a wider gap parts one row of stacks from the next. Grey images among colour ones stay
 * grey.
 * @throws RangeError when the batches differ in count, height or width.
 *
 * @example
 * const picture = stacksOf([inputs, translations, partners], { scale: 2 });
 */
export function stacksOf(batches: readonly ImageBatch[], options: GridOptions = {}): Picture {
  const sizes = batches.map((batch) => {
    const { count, height, width } = sizesOf(batch);
    return `${count} of ${height}×${width}`;
  });
  const odd = sizes.find((size) => size !== sizes[0]);
  if (odd !== undefined)
    throw new RangeError(`stacks need images of one count and size: ${sizes[0]}, ${odd}`);
  const { count } = sizesOf(batches[0]!);
  // As many more columns as a stack is high make the whole about square.
  const columns = options.columns ?? Math.ceil(Math.sqrt(batches.length * count));
  checkWhole("columns", columns, 1);
  const rows: Row[] = [];
  for (let first = 0; first < count; first += columns) {
    const inRow = Math.min(columns, count - first);
    batches.forEach((images, index) => {
      rows.push({ images, first, count: inRow, apart: index === 0 && first > 0 });
    });
  }
  return compose(rows, Math.min(columns, count), options);
}

/** A row of the picture: some images of a batch. `apart`: with a wider gap above. */
interface Row {
  readonly images: ImageBatch;
  readonly first: number;
  readonly count: number;
  readonly apart: boolean;
}

function compose(rows: readonly Row[], columns: number, options: GridOptions): Picture {
  const { padding = 2, scale = 1, background = 255 } = options;
  checkWhole("padding", padding, 0);
  checkWhole("scale", scale, 1);
  checkWhole("background", background, 0);
  const { height: tileHeight, width: tileWidth } = sizesOf(rows[0]!.images);
  const channels = Math.max(...rows.map(({ images }) => images.shape[1]!)) as 1 | 3;
  const gap = 3 * padding; // Beside the usual padding, above a row that stands apart.
  const width = columns * (tileWidth * scale + padding) + padding;
  const apart = rows.filter((row) => row.apart).length;
  const height = rows.length * (tileHeight * scale + padding) + padding + apart * gap;
  const data = new Uint8Array(width * height * channels).fill(background);

  let top = padding;
  for (const row of rows) {
    if (row.apart) top += gap;
    for (let column = 0; column < row.count; column++) {
      const left = padding + column * (tileWidth * scale + padding);
      drawTile(row.images, row.first + column, { data, width, channels, left, top, scale });
    }
    top += tileHeight * scale + padding;
  }
  return { width, height, channels, data };
}

interface Place {
  readonly data: Uint8Array;
  readonly width: number;
  readonly channels: number;
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

function drawTile(
  images: ImageBatch,
  index: number,
  { data, width, channels, left, top, scale }: Place,
): void {
  const { channels: own, height: tileHeight, width: tileWidth } = sizesOf(images);
  const floats = images.data instanceof Float32Array;
  for (let channel = 0; channel < channels; channel++) {
    const plane = (index * own + Math.min(channel, own - 1)) * tileHeight * tileWidth;
    for (let y = 0; y < tileHeight * scale; y++) {
      const from = plane + Math.floor(y / scale) * tileWidth;
      let to = ((top + y) * width + left) * channels + channel;
      for (let x = 0; x < tileWidth * scale; x++, to += channels) {
        const value = images.data[from + Math.floor(x / scale)]!;
        // Math.round keeps NaN, which a byte array takes as 0.
        data[to] = floats ? Math.round(Math.min(1, Math.max(0, value)) * 255) : value;
      }
    }
  }
}

function sizesOf({ shape, data }: ImageBatch) {
  const [count = 0, channels, height = 0, width = 0] = shape;
  const whole = shape.length === 4 && shape.every((extent) => Number.isSafeInteger(extent) && extent > 0);
  if (!whole || (channels !== 1 && channels !== 3)) {
    throw new RangeError(`images must have the shape [N, 1 or 3, H, W], not [${shape}]`);
  }
  if (data.length !== count * channels * height * width) {
    throw new RangeError(`${data.length} numbers are no images of shape [${shape}]`);
  }
  return { count, channels, height, width } as const;
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least}, not ${value}`);
  }
}
