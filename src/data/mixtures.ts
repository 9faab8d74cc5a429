// The two-dimensional mixtures on which mode collapse is measured, under the protocol of PacGAN (Lin, Khetan, Fanti,
// Oh 2018): `ring`, 8 Gaussians on a circle of radius 1 with σ 0.01; `grid`, 5×5 Gaussians at −4, −2, 0, 2, 4 with
// σ 0.05. The distributions are endless; a data set freezes draws of each split from the seed, whose labels are the
// components they came from.

import { z } from "zod";
import { randomStream } from "../random/index.ts";
import { heldOutCount, trainingCount } from "./counts.ts";
import type { LoadOptions, Modes, OpenedSource, Split } from "./dataset.ts";

const counts = {
  train: trainingCount.default(100_000),
  validation: heldOutCount.default(10_000),
  test: heldOutCount.default(10_000),
};

export const ringOptions = z.strictObject({
  modes: z.int().min(1).max(10_000).default(8),
  radius: z.number().positive().default(1),
  sigma: z.number().nonnegative().default(0.01),
  ...counts,
});

export const gridOptions = z.strictObject({
  side: z.int().min(1).max(100).default(5),
  extent: z.number().positive().default(4),
  sigma: z.number().nonnegative().default(0.05),
  ...counts,
});

/** `modes` Gaussians evenly round a circle, the first on the axis to the right. */
export function openRing(options: z.infer<typeof ringOptions>, load: LoadOptions): OpenedSource {
  const centres = new Float32Array(options.modes * 2);
  for (let i = 0; i < options.modes; i++) {
    const angle = (2 * Math.PI * i) / options.modes;
    centres.set([options.radius * Math.cos(angle), options.radius * Math.sin(angle)], 2 * i);
  }
  return open("ring", options, { centres, count: options.modes, sigma: options.sigma }, load);
}

/** `side`² Gaussians on a square grid from −`extent` to `extent`. */
export function openGrid(options: z.infer<typeof gridOptions>, load: LoadOptions): OpenedSource {
  const { side, extent } = options;
  const at = (i: number): number => (side === 1 ? 0 : extent * ((2 * i) / (side - 1) - 1));
  const centres = new Float32Array(side * side * 2);
  for (let i = 0; i < side * side; i++) centres.set([at(i % side), at(Math.floor(i / side))], 2 * i);
  return open("grid", options, { centres, count: side * side, sigma: options.sigma }, load);
}

function open(
  name: string,
  sizes: { readonly train: number; readonly validation: number; readonly test: number },
  modes: Modes,
  { seed }: LoadOptions,
): OpenedSource {
  const draw = (split: "train" | "validation" | "test") => async (): Promise<Split> => {
    const count = sizes[split];
    const stream = randomStream(seed, `data/${name}/${split}`);
    const labels = stream.integers(0, modes.count, new Int32Array(count));
    const values = stream.normal(0, new Float32Array(count * 2));
    for (let i = 0; i < count * 2; i++)
      values[i] = modes.centres[2 * labels[i >>> 1]! + (i & 1)]! + modes.sigma * values[i]!;
    return { count, values, labels };
  };
  return {
    name,
    kind: "vector",
    shape: [2],
    classes: Array.from({ length: modes.count }, (_, mode) => String(mode)),
    modes,
    identity: [1, seed, JSON.stringify(sizes)],
    dtype: "float32",
    counts: sizes,
    train: draw("train"),
    ...(sizes.validation > 0 && { validation: draw("validation") }),
    ...(sizes.test > 0 && { test: draw("test") }),
  };
}
