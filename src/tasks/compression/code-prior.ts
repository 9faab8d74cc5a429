// What is known of a run's codes before any image is coded: a histogram of each of their numbers, counted on the
// training examples; and how far a change of each moves the image that is made of it. It is kept in the run's folder,
// since coder and decoder need the same one.
//
// The histogram has 512 bins, from 8 deviations below the mean to 8 above. The sensitivity of a number is the root mean
// square, over examples, of the distance of the two images that are made with it half a deviation higher and lower,
// over one deviation. Numbers that the decoder does not heed have a sensitivity near to 0.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Split } from "../../data/dataset.ts";
import { takeEvenly } from "../../data/splits.ts";
import { UserError } from "../../errors.ts";
import { writeFileAtomic } from "../../training/atomic-file.ts";
import { type OpenRun, open } from "../../training/open.ts";
import { exampleValues } from "../../training/samples.ts";

/** Bins of a histogram, and the deviations that they reach to either side. */
export const BINS = 512;
export const REACH = 8;

/** Training examples that codes are counted on, at most, and those that are changed to find sensitivities. */
const COUNTED = 20_000;
const CHANGED = 64;
/** Examples encoded at a time. */
const ENCODED = 1000;

const schema = z.object({
  /** The networks that the codes are of. */
  fingerprint: z.string(),
  dimensions: z.array(
    z.object({
      mean: z.number(),
      deviation: z.number().positive(),
      sensitivity: z.number().nonnegative(),
      counts: z.array(z.number()).length(BINS),
    }),
  ),
});

/** One number of a code. */
export type CodeDimension = z.output<typeof schema>["dimensions"][number];
export type CodePrior = readonly CodeDimension[];

/**
 * The prior that the run's folder keeps, or a new one, which is kept there.
 *
 * @param fingerprint of the run's networks
 */
export async function codePrior(run: OpenRun, fingerprint: string): Promise<CodePrior> {
  const file = join(run.path, "code-prior.json");
  const kept = await readFile(file, "utf8").then(
    (text) => parse(text),
    () => undefined,
  );
  if (kept?.fingerprint === fingerprint) return kept.dimensions;
  // On one thread, whatever the run was opened with: coder and decoder must find the same numbers.
  const alone = await open(run.path, { threads: 1 });
  const dimensions = await learnt(alone).finally(() => alone.close());
  // A folder that cannot be written costs the learning each time, and nothing else.
  await writeFileAtomic(file, `${JSON.stringify({ fingerprint, dimensions })}\n`).catch(() => {});
  return dimensions;
}

function parse(text: string): z.output<typeof schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function learnt(run: OpenRun): Promise<CodePrior> {
  const { train } = await run.data();
  if (train.count < 2)
    throw new UserError(`${run.path} has no training examples, from which it would learn how its codes lie`);
  const codes = await codesOf(run, takeEvenly(train, run.shape, Math.min(COUNTED, train.count)));
  const [count = 0, dimensions = 0] = codes.shape;
  const column = (index: number) =>
    Float64Array.from({ length: count }, (_, row) => codes.data[row * dimensions + index]!);
  const spreads = Array.from({ length: dimensions }, (_, index) => spreadOf(column(index)));
  const sensitivities = await sensitivitiesOf(
    run,
    await codesOf(run, takeEvenly(train, run.shape, Math.min(CHANGED, train.count))),
    spreads,
  );
  return spreads.map(({ mean, deviation }, index) => {
    const counts = new Array<number>(BINS).fill(0);
    for (const value of column(index)) {
      const place = ((value - mean) / deviation + REACH) * (BINS / (2 * REACH));
      counts[Math.max(0, Math.min(BINS - 1, Math.floor(place)))]!++;
    }
    return { mean, deviation, sensitivity: sensitivities[index]!, counts };
  });
}

/** Codes of examples, [count, dimensions]. */
async function codesOf(run: OpenRun, split: Split) {
  const parts: Float32Array[] = [];
  for (let start = 0; start < split.count; start += ENCODED) {
    const end = Math.min(start + ENCODED, split.count);
    parts.push((await run.encode(exampleValues(split, run.shape, end, start))).data);
  }
  const dimensions = parts.reduce((sum, { length }) => sum + length, 0) / split.count;
  const data = new Float32Array(split.count * dimensions);
  let offset = 0;
  for (const part of parts) {
    data.set(part, offset);
    offset += part.length;
  }
  return { shape: [split.count, dimensions], data };
}

function spreadOf(values: Float64Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  if (!Number.isFinite(variance))
    throw new UserError("the encoder gives numbers that are not finite; this run cannot compress");
  // Numbers that are always the same still need bins of some width.
  return { mean, deviation: Math.max(Math.sqrt(variance), 1e-6) };
}

async function sensitivitiesOf(
  run: OpenRun,
  codes: { readonly shape: readonly number[]; readonly data: Float32Array },
  spreads: readonly { readonly deviation: number }[],
): Promise<number[]> {
  const [count = 0, dimensions = 0] = codes.shape;
  const sensitivities: number[] = [];
  for (const [index, { deviation }] of spreads.entries()) {
    const moved = async (by: number) => {
      const changed = codes.data.slice();
      for (let at = index; at < changed.length; at += dimensions) changed[at]! += by;
      // As it is seen: beyond black and white nothing changes.
      return (await run.decode(changed)).data.map((value) => Math.max(0, Math.min(1, value)));
    };
    const [lower, higher] = [await moved(-deviation / 2), await moved(deviation / 2)];
    let sum = 0;
    for (let pixel = 0; pixel < lower.length; pixel++) sum += (higher[pixel]! - lower[pixel]!) ** 2;
    sensitivities.push(Math.sqrt(sum / count) / deviation);
  }
  return sensitivities;
}
