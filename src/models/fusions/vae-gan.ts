// VAE-GAN (Larsen et al. 2016): a VAE whose decoder is a GAN's generator, and who compares an example with its
// reconstruction in the critic's features f instead of pixel by pixel. With z ~ q(z|x), x̃ = G(z), x̂ = G(z′) for
// z′ ~ N(0, I):
//
//   features  L_f = E ½‖f(x) − f(x̃)‖²                    −log N(f(x); f(x̃), I) but for its constant
//   encoder   KL(q(z|x) ‖ N(0, I)) + L_f
//   decoder   γ·L_f + (the generator's loss on x̃ and x̂)
//   critic    the critic's loss on x against x̃ and x̂, and nothing else
//
// All three move at once, from one forward pass.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import {
  meanSquaredError,
  reparameterise,
  squaredNorms,
  standardNormalDivergence,
} from "../../losses/index.ts";
import { criticFirst, criticPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions, optimiserOf } from "../adversary/options.ts";
import { gaussianEncoder, signedRange, trunkOf } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { sampleCritic, sampleDecoder } from "./parts.ts";

const name = "vae-gan";

export const vaeGan = defineModel({
  name,
  family: "fusion",
  summary: "A VAE that reconstructs in its critic's features (Larsen et al. 2016)",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    gamma: z.number().min(0).default(1e-2).describe("weight of the features' error in the decoder's loss"),
    beta: z.number().min(0).default(1).describe("weight of the divergence from the prior"),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
  }),
  againstCollapse: { beta: "lower" },
  routing: { critic: ["critic"], encoder: ["encoder"], decoder: ["decoder"] },
  build({ data, options, network }) {
    const { latent, gamma, beta, averaging } = options;
    const range = signedRange(data);
    const trunk = trunkOf(data, options, { model: name, hidden: "leakyRelu" });
    const encoder = network("encoder", gaussianEncoder(trunk, latent));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const { body, apart } = sampleCritic(data, options, name);
    const critic = network("critic", body);

    return game({
      round({ x, batch, normal, uniform }) {
        const real = range.enter(x);
        const code = encoder(x);
        const rebuilt = decoder(reparameterise(code, normal(batch, latent)));
        const sampled = decoder(normal(batch, latent));
        const exhibits = {
          critic,
          real: [real],
          generated: [[rebuilt], [sampled]],
          apart,
          atOnce: true,
        } as const;
        const verdict = judge(options, { uniform }, exhibits);
        // An example and its reconstruction are compared as they are, not each augmented in its own way.
        const { seen } =
          options.augmentation.length === 0
            ? verdict
            : judge({ ...options, augmentation: [] }, { uniform }, exhibits);
        const difference = seen.real.features.sub(seen.generated[0]!.features);
        return {
          verdict,
          features: squaredNorms(difference).mean().mul(0.5),
          divergence: standardNormalDivergence(code)
            .sum()
            .mul(1 / batch),
          pixels: meanSquaredError(x, range.leave(rebuilt)),
        };
      },
      players: {
        critic: criticPlayer(options, [critic]),
        encoder: {
          moves: [encoder],
          loss: ({ divergence, features }) => divergence.mul(beta).add(features),
          report: ({ divergence, features, pixels }) => ({ divergence, features, pixels }),
          optimiser: optimiserOf(options),
        },
        decoder: {
          moves: [decoder],
          loss: ({ features, verdict }) => features.mul(gamma).add(verdict.generatorLoss),
          optimiser: optimiserOf(options),
        },
      },
      phases: [
        {
          name: "play",
          turns: criticFirst({ criticSteps: options.criticSteps - 1 }, ["critic", "encoder", "decoder"]),
        },
      ],
      roles: {
        encode: (x) => encoder(x).mean,
        decode: (code) => range.leave(decoder(code)),
        generate: { latent, from: (noise) => range.leave(decoder(noise)) },
        ...realnessBy(options, (x) => critic(range.enter(x)).score),
      },
      averages: { networks: [encoder, decoder], decay: averaging },
    });
  },
});
