// How near images are to those that they rebuild: mean squared and absolute error, the peak signal-to-noise ratio,
//
//   PSNR = 10 log₁₀(peak² / MSE), in decibels,
//
// and the structural similarity, alone (Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment: from error
// visibility to structural similarity") and over several scales (Wang, Simoncelli, Bovik 2003, "Multiscale structural
// similarity for image quality assessment"). With the means, variances and the covariance under a window, a Gaussian
// of deviation 1.5 on 11 × 11 pixels, C₁ = (0.01 peak)² and C₂ = (0.03 peak)²:
//
//   l = (2 μx μy + C₁) / (μx² + μy² + C₁),  cs = (2 σxy + C₂) / (σx² + σy² + C₂)
//
//   SSIM = the mean of l · cs over all places where the window lies within the image
//   MS-SSIM = cs₁^w₁ · … · csₛ₋₁^wₛ₋₁ · SSIMₛ^wₛ over s scales, each of half the resolution of the one before,
//             with the means of cs and SSIM over the places of a scale, as in the authors' program
//
// Channels are taken one by one, and count alike. Along an axis that is shorter than 11 pixels the window is as long as
// the axis, the same Gaussian cut and normalised anew: one window of 8 × 8 for such an image.
//
// All is in float64, a channel at a time. Each function gives one number an image; their mean and its standard error
// are `meanAndError` of moments.ts.

import { UserError } from "../errors.ts";
import { countFiniteRows, type Floats, requireWhole } from "./rows.ts";
import { squaredError } from "./squared-error.ts";

export interface ImageOptions {
  /** [channels, height, width]. */
  readonly shape: readonly [channels: number, height: number, width: number];
}

export interface PeakOptions extends ImageOptions {
  /** The largest value that a pixel can have; 1 unless given. */
  readonly peak?: number;
}

const WINDOW = 11;
const DEVIATION = 1.5;
/** The published weights of the scales, the finest first. Their sum is 1.0001. */
const SCALE_WEIGHTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/**
 * The mean squared error of each image, [count], over its channels and pixels; exact to the rounding of float64.
 *
 * @param images row-major [count, channels, height, width]
 * @param originals what they are compared with, of the same shape
 * @throws UserError for images that are not whole, not finite, or not as many
 * @example
 * squaredErrors(Float32Array.of(0, 1), Float32Array.of(0.5, 1), { shape: [1, 1, 2] }); // 0.125
 */
export const squaredErrors = (images: Floats, originals: Floats, options: ImageOptions): Float64Array =>
  meanOf(images, originals, options, squaredError);

/**
 * The mean absolute error of each image, as {@link squaredErrors}.
 * Tested to 10⁻⁸ against NumPy, and exactly by hand.
 *
 * @example
 * absoluteErrors(Float32Array.of(0, 1), Float32Array.of(0.5, 1), { shape: [1, 1, 2] }); // 0.25
 */
export const absoluteErrors = (images: Floats, originals: Floats, options: ImageOptions): Float64Array =>
  meanOf(images, originals, options, (a, b, start, end) => {
    let sum = 0;
    for (let index = start; index < end; index++) sum += Math.abs(a[index]! - b[index]!);
    return sum;
  });

/**
 * The peak signal-to-noise ratio of each image in decibels, [count]; ∞ where an image equals its original, and then
 * the mean is ∞ as well. Takes what {@link squaredErrors} takes.
 * Tested to 10⁻⁸ against NumPy, and to 10⁻¹² by hand.
 *
 * @example
 * peakSignalToNoise(Float32Array.of(0, 1), Float32Array.of(0.1, 0.9), { shape: [1, 1, 2] }); // 20
 */
export function peakSignalToNoise(images: Floats, originals: Floats, options: PeakOptions): Float64Array {
  const peak = peakOf(options);
  return squaredErrors(images, originals, options).map((error) => 10 * Math.log10(peak ** 2 / error));
}

/**
 * The structural similarity of each image to its original, [count]: 1 for equal ones, and seldom below 0. Tested to
 * 10⁻⁸ against the formula worked out window by window. Takes what {@link squaredErrors} takes.
 *
 * @example
 * const [image, original] = [new Float32Array(256).fill(0.5), new Float32Array(256).fill(0.4)];
 * structuralSimilarity(image, original, { shape: [1, 16, 16] }); // (0.4 + 10⁻⁴) / (0.41 + 10⁻⁴) = 0.9756…
 */
export function structuralSimilarity(images: Floats, originals: Floats, options: PeakOptions): Float64Array {
  const [channels, height, width] = options.shape;
  const similarity = new Float64Array(countPairs(images, originals, options));
  const compare = comparison(height, width, peakOf(options));
  forEachChannel(images, originals, options, (image, original, index) => {
    similarity[index]! += compare(image, original).similarity / channels;
  });
  return similarity;
}

export interface MultiScaleSimilarity {
  /** Of each image, [count]: from 0 to 1, and 1 for equal ones. */
  readonly similarities: Float64Array;
  /** How many scales there were, 1 to 5. Only similarities of the same scales compare. */
  readonly scales: number;
}

/**
 * The structural similarity over several scales. The published five need images of 161 pixels a side; of smaller
 * ones only the scales at which the window still fits are used, at least one, and their weights are divided by
 * their sum: 28 × 28 pixels have two scales, 32 × 32 two, 64 × 64 three. A scale's pixel is the mean of 2 × 2 pixels of
 * the scale before; an odd last row or column counts twice. A negative factor counts as 0, since it has no power.
 * Tested to 10⁻⁸ against the formula worked out window by window. Takes what {@link squaredErrors} takes.
 *
 * @param options `scales`: how many, if not as many as fit
 * @throws UserError for more scales than fit too
 * @example
 * const image = Float32Array.from({ length: 784 }, (_, index) => (index % 28) / 28);
 * multiScaleSimilarity(image, image, { shape: [1, 28, 28] }); // { similarities: 1, scales: 2 }
 */
export function multiScaleSimilarity(
  images: Floats,
  originals: Floats,
  options: PeakOptions & { readonly scales?: number },
): MultiScaleSimilarity {
  const [channels, height, width] = options.shape;
  const similarities = new Float64Array(countPairs(images, originals, options));
  const fitting = scalesThatFit(Math.min(height, width));
  const scales = options.scales ?? fitting;
  requireWhole(scales, "the number of scales");
  if (scales > fitting)
    throw new UserError(
      `images of ${height} x ${width} pixels have at most ${fitting} scales, not ${scales}`,
    );
  const published = SCALE_WEIGHTS.slice(0, scales);
  const sum = scales === SCALE_WEIGHTS.length ? 1 : published.reduce((left, right) => left + right);
  const sizes = published.map((_, scale) => [height, width].map((side) => Math.ceil(side / 2 ** scale)));
  const compare = sizes.map(([rows, columns]) => comparison(rows!, columns!, peakOf(options)));
  forEachChannel(images, originals, options, (image, original, index) => {
    let product = 1;
    let [left, right] = [image, original];
    for (let scale = 0; scale < scales; scale++) {
      const { similarity, structure } = compare[scale]!(left, right);
      const factor = Math.max(scale === scales - 1 ? similarity : structure, 0);
      product *= factor ** (published[scale]! / sum);
      const [rows, columns] = sizes[scale]!;
      if (scale < scales - 1) [left, right] = [halved(left, rows!, columns!), halved(right, rows!, columns!)];
    }
    similarities[index]! += product / channels;
  });
  return { similarities, scales };
}

/** How many scales of an image whose shorter side has `side` pixels are at least as large as the window. */
function scalesThatFit(side: number): number {
  let scales = 1;
  while (scales < SCALE_WEIGHTS.length && Math.ceil(side / 2 ** scales) >= WINDOW) scales++;
  return scales;
}

/** The means of SSIM and of its factor `cs` over the windows of one channel. */
function comparison(height: number, width: number, peak: number) {
  const [first, second] = [(0.01 * peak) ** 2, (0.03 * peak) ** 2];
  const blur = blurOf(height, width);
  const multiply = (a: Float64Array, b: Float64Array) => blur(a.map((value, index) => value * b[index]!));
  return (x: Float64Array, y: Float64Array): { similarity: number; structure: number } => {
    const [meanX, meanY] = [blur(x), blur(y)];
    const [squareX, squareY, product] = [multiply(x, x), multiply(y, y), multiply(x, y)];
    let [similarity, structure] = [0, 0];
    for (let place = 0; place < meanX.length; place++) {
      const [a, b] = [meanX[place]!, meanY[place]!];
      const variances = squareX[place]! - a * a + (squareY[place]! - b * b);
      const contrast = (2 * (product[place]! - a * b) + second) / (variances + second);
      structure += contrast;
      similarity += (contrast * (2 * a * b + first)) / (a * a + b * b + first);
    }
    return { similarity: similarity / meanX.length, structure: structure / meanX.length };
  };
}

/** The weighted mean under the window at each place within an image; along rows first, then along columns. */
function blurOf(height: number, width: number): (image: Float64Array) => Float64Array {
  const [down, across] = [gaussian(height), gaussian(width)];
  const [rows, columns] = [height - down.length + 1, width - across.length + 1];
  const half = new Float64Array(height * columns);
  return (image) => {
    for (let row = 0; row < height; row++)
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let tap = 0; tap < across.length; tap++)
          sum += across[tap]! * image[row * width + column + tap]!;
        half[row * columns + column] = sum;
      }
    const out = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++)
      for (let tap = 0; tap < down.length; tap++)
        for (let column = 0; column < columns; column++)
          out[row * columns + column]! += down[tap]! * half[(row + tap) * columns + column]!;
    return out;
  };
}

/** The window along an axis of `side` pixels, with the sum 1. */
function gaussian(side: number): Float64Array {
  const length = Math.min(WINDOW, side);
  const taps = Float64Array.from({ length }, (_, tap) =>
    Math.exp(-((tap - (length - 1) / 2) ** 2) / (2 * DEVIATION ** 2)),
  );
  const sum = taps.reduce((left, right) => left + right);
  return taps.map((tap) => tap / sum);
}

/** Half the resolution: means of 2 × 2 pixels, the last row or column taken twice where there is an odd one. */
function halved(image: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  return Float64Array.from({ length: rows * columns }, (_, index) => {
    const top = 2 * Math.floor(index / columns) * width;
    const bottom = Math.min(top + width, (height - 1) * width);
    const left = 2 * (index % columns);
    const right = Math.min(left + 1, width - 1);
    return (image[top + left]! + image[top + right]! + image[bottom + left]! + image[bottom + right]!) / 4;
  });
}

/** Calls `visit` with each channel of each pair, and the number of the image. */
function forEachChannel(
  images: Floats,
  originals: Floats,
  { shape: [channels, height, width] }: ImageOptions,
  visit: (image: Float64Array, original: Float64Array, index: number) => void,
): void {
  const pixels = height * width;
  for (let start = 0; start < images.length; start += pixels)
    visit(
      Float64Array.from(images.subarray(start, start + pixels)),
      Float64Array.from(originals.subarray(start, start + pixels)),
      Math.floor(start / (channels * pixels)),
    );
}

function meanOf(
  images: Floats,
  originals: Floats,
  options: ImageOptions,
  sumOf: (a: Floats, b: Floats, start: number, end: number) => number,
): Float64Array {
  const count = countPairs(images, originals, options);
  const values = images.length / count;
  return Float64Array.from(
    { length: count },
    (_, image) => sumOf(images, originals, image * values, (image + 1) * values) / values,
  );
}

function countPairs(images: Floats, originals: Floats, { shape }: ImageOptions): number {
  for (const side of shape) requireWhole(side, "a side of an image");
  const values = shape.reduce((left, right) => left * right);
  const count = countFiniteRows(images, values, "images", 0);
  const others = countFiniteRows(originals, values, "originals", 0);
  if (count !== others)
    throw new UserError(`${count} images need as many originals to be compared with, not ${others}`);
  return count;
}

function peakOf({ peak = 1 }: PeakOptions): number {
  if (!(peak > 0 && peak < Number.POSITIVE_INFINITY))
    throw new UserError(`the peak of pixels must be a number above 0, not ${peak}`);
  return peak;
}
