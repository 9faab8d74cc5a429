// A critic that is an autoencoder: what it rebuilds badly is not real. BEGAN's and EBGAN's; both differ in what they
// do with the error, and take no other adversarial loss.

import { z } from "zod";
import type { BuildContext } from "../../game/model.ts";
import type { Tensor } from "../../tensor/index.ts";
import { type AdversarialDefaults, adversarialOptions } from "../adversary/options.ts";
import { type Body, decoderOf, signedRange } from "../networks.ts";
import { codeEncoder } from "./parts.ts";

/** Of an adversarial model's options, those that have a sense without a loss of scores. */
export function autoencodingOptions(defaults: Omit<AdversarialDefaults, "loss">) {
  const all = adversarialOptions({ ...defaults, loss: "hinge" });
  const { latent, batch, optimiser, learningRate, criticLearningRate, beta1, beta2, averaging } = all;
  return {
    latent,
    codes: z.int().min(1).max(65536).optional().describe("length of the critic's codes; latent unless told"),
    batch,
    optimiser,
    learningRate,
    criticLearningRate,
    beta1,
    beta2,
    averaging,
  };
}

export function autoencodingNetworks(
  {
    data,
    options,
    network,
  }: BuildContext<Body & { readonly latent: number; readonly codes?: number | undefined }>,
  model: string,
  batchNorm: boolean,
) {
  const { latent, codes = latent } = options;
  const { last } = signedRange(data);
  return {
    encoder: network("encoder", codeEncoder(data, options, { latent: codes, model, batchNorm })),
    decoder: network("decoder", decoderOf(data, options, { model, last, batchNorm })),
    generator: network("generator", decoderOf(data, options, { model, last, batchNorm })),
  };
}

/** E |x − y|^power for each example, [N]. */
export const errors = (x: Tensor, y: Tensor, power: number): Tensor =>
  x.sub(y).abs().pow(power).flatten().mean(1);
