// Bits back: images coded without loss by a model with hidden codes (Townsend, Bird, Barber 2019, "Practical lossless
// compression with latent variables using bits back coding"; the idea is Hinton's and van Camp's, 1993).
//
// To put an image x onto a message: take a code z off it as if it were a symbol of q(z|x), put x with p(x|z), put z
// with p(z). The bits that choosing z took from the message are not lost: the decoder, who knows x and z by then, puts
// them back. So an image costs, on average,
//
//   log q(z|x) − log p(x|z) − log p(z)          bits, whose mean is the negative evidence lower bound
//
// The first image has no message to borrow from, and gets random bits, which stay in the file.
//
// A number of a code is one of 2¹⁴ bins that are equally likely under N(0, 1), and stands for the middle of its bin. A
// group of images is coded side by side, as if it were one, so that the networks have more to do at a time; the random
// bits that a group needs are as many times more.

import { floatsOf } from "../../data/floats.ts";
import { UserError } from "../../errors.ts";
import type { PixelDistribution } from "../../game/model.ts";
import { randomStream } from "../../random/index.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { OpenRun } from "../../training/open.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import {
  bernoulli,
  betaBinomial,
  CODE_BITS,
  discretisedLogistic,
  middleOfBin,
  normalOverBins,
  uniform,
} from "./distributions.ts";
import { exponential } from "./exact-functions.ts";
import { MOST_TOGETHER } from "./format.ts";
import { AnsStack, type Distribution } from "./rans.ts";
import { type Grid, NotedRounder, NotingRounder, type Rounder } from "./rounding.ts";

/** What is needed of a run. */
export type LosslessModel = Pick<OpenRun, "apply" | "inputs" | "pixels" | "shape">;

export interface CodedLossless {
  readonly payload: Uint8Array;
  /** Random bits that the first images took, and that stay in the payload. */
  readonly initialBits: number;
  /** Bytes of the payload that say how numbers were rounded. */
  readonly noteBytes: number;
}

/** Images that are coded side by side, where there are so many: random bits are to stay below a hundredth or so. */
export const groupFor = (count: number): number =>
  Math.max(1, Math.min(MOST_TOGETHER, Math.floor(count / 64)));

const PRIOR = uniform(CODE_BITS);

/** Codes images, bytes row-major [count, …shape]. */
export async function encodeLossless(
  model: LosslessModel,
  images: Uint8Array,
  group: number,
): Promise<CodedLossless> {
  const size = sizeOf(model.shape);
  const count = images.length / size;
  const symbols = symbolsOf(model, images);
  let drawn = 0;
  const random = randomWords();
  const message = new AnsStack(() => {
    drawn++;
    return random();
  });
  const known = new Map<number, Distribution>();
  const rounders: NotingRounder[] = [];
  const rounder = () => {
    rounders.push(new NotingRounder());
    return rounders.at(-1)!;
  };
  for (let start = 0; start < count; start += group) {
    const end = Math.min(start + group, count);
    const batch = images.subarray(start * size, end * size);
    const posteriors = await posteriorsOf(model, batch, rounder());
    const bins = posteriors.map((posterior) => message.pop(posterior));
    const pixels = await pixelsOf(model, bins, end - start, { rounder: rounder(), known });
    for (let index = pixels.length - 1; index >= 0; index--)
      message.push(pixels[index]!, symbols[start * size + index]!);
    for (let index = bins.length - 1; index >= 0; index--) message.push(PRIOR, bins[index]!);
  }
  const notes = notesInReverse(rounders);
  return {
    payload: new ByteWriter().bytes(notes).bytes(message.bytes()).finish(),
    initialBits: 16 * drawn,
    noteBytes: notes.length,
  };
}

/**
 * The images of a payload.
 *
 * @throws UserError where it is none of this model
 */
export async function decodeLossless(
  model: LosslessModel,
  payload: Uint8Array,
  { count, group }: { readonly count: number; readonly group: number },
): Promise<Uint8Array> {
  const reader = new ByteReader(payload);
  const rounder = new NotedRounder(readNotes(reader));
  const message = AnsStack.of(reader.rest());
  const size = sizeOf(model.shape);
  const latent = sizeOf(model.inputs("likelihood")![0]!.shape);
  const levels = levelsOf(model.pixels!);
  const known = new Map<number, Distribution>();
  const images = new Uint8Array(count * size);
  for (let end = count; end > 0; ) {
    const start = group * Math.floor((end - 1) / group);
    const bins = Array.from({ length: (end - start) * latent }, () => message.pop(PRIOR));
    const pixels = await pixelsOf(model, bins, end - start, { rounder, known });
    const batch = images.subarray(start * size, end * size);
    pixels.forEach((pixel, index) => {
      batch[index] = (message.pop(pixel) * 255) / (levels - 1);
    });
    const posteriors = await posteriorsOf(model, batch, rounder);
    for (let index = bins.length - 1; index >= 0; index--) message.push(posteriors[index]!, bins[index]!);
    end = start;
  }
  return images;
}

const levelsOf = (distribution: PixelDistribution): number => (distribution === "bernoulli" ? 2 : 256);

/** The level of each pixel. */
function symbolsOf({ pixels }: LosslessModel, images: Uint8Array): Uint8Array {
  if (levelsOf(pixels!) === 256) return images;
  if (images.some((byte) => byte !== 0 && byte !== 255))
    throw new UserError(
      "this model knows pixels of two levels, and these images have more; binarise them (mnist+binarised), or train " +
        "with likelihood=beta-binomial",
    );
  return images.map((byte) => byte / 255);
}

/** The distributions of the numbers of codes, given images. */
async function posteriorsOf(
  { apply }: LosslessModel,
  images: Uint8Array,
  rounder: Rounder,
): Promise<Distribution[]> {
  const { shape, data } = await apply("posterior", floatsOf(images));
  const latent = shape[1]! / 2;
  const distributions: Distribution[] = [];
  for (let start = 0; start < data.length; start += 2 * latent)
    for (let index = start; index < start + latent; index++) {
      const logVariance = EIGHTHS * rounder.round(data[index + latent]!, LOG_VARIANCE);
      const deviation = exponential(logVariance / 2);
      const grid = { step: deviation / 4, tolerance: 2 ** -17, limit: Math.ceil(32 / deviation) };
      distributions.push(normalOverBins(grid.step * rounder.round(data[index]!, grid), deviation));
    }
  return distributions;
}

/** The distributions of the pixels, given the bins of codes. */
async function pixelsOf(
  { apply, pixels, shape }: LosslessModel,
  bins: readonly number[],
  images: number,
  { rounder, known }: { readonly rounder: Rounder; readonly known: Map<number, Distribution> },
): Promise<Distribution[]> {
  const { data } = await apply("likelihood", Float32Array.from(bins, middleOfBin));
  if (pixels === "bernoulli")
    return Array.from(data, (logit) => bernoulli(EIGHTHS * rounder.round(logit, LOGIT)));
  const ofTwo = pixels === "beta-binomial" ? roundedBetaBinomial(known) : roundedLogistic;
  const size = sizeOf(shape);
  const distributions: Distribution[] = [];
  for (let image = 0; image < images; image++)
    for (let index = 2 * image * size; index < (2 * image + 1) * size; index++)
      distributions.push(ofTwo(data[index]!, data[index + size]!, rounder));
  return distributions;
}

function roundedLogistic(location: number, scale: number, rounder: Rounder): Distribution {
  const logScale = EIGHTHS * rounder.round(scale, LOG_SCALE);
  const step = Math.max(exponential(logScale) / 3, 1 / (8 * 255));
  const grid = { step, tolerance: 2 ** -19, limit: Math.ceil(2 / step) };
  return discretisedLogistic(step * rounder.round(location, grid), logScale);
}

/** @param known those met before: there are not so many pairs of eighths, and each takes a while to work out */
const roundedBetaBinomial =
  (known: Map<number, Distribution>) =>
  (logAlpha: number, logBeta: number, rounder: Rounder): Distribution => {
    const [first, second] = [rounder.round(logAlpha, LOG_SHAPE), rounder.round(logBeta, LOG_SHAPE)];
    const pair = first * 4 * LOG_SHAPE.limit + second;
    const met = known.get(pair);
    if (met !== undefined) return met;
    const distribution = betaBinomial(EIGHTHS * first, EIGHTHS * second);
    known.set(pair, distribution);
    return distribution;
  };

// A step is chosen so that rounding to it costs about a thousandth of a bit; a tolerance is several times what numbers
// of such a size differ by in float32. With both, few numbers are near to a border.
const EIGHTHS = 1 / 8;
const LOG_VARIANCE: Grid = { step: EIGHTHS, tolerance: 2 ** -17, limit: 96 };
const LOGIT: Grid = { step: EIGHTHS, tolerance: 2 ** -17, limit: 112 };
const LOG_SCALE: Grid = { step: EIGHTHS, tolerance: 2 ** -17, limit: 64 };
const LOG_SHAPE: Grid = { step: EIGHTHS, tolerance: 2 ** -17, limit: 72 };

/** Random 16-bit words, always the same. */
function randomWords(): () => number {
  const stream = randomStream(0, "bits-back");
  const words = new Int32Array(1024);
  let next = words.length;
  let position = 0;
  return () => {
    if (next === words.length) {
      stream.integers(position++, 2 ** 16, words);
      next = 0;
    }
    return words[next++]!;
  };
}

/** Notes in the order in which the decoder rounds: the last of a coder's roundings come first. Gaps, as whole numbers. */
function notesInReverse(rounders: readonly NotingRounder[]): Uint8Array {
  const all: number[] = [];
  let offset = 0;
  for (const { count, notes } of rounders.toReversed()) {
    for (const note of notes) all.push(2 * offset + note);
    offset += count;
  }
  const writer = new ByteWriter().whole(all.length);
  all.forEach((note, index) => {
    writer.whole(note - (all[index - 1] ?? 0));
  });
  return writer.finish();
}

function readNotes(reader: ByteReader): number[] {
  const notes: number[] = [];
  const length = reader.whole();
  for (let note = 0; notes.length < length; ) {
    note += reader.whole();
    notes.push(note);
  }
  return notes;
}
