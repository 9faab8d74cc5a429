// What models have in common that learn an encoder and a generator as each other's inverse, by critics of pairs
// (Donahue et al. 2017; Zenati et al. 2018): their options, and where their codes lie.
//
//   prior "normal"    z ~ N(0, I), and codes anywhere
//   prior "uniform"   z ~ U(−1, 1), and codes brought there by a tanh, as Donahue et al. train on MNIST

import { z } from "zod";
import type { DataSpecification } from "../../game/model.ts";
import { activation, type Layer, sequential } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { adversarialOptions, criticLearningRateOption } from "../adversary/options.ts";
import type { Body } from "../networks.ts";
import { bodyOptions, normaliseDenseOption } from "../options.ts";
import { criticWidthsOption } from "./code-critics.ts";
import { codeEncoder } from "./parts.ts";
import { uniformFrom } from "./priors.ts";

const priors = ["normal", "uniform"] as const;

export const bidirectionalOptions = (defaults: { criticLearningRate: number; averaging?: number }) => ({
  ...bodyOptions({ widths: [512, 512], filters: 32 }),
  normaliseDense: normaliseDenseOption,
  criticWidths: criticWidthsOption([512]),
  prior: z
    .enum(priors)
    .default("normal")
    .describe("what codes are drawn from: N(0, I), or U(−1, 1), to which a tanh then brings encoded ones"),
  ...adversarialOptions({
    loss: "non-saturating",
    latent: 50,
    batch: 64,
    learningRate: 5e-4,
    beta1: 0.5,
    ...(defaults.averaging === undefined ? {} : { averaging: defaults.averaging }),
  }),
  criticLearningRate: criticLearningRateOption(defaults.criticLearningRate),
});

type Prior = (typeof priors)[number];

/** Examples to codes of the prior's range. */
export function encoderFor(
  data: DataSpecification,
  options: Body & { readonly latent: number; readonly prior: Prior },
  model: string,
): Layer {
  const encoder = codeEncoder(data, options, { latent: options.latent, model, batchNorm: true });
  return options.prior === "uniform" ? sequential([encoder, activation("tanh")]) : encoder;
}

/** Normal numbers made draws of the prior. */
export const drawnFrom = (prior: Prior, noise: Tensor): Tensor =>
  prior === "uniform" ? uniformFrom(noise) : noise;
