// What trained networks are worth on a split of the data: reconstruction error, and mode coverage where the modes
// are known. Each split has noise of its own, so that no sample is counted for two.

import type { Dataset, Split } from "../data/index.ts";
import type { Game } from "../game/game.ts";
import { modeCoverage } from "../metrics/modes.ts";
import { squaredError } from "../metrics/squared-error.ts";
import { sizeOf } from "../tensor/index.ts";
import { generationInputs } from "./generation.ts";
import { exampleValues } from "./samples.ts";
import type { Trainer } from "./trainer.ts";

/** What is measured, and whether little or much of it is good. */
export const measures = {
  /** Mean squared error of reconstructions, over examples and their values. */
  mse: "least",
  /** Components of a mixture that samples cover. */
  modes: "most",
  /** Part of the samples that is near a component. */
  highQuality: "most",
} as const satisfies Readonly<Record<string, "least" | "most">>;

export type Measures = Partial<Record<keyof typeof measures, number>>;

/** Samples that mode coverage is counted on (PacGAN's protocol). */
const COVERAGE_SAMPLES = 2500;
/** Examples evaluated at a time, so that memory does not grow with the split. */
const EVALUATED = 1000;

/** Whether a game's reconstructions can be compared with their examples. */
export const reconstructs = ({ roles }: Game): boolean =>
  roles.encode !== undefined && roles.decode !== undefined;

/** The names of what can be measured for a game and its data. */
export function measureNames(game: Game, { modes }: Pick<Dataset, "modes">): (keyof Measures)[] {
  return [
    ...(reconstructs(game) ? (["mse"] as const) : []),
    ...(game.roles.generate !== undefined && modes !== undefined ? (["modes", "highQuality"] as const) : []),
  ];
}

/**
 * Measures a trainer's present networks.
 *
 * @param split examples to reconstruct; where there are none only samples are measured
 * @param noise `seed` and `name` of the stream that samples are made from
 */
export async function measure(
  trainer: Trainer,
  { shape, modes }: Pick<Dataset, "shape" | "modes">,
  split: Split,
  noise: { readonly seed: number; readonly name: "validation" | "test" },
): Promise<Measures> {
  const found: Measures = {};
  if (reconstructs(trainer.game) && split.count > 0) {
    let sum = 0;
    for (let start = 0; start < split.count; start += EVALUATED) {
      const inputs = exampleValues(split, shape, Math.min(start + EVALUATED, split.count), start);
      const { data: rebuilt } = (await trainer.role("reconstruct", inputs))!;
      sum += squaredError(inputs, rebuilt);
    }
    found.mse = sum / (split.count * sizeOf(shape));
  }
  const { generate } = trainer.game.roles;
  if (generate !== undefined && modes !== undefined) {
    const inputs = generationInputs(generate, {
      count: COVERAGE_SAMPLES,
      seed: noise.seed,
      stream: noise.name,
    });
    const { data: samples } = (await trainer.role("generate", ...inputs))!;
    const { centres, sigma } = modes;
    const coverage = modeCoverage(samples, centres, { dimensions: shape[0]!, deviation: sigma });
    found.modes = coverage.modes;
    found.highQuality = coverage.highQuality;
  }
  return found;
}
