// Where codes lie, as a mixture of Gaussians fitted to those of training examples: what models without a prior of their
// own generate from (Ghosh et al. 2020, section 4). It is kept in the run's folder, and fitted again where the networks
// have been trained on since.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Split } from "../data/dataset.ts";
import { takeEvenly } from "../data/splits.ts";
import { UserError } from "../errors.ts";
import { fitGaussianMixture } from "../metrics/fit-gaussian-mixture.ts";
import type { GaussianMixture } from "../metrics/gaussian-mixture.ts";
import { randomStream } from "../random/index.ts";
import { writeFileAtomic } from "./atomic-file.ts";
import { exampleValues } from "./samples.ts";

/** Training examples whose codes a mixture is fitted to, at most, spread evenly. */
const FITTED = 10_000;
/** Examples encoded at a time. */
const ENCODED = 1000;
/** Components unless told, as many as the paper has, or as many as such codes allow. */
const COMPONENTS = 10;
/** Numbers in all covariances together: more would take long to fit, and tens of megabytes to keep. */
const LARGEST = 2 ** 20;

const schema = z.object({
  round: z.int(),
  /** The examples are spread over the split; mixtures kept by earlier versions are of its first ones. */
  spread: z.literal(true),
  components: z.int(),
  mixture: z.object({
    dimensions: z.int(),
    weights: z.array(z.number()),
    means: z.array(z.number()),
    covariances: z.array(z.number()),
  }),
});

export interface Codes {
  /** Folder of the run. */
  readonly path: string;
  /** Rounds that the networks were trained for. */
  readonly round: number;
  /** Length of a code. */
  readonly dimensions: number;
  /** Shape of an example. */
  readonly shape: readonly number[];
  readonly examples: () => Promise<Split>;
  readonly encode: (examples: Float32Array) => Promise<{ readonly data: Float32Array }>;
}

/**
 * The mixture of a run's codes: the one that the run's folder keeps, or a new one, which is kept there.
 *
 * @throws UserError for a mixture of more than a million numbers, and for fewer training examples than components
 */
export async function codeMixture(codes: Codes, wanted?: number): Promise<GaussianMixture> {
  const { path, round, dimensions } = codes;
  const components = componentsFor(dimensions, wanted);
  const file = join(path, "mixture.json");
  const kept = await keptMixture(file);
  if (kept?.round === round && kept.components === components) return kept.mixture;
  const mixture = await fitted(codes, components);
  // A folder that cannot be written costs the fit each time, and nothing else.
  await writeFileAtomic(file, `${JSON.stringify({ round, spread: true, components, mixture })}\n`).catch(
    () => {},
  );
  return mixture;
}

/** How many Gaussians codes of so many numbers get. */
export function componentsFor(dimensions: number, wanted?: number): number {
  const most = Math.floor(LARGEST / dimensions ** 2);
  const components = wanted ?? Math.max(1, Math.min(COMPONENTS, most));
  if (components <= most) return components;
  throw new UserError(
    `codes of ${dimensions} numbers are too long for a mixture of ${components}; ` +
      (most === 0 ? "train with shorter ones" : `ask for components=${most} at most`),
  );
}

async function keptMixture(file: string): Promise<z.output<typeof schema> | undefined> {
  try {
    return schema.safeParse(JSON.parse(await readFile(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

async function fitted(
  { dimensions, shape, examples, encode }: Codes,
  components: number,
): Promise<GaussianMixture> {
  const split = takeEvenly(await examples(), shape, FITTED);
  const { count } = split;
  if (count < components)
    throw new UserError(
      `${components} components need as many training examples, and there are ${count}; ask for fewer`,
    );
  const codes = new Float32Array(count * dimensions);
  for (let start = 0; start < count; start += ENCODED) {
    const end = Math.min(start + ENCODED, count);
    codes.set((await encode(exampleValues(split, shape, end, start))).data, start * dimensions);
  }
  const { mixture } = fitGaussianMixture(codes, {
    dimensions,
    components,
    stream: randomStream(0, "mixture"),
  });
  // As many digits as float32 has: the same numbers fresh as read again, in half the file.
  const rounded = (numbers: readonly number[]) => numbers.map((value) => Number(value.toPrecision(9)));
  return {
    dimensions,
    weights: mixture.weights,
    means: rounded(mixture.means),
    covariances: rounded(mixture.covariances),
  };
}
