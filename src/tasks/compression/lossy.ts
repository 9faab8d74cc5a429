// Images coded with a loss: what is coded is the code, each of its numbers rounded to a step, under the histogram of
// that number over training examples; what comes back is what the decoder makes of the rounded code.
//
// The steps are such that rounding any number moves the image by about the same distance: the step of a number is
// `step`/s, where s says how far the image moves with it (code-prior.ts). At small steps no other steps give less error
// for as many bits (high-resolution quantisation; Gersho, Gray 1992). Rounding adds about step²/12 to the summed
// squared error of an image, in pixels from 0 to 1, for each number of the code; numbers to which the image pays no
// heed have one step, and cost nothing.

import { UserError } from "../../errors.ts";
import type { OpenRun } from "../../training/open.ts";
import { BINS, type CodeDimension, type CodePrior, REACH } from "./code-prior.ts";
import { categorical } from "./distributions.ts";
import { AnsStack, type Distribution } from "./rans.ts";

/** What is needed of a run. */
export type LossyModel = Pick<OpenRun, "encode" | "decode">;

/** Steps to either side of the mean, at most. */
const MOST = 2 ** 15;

/** Codes images, row-major [count, …shape] with values in [0, 1]. */
export async function encodeLossy(
  model: LossyModel,
  images: Float32Array,
  prior: CodePrior,
  step: number,
): Promise<Uint8Array> {
  const rounding = prior.map((dimension) => roundingOf(dimension, step));
  const { data } = await model.encode(images);
  const message = new AnsStack();
  // The last number first, so that the decoder meets the first one first.
  for (let index = data.length - 1; index >= 0; index--) {
    const { mean, width, reach, distribution } = rounding[index % prior.length]!;
    const value = data[index]!;
    if (!Number.isFinite(value))
      throw new UserError("the encoder gives numbers that are not finite; this run cannot compress");
    const steps = width === 0 ? 0 : Math.max(-reach, Math.min(reach, Math.round((value - mean) / width)));
    message.push(distribution, reach + steps);
  }
  return message.bytes();
}

/**
 * The images of a payload, as bytes.
 *
 * @throws UserError where it is none of this model
 */
export async function decodeLossy(
  model: LossyModel,
  payload: Uint8Array,
  { count, prior, step }: { readonly count: number; readonly prior: CodePrior; readonly step: number },
): Promise<Uint8Array> {
  const rounding = prior.map((dimension) => roundingOf(dimension, step));
  const message = AnsStack.of(payload);
  const codes = new Float32Array(count * prior.length);
  for (let index = 0; index < codes.length; index++) {
    const { mean, width, reach, distribution } = rounding[index % prior.length]!;
    codes[index] = mean + width * (message.pop(distribution) - reach);
  }
  if (!message.isEmpty) throw new UserError("it has more coded bytes than images");
  const { data } = await model.decode(codes);
  return Uint8Array.from(data, (value) => Math.floor(Math.max(0, Math.min(1, value)) * 255 + 0.5));
}

interface Rounding {
  readonly mean: number;
  readonly width: number;
  /** Steps to either side of the mean. */
  readonly reach: number;
  readonly distribution: Distribution;
}

function roundingOf({ mean, deviation, sensitivity, counts }: CodeDimension, step: number): Rounding {
  const width = step / sensitivity;
  const reach = Math.ceil((REACH * deviation) / width - 0.5);
  if (sensitivity === 0 || reach < 1) return { mean, width: 0, reach: 0, distribution: categorical([1]) };
  if (reach > MOST) throw new UserError(`a step of ${step} is too small for this model; take a larger one`);
  const below = cumulative(counts);
  const bin = (2 * REACH * deviation) / BINS;
  /** Mass below so many deviations' worth of bins, the mass of a bin spread evenly over it. */
  const massBelow = (place: number) => {
    const whole = Math.max(0, Math.min(BINS, Math.floor(place)));
    const part = whole === BINS ? 0 : Math.max(0, place - whole);
    return below[whole]! + part * (below[Math.min(BINS, whole + 1)]! - below[whole]!);
  };
  const end = (steps: number) => (steps * width) / bin + BINS / 2;
  const weights = Array.from(
    { length: 2 * reach + 1 },
    (_, index) => massBelow(end(index - reach + 0.5)) - massBelow(end(index - reach - 0.5)),
  );
  return { mean, width, reach, distribution: categorical(weights) };
}

/**
 * Sums of counts, [0, …, 1]. Each bin gets something that was not counted: one count and a hundredth of all are
 * shared out among the bins, since codes of new images fall where none fell before.
 */
function cumulative(counts: readonly number[]): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const added = (1 + total / 100) / BINS;
  const sums = new Float64Array(BINS + 1);
  for (let bin = 0; bin < BINS; bin++) sums[bin + 1] = sums[bin]! + counts[bin]! + added;
  return sums.map((sum) => sum / sums[BINS]!);
}
