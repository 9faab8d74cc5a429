// The networks of the family, after DCGAN (Radford et al. 2016): weights from N(0, 0.02²), batch normalisation in the
// generator and, unless a model goes without, in the critic. Vectors, and images on request, get dense layers.

import { z } from "zod";
import type { DataSpecification } from "../../game/model.ts";
import type { Initialiser, Layer, Scope } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { criticOf, type Judgement, normalises } from "../adversary/critics.ts";
import type { AdversarialSettings } from "../adversary/options.ts";
import { architectureOf, type Body, decoderOf, type SampleRange, signedRange, trunkOf } from "../networks.ts";
import { bodyOptions, ofDense } from "../options.ts";

/** Options of networks that are dense or convolutional. */
export const pairOptions = {
  ...bodyOptions({ widths: [256, 256], filters: 64 }),
  widths: ofDense(
    z
      .array(z.int().min(1).max(65536))
      .default([256, 256])
      .describe("units of the dense critic's hidden layers; the generator mirrors them"),
  ),
};

export type PairSettings = Body &
  Pick<AdversarialSettings, "spectralNorm" | "minibatchDeviation" | "penalty">;

/** Generator and critic of some data. */
export interface Pair {
  readonly range: SampleRange;
  /** Noise, and what comes with it, [N, …] to samples. */
  readonly generator: Layer;
  /** Samples to features [N, F]. */
  readonly trunk: readonly Layer[];
  /** The trunk with its score. */
  readonly critic: (scope: Scope, x: Tensor) => Judgement;
  /** How a dense layer above the trunk begins. */
  readonly head: { readonly kernelInitialiser?: Initialiser };
  /** Whether the critic normalises over the batch. */
  readonly criticNorm: boolean;
  readonly isDense: boolean;
}

export interface PairDetails {
  /** Who asks, for messages. */
  readonly model: string;
  /** Batch normalisation, of convolutional networks only; a critic has it only where nothing else keeps it smooth. */
  readonly criticNorm: boolean;
  readonly generatorNorm?: boolean;
  readonly kernelInitialiser?: Initialiser;
}

export function pairFor(
  data: DataSpecification,
  options: PairSettings,
  {
    model,
    generatorNorm = true,
    kernelInitialiser = { kind: "normal", deviation: 0.02 },
    ...details
  }: PairDetails,
): Pair {
  const isDense = architectureOf(data, options) === "dense";
  const criticNorm = details.criticNorm && !isDense && normalises(options);
  const range = signedRange(data);
  const head = isDense ? {} : { kernelInitialiser };
  const trunk = trunkOf(data, options, { model, hidden: "leakyRelu", batchNorm: criticNorm, ...head });
  return {
    range,
    criticNorm,
    isDense,
    head,
    trunk,
    generator: decoderOf(data, options, { model, last: range.last, batchNorm: generatorNorm, ...head }),
    critic: criticOf(trunk, options, head),
  };
}
