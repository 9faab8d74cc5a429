// What a model makes examples of, as something to move about in: the codes of examples, or noise.

import type { Split } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { UserError } from "../errors.ts";
import { randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/index.ts";
import type { Batch, OpenRun } from "../training/open.ts";
import { exampleValues } from "../training/samples.ts";

/** Examples that are looked at at a time, at most, and numbers of them together. */
const MOST_EXAMPLES = 1000;
const MOST_VALUES = 2 ** 23;

/** How many examples of a shape to look at at a time, so that memory stays bounded. */
export const examplesAtOnce = (shape: readonly number[]): number =>
  Math.max(1, Math.min(MOST_EXAMPLES, Math.floor(MOST_VALUES / sizeOf(shape))));

/** Values that are computed in two ways and are the same. */
const SAME = 1e-4;

export interface LatentSpace {
  /** Numbers of a code, or of noise. */
  readonly dimensions: number;
  /** Examples of codes, row-major [count, dimensions]. */
  decode(codes: Float32Array): Promise<Batch>;
}

/**
 * The codes of a run's examples; undefined for a model that does not encode and decode. Where a code is decoded with
 * noise, all codes get the same.
 */
export function codeSpace(run: OpenRun): LatentSpace | undefined {
  const { roles } = run;
  const role = roles.includes("decode") ? "decode" : roles.includes("vary") ? "vary" : undefined;
  if (!roles.includes("encode") || role === undefined) return undefined;
  const [code, noise] = run.inputs(role)!;
  const dimensions = sizeOf(code!.shape);
  const draw = noise && randomStream(0, "interpolate").normal(0, new Float32Array(sizeOf(noise.shape)));
  return {
    dimensions,
    decode: (codes) =>
      draw === undefined
        ? run.apply(role, codes)
        : run.apply(role, codes, repeated(draw, codes.length / dimensions)),
  };
}

/**
 * The noise that a run's model generates from; undefined for one that does not.
 *
 * @param label the class of all examples, where the model knows classes
 */
export function noiseSpace(run: OpenRun, label = 0): LatentSpace | undefined {
  const noise = run.inputs("generate")?.[0];
  if (noise === undefined) return undefined;
  const dimensions = sizeOf(noise.shape);
  return {
    dimensions,
    decode(codes) {
      const labels = new Int32Array(codes.length / dimensions).fill(label);
      return run.classes === undefined ? run.apply("generate", codes) : run.apply("generate", codes, labels);
    },
  };
}

/**
 * Whether a model's codes are what it generates from, so that they follow N(0, I), more or less: noise is then decoded
 * to what is generated of it.
 */
export async function codesAreNoise(run: OpenRun): Promise<boolean> {
  const [noise, code] = [run.inputs("generate")?.[0], run.inputs("decode")?.[0]];
  if (noise === undefined || code === undefined || run.classes !== undefined) return false;
  if (sizeOf(noise.shape) !== sizeOf(code.shape)) return false;
  const [draw] = run.noise(1);
  const [made, decoded] = [await run.apply("generate", draw!), await run.apply("decode", draw!)];
  return made.data.every((value, index) => Math.abs(value - decoded.data[index]!) <= SAME);
}

function repeated(row: Float32Array, count: number): Float32Array {
  const rows = new Float32Array(row.length * count);
  for (let start = 0; start < rows.length; start += row.length) rows.set(row, start);
  return rows;
}

/** Codes of a split's examples, some at a time, and their labels where they have some. */
export interface SplitCodes {
  /** Row-major [count, dimensions]. */
  readonly codes: Float32Array;
  readonly count: number;
  readonly dimensions: number;
  readonly labels?: Int32Array;
}

/**
 * The codes of at most `most` examples, spread evenly over the split.
 *
 * @throws UserError where there are no examples
 */
export async function encodeSplit(
  run: Pick<OpenRun, "shape" | "apply">,
  split: Split,
  most = Number.POSITIVE_INFINITY,
): Promise<SplitCodes> {
  const count = Math.min(split.count, most);
  if (count === 0) throw new UserError("there are no examples to encode");
  const taken = takeEvenly(split, run.shape, count);
  let codes: Float32Array | undefined;
  let dimensions = 0;
  const atOnce = examplesAtOnce(run.shape);
  for (let start = 0; start < count; start += atOnce) {
    const end = Math.min(start + atOnce, count);
    const { data } = await run.apply("encode", exampleValues(taken, run.shape, end, start));
    dimensions = data.length / (end - start);
    codes ??= new Float32Array(count * dimensions);
    codes.set(data, start * dimensions);
  }
  return { codes: codes!, count, dimensions, ...(taken.labels && { labels: taken.labels }) };
}
