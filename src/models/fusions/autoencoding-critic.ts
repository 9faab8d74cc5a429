// A critic that is an autoencoder: what it rebuilds badly is not real. BEGAN's and EBGAN's; both differ in what they
// do with the error, and take no other adversarial loss.

import { z } from "zod";
import type { BuildContext } from "../../game/model.ts";
import type { Activation } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import {
  type AdversarialDefaults,
  adversarialOptions,
  criticLearningRateOption,
} from "../adversary/options.ts";
import { type Body, decoderOf } from "../networks.ts";
import { noiseOption } from "../options.ts";
import { codeEncoder } from "./parts.ts";

/** Of an adversarial model's options, those that have a sense without scores. */
export function energyOptions(
  defaults: Omit<AdversarialDefaults, "loss"> & { readonly criticLearningRate: number },
) {
  const all = adversarialOptions({ ...defaults, loss: "hinge" });
  return {
    latent: noiseOption(defaults.latent),
    codes: z
      .int()
      .min(1)
      .max(65536)
      .optional()
      .describe("length of the critic's codes; that of the noise unless told"),
    batch: all.batch,
    optimiser: all.optimiser,
    learningRate: all.learningRate,
    criticLearningRate: criticLearningRateOption(defaults.criticLearningRate),
    halveEvery: all.halveEvery,
    halveAfter: all.halveAfter,
    beta1: all.beta1,
    beta2: all.beta2,
    averaging: all.averaging,
  };
}

/** Encoder and decoder of the critic, and a generator like that decoder; `last` is the activation of what they make. */
export function energyNetworks(
  {
    data,
    options,
    network,
  }: BuildContext<Body & { readonly latent: number; readonly codes?: number | undefined }>,
  details: { readonly model: string; readonly batchNorm: boolean; readonly last: Activation },
) {
  const { latent, codes = latent } = options;
  return {
    encoder: network("encoder", codeEncoder(data, options, { latent: codes, ...details })),
    decoder: network("decoder", decoderOf(data, options, details)),
    generator: network("generator", decoderOf(data, options, details)),
  };
}

/** E |x − y|^power for each example, [N]. */
export const errors = (x: Tensor, y: Tensor, power: number): Tensor =>
  x.sub(y).abs().pow(power).flatten().mean(1);
