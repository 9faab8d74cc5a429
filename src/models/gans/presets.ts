// The family's game under the settings of papers, on DCGAN's networks (dcgan.ts) or dense ones:
//
//           loss            critic's smoothness          optimiser                   steps   batch normalisation
//   wgan    wasserstein     weights cut to ±0.01         RMSprop 5·10⁻⁵              5       both   Arjovsky 2017
//   lsgan   least-squares                                Adam, β₁ 0.5                1       both   Mao 2017
//   r3gan   relativistic    R1 and R2                    Adam, β₁ 0                  1       none   Huang 2024
//
// R3GAN's own networks are residual ones with grouped convolutions, and its γ, learning rate and β₂ follow schedules;
// here are DCGAN's without normalisation, under He's initialisation, and constants. The loss, the two penalties, the
// missing normalisation, β₁ = 0 and the averaged generator are the paper's.

import { z } from "zod";
import { defineModel } from "../../game/model.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { ADVERSARIAL_ROUTING, adversarialGame } from "./adversarial-game.ts";
import { pairFor, pairOptions } from "./bodies.ts";

export const wgan = defineModel({
  name: "wgan",
  family: "gan",
  summary: "Wasserstein distance with cut weights (Arjovsky et al. 2017)",
  options: z.strictObject({
    ...pairOptions,
    ...adversarialOptions({
      loss: "wasserstein",
      penalty: "clip",
      criticSteps: 5,
      latent: 100,
      batch: 64,
      optimiser: "rmsprop",
      learningRate: 5e-5,
      beta1: 0.5,
      beta2: 0.99,
    }),
  }),
  routing: ADVERSARIAL_ROUTING,
  build: (context) =>
    adversarialGame(context, pairFor(context.data, context.options, { model: "wgan", criticNorm: true })),
});

export const lsgan = defineModel({
  name: "lsgan",
  family: "gan",
  summary: "Squared errors of scores in place of log likelihoods (Mao et al. 2017)",
  options: z.strictObject({
    ...pairOptions,
    ...adversarialOptions({
      loss: "least-squares",
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
  }),
  routing: ADVERSARIAL_ROUTING,
  build: (context) =>
    adversarialGame(context, pairFor(context.data, context.options, { model: "lsgan", criticNorm: true })),
});

export const r3gan = defineModel({
  name: "r3gan",
  family: "gan",
  summary: "A relativistic loss with R1 and R2, and no normalisation (Huang et al. 2024)",
  options: z.strictObject({
    ...pairOptions,
    ...adversarialOptions({
      loss: "relativistic",
      penalty: "r1r2",
      penaltyWeight: 1,
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0,
      beta2: 0.99,
      averaging: 0.999,
    }),
  }),
  routing: ADVERSARIAL_ROUTING,
  build: (context) =>
    adversarialGame(
      context,
      pairFor(context.data, context.options, {
        model: "r3gan",
        criticNorm: false,
        generatorNorm: false,
        kernelInitialiser: "heNormal",
      }),
    ),
});
