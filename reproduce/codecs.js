/**
 * Image formats and compressors of files, to compare with: how many bytes the same images take, and what becomes of
 * them.
 */
import { spawnSync } from "node:child_process";
import sharp from "sharp";

/**
 * @typedef {object} Images
 * @property {Uint8Array} bytes row-major [count, channels, height, width]
 * @property {number} count
 * @property {readonly number[]} shape [channels, height, width]
 */

/** A point of a rate-distortion curve. @typedef {{ bits: number, error: number }} Point bits a pixel, and mean squared error of values in [0, 1] */

/** @typedef {"jpeg" | "webp" | "avif"} Lossy */

const QUALITIES = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95];

/** Images that are encoded at a time. */
const AT_ONCE = 8;

/**
 * Whether each image is a file, or all of them are one picture, side by side, so that headers count only once.
 *
 * @typedef {"files" | "sheet"} Layout
 */

/**
 * The rate-distortion curve of a format; whole files are counted.
 *
 * @param {Lossy} format
 * @param {Images} images
 * @param {Layout} layout
 * @returns {Promise<Point[]>}
 */
export async function curveOf(format, images, layout) {
  const pictures = picturesOf(images, layout);
  const points = [];
  for (const quality of QUALITIES) {
    const coded = await each(pictures, async (picture) => {
      const file = await fileOf(picture, (image) => encoders[format](image, quality));
      return { length: file.length, error: squaredError(picture, await pixelsOf(file, picture)) };
    });
    const error = sum(coded.map((one) => one.error)) / images.bytes.length;
    points.push({ bits: (8 * sum(coded.map(({ length }) => length))) / pixelsIn(images), error });
  }
  return points;
}

/** @type {Record<Lossy, (image: sharp.Sharp, quality: number) => sharp.Sharp>} */
const encoders = {
  jpeg: (image, quality) => image.jpeg({ quality, mozjpeg: true }),
  webp: (image, quality) => image.webp({ quality, effort: 6 }),
  avif: (image, quality) => image.avif({ quality, effort: 6 }),
};

/**
 * Bits a pixel of a format that loses nothing.
 *
 * @param {"png" | "webp"} format
 * @param {Images} images
 * @param {Layout} layout
 */
export async function losslessBits(format, images, layout) {
  const lengths = await each(picturesOf(images, layout), async (picture) => {
    const file = await fileOf(picture, (image) =>
      format === "png"
        ? image.png({ compressionLevel: 9, effort: 10 })
        : image.webp({ lossless: true, effort: 6 }),
    );
    if (squaredError(picture, await pixelsOf(file, picture)) > 0) throw new Error(`${format} lost something`);
    return file.length;
  });
  return (8 * sum(lengths)) / pixelsIn(images);
}

/**
 * Bits a pixel of the raw bytes, pressed by a program; undefined where it is not there.
 *
 * @param {"bzip2" | "xz" | "gzip"} program
 * @param {Images} images
 * @param {Uint8Array} [bytes] other bytes of the same images
 */
export function pressedBits(program, images, bytes = images.bytes) {
  const { status, stdout } = spawnSync(program, ["-9", "-c"], { input: bytes, maxBuffer: 2 ** 30 });
  return status === 0 ? (8 * stdout.length) / pixelsIn(images) : undefined;
}

/**
 * Peak signal-to-noise ratio in decibels at some bits a pixel, between the points of a curve along the logarithm of
 * the bits; undefined beyond its ends.
 *
 * @param {readonly Point[]} curve
 * @param {number} bits
 */
export function qualityAt(curve, bits) {
  const points = curve.toSorted((a, b) => a.bits - b.bits);
  const next = points.findIndex((point) => point.bits >= bits);
  const [low, high] = [points[next - 1], points[next]];
  if (low === undefined || high === undefined) return undefined;
  const part = Math.log(bits / low.bits) / Math.log(high.bits / low.bits);
  return decibels(low.error) * (1 - part) + decibels(high.error) * part;
}

/** @param {number} error mean squared, of values in [0, 1] */
export const decibels = (error) => -10 * Math.log10(error);

/** @param {Images} images */
const pixelsIn = ({ count, shape: [, height = 1, width = 1] }) => count * height * width;

/** @typedef {{ pixels: Uint8Array, channels: 1 | 3, height: number, width: number, real: Uint8Array | undefined }} Picture pixels [height, width, channels]; `real` tells the pixels of images from filling */

/**
 * @param {Images} images
 * @param {Layout} layout
 * @returns {Picture[]}
 */
function picturesOf({ bytes, count, shape: [channels = 1, height = 1, width = 1] }, layout) {
  const perPicture = layout === "files" ? 1 : count;
  const columns = Math.ceil(Math.sqrt(perPicture));
  const rows = Math.ceil(perPicture / columns);
  const whole = rows * columns === perPicture;
  return Array.from({ length: count / perPicture }, (_, picture) => {
    const pixels = new Uint8Array(rows * height * columns * width * channels);
    const real = whole ? undefined : new Uint8Array(pixels.length);
    for (let index = 0; index < perPicture; index++) {
      const from = (picture * perPicture + index) * channels * height * width;
      for (let channel = 0; channel < channels; channel++)
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const row = Math.floor(index / columns) * height + y;
            const to = (row * columns * width + (index % columns) * width + x) * channels + channel;
            pixels[to] = /** @type {number} */ (bytes[from + (channel * height + y) * width + x]);
            if (real !== undefined) real[to] = 1;
          }
    }
    const size = { height: rows * height, width: columns * width };
    return { pixels, channels: channels === 1 ? 1 : 3, ...size, real };
  });
}

/** @param {Picture} picture @param {(image: sharp.Sharp) => sharp.Sharp} encode */
function fileOf({ pixels, channels, height, width }, encode) {
  const image = sharp(pixels, { raw: { width, height, channels } });
  return encode(channels === 1 ? image.toColourspace("b-w") : image).toBuffer();
}

/** @param {Uint8Array} file @param {Picture} picture */
const pixelsOf = (file, { channels }) =>
  sharp(file)
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .removeAlpha()
    .raw({ depth: "uchar" })
    .toBuffer();

/** @param {Picture} picture @param {Uint8Array} decoded */
function squaredError({ pixels, real }, decoded) {
  if (decoded.length !== pixels.length)
    throw new Error(`${decoded.length} values came back of ${pixels.length}`);
  let error = 0;
  for (let index = 0; index < pixels.length; index++) {
    if (real !== undefined && real[index] === 0) continue;
    const difference = /** @type {number} */ (pixels[index]) - /** @type {number} */ (decoded[index]);
    error += (difference / 255) ** 2;
  }
  return error;
}

const sum = (/** @type {readonly number[]} */ numbers) => numbers.reduce((total, one) => total + one, 0);

/**
 * @template Item, Result
 * @param {readonly Item[]} items
 * @param {(item: Item) => Promise<Result>} work
 * @returns {Promise<Result[]>}
 */
async function each(items, work) {
  const results = [];
  for (let start = 0; start < items.length; start += AT_ONCE)
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(work))));
  return results;
}
