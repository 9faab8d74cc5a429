// Stacks of a set of grey images with labels: three examples, drawn at random, are the three channels of one image.
// Of K classes come K³ modes with known labels, which is what coverage of modes is measured on; for digits the class
// 100a + 10b + c is the number that one reads (Metz, Poole, Pfau, Sohl-Dickstein 2017; the protocol of VEEGAN,
// Srivastava et al. 2017, and PacGAN, Lin et al. 2018).
//
// Which examples are stacked follows from the seed. Training stacks are made of training examples only, and test
// stacks of test examples only.

import { z } from "zod";
import { UserError } from "../errors.ts";
import { randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/shape.ts";
import { heldOutCount, trainingCount } from "./counts.ts";
import type { LoadOptions, OpenedSource, Split } from "./dataset.ts";

export const stackOptions = z.strictObject({
  count: trainingCount.default(60_000),
  test: heldOutCount.default(10_000),
});

/** Changes whenever the same seed gives other stacks. */
const version = 1;

/** Stacks of `base`, which is grey, has labels and a test split, under the name `name`. */
export function openStacks(
  name: string,
  base: OpenedSource,
  options: z.infer<typeof stackOptions>,
  { seed }: LoadOptions,
): OpenedSource {
  const { classes, shape, test } = base;
  const size = sizeOf(shape);
  if (base.kind !== "image" || shape[0] !== 1 || classes === undefined || test === undefined)
    throw new UserError(
      `${base.name} cannot be stacked; that takes grey images with labels and a test split`,
    );
  const make = (split: "train" | "test", count: number, source: () => Promise<Split>) => async () =>
    stack(await source(), count, { seed, stream: `data/${name}/${split}`, size, classes: classes.length });
  const digits = String(classes.length - 1).length;
  const modes = classes.length ** 3;
  return {
    name,
    kind: "image",
    shape: [3, ...shape.slice(1)],
    classes: Array.from({ length: modes }, (_, mode) => namesOf(mode, classes.length, digits)),
    stackOf: base.name,
    identity: [version, seed, JSON.stringify(options), ...base.identity],
    dtype: base.dtype,
    counts: { train: options.count, validation: 0, test: options.test },
    train: make("train", options.count, base.train),
    ...(options.test > 0 && { test: make("test", options.test, test) }),
  };
}

/** The numbers of the three classes, one after the other: "407". */
function namesOf(mode: number, classes: number, digits: number): string {
  const parts = [Math.floor(mode / classes ** 2), Math.floor(mode / classes) % classes, mode % classes];
  return parts.map((part) => String(part).padStart(digits, "0")).join(digits === 1 ? "" : "-");
}

function stack(
  { count: available, values: from, labels: own }: Split,
  count: number,
  { seed, stream, size, classes }: { seed: number; stream: string; size: number; classes: number },
): Split {
  const picks = randomStream(seed, stream).integers(0, available, new Int32Array(3 * count));
  const length = 3 * count * size;
  const values = from instanceof Uint8Array ? new Uint8Array(length) : new Float32Array(length);
  const labels = new Int32Array(count);
  for (let i = 0; i < 3 * count; i++) {
    const pick = picks[i]!;
    values.set(from.subarray(pick * size, (pick + 1) * size), i * size);
    const stacked = Math.floor(i / 3);
    labels[stacked] = labels[stacked]! * classes + own![pick]!;
  }
  return { count, values, labels };
}
