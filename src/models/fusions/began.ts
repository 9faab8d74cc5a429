// Boundary equilibrium GAN (Berthelot et al. 2017): the critic D is an autoencoder with the error
// L(v) = |v − D(v)|^η, mean over the pixels. It rebuilds real examples well and generated ones badly, the generator
// asks to be rebuilt well, and k keeps the balance E L(G(z)) = γ·E L(x):
//
//   critic     L(x) − k·L(G(z))
//   generator  L(G(z))
//   k        ← clip(k + λ·(γ·L(x) − L(G(z))), 0, 1),   0 at first
//
// M = L(x) + |γ·L(x) − L(G(z))| falls as training succeeds. All move at once; z ~ U(−1, 1).

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import type { Tensor } from "../../tensor/index.ts";
import { optimiserOf } from "../adversary/options.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { energyNetworks, energyOptions, errors } from "./autoencoding-critic.ts";
import { uniformFrom } from "./priors.ts";

const name = "began";

export const began = defineModel({
  name,
  family: "fusion",
  summary: "A GAN whose critic is an autoencoder, kept in balance (Berthelot et al. 2017)",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    gamma: z.number().min(0).max(1).default(0.7).describe("diversity: the wanted L(G(z))/L(x)"),
    lambda: z.number().positive().default(1e-2).describe("step of k, which keeps the balance"),
    power: z.int().min(1).max(2).default(1).describe("η: 1 for absolute errors, 2 for squared ones"),
    ...energyOptions({ latent: 64, batch: 16, learningRate: 5e-4, criticLearningRate: 2e-4, beta1: 0.5 }),
  }),
  routing: { critic: ["encoder", "decoder"], generator: ["generator"] },
  build(context) {
    const { data, options, state } = context;
    const { gamma, lambda, power, latent, averaging } = options;
    const range = signedRange(data);
    const { encoder, decoder, generator } = energyNetworks(context, {
      model: name,
      batchNorm: false,
      last: "linear",
    });
    const k = state("k", 0);
    // Nothing bounds what is made: a generator that is far off would not find back through a tanh.
    const shown = (v: Tensor) => (data.kind === "image" ? range.leave(v).clip(0, 1) : v);
    const error = (v: Tensor) => errors(v, decoder(encoder(v)), power);

    return game({
      round({ x, batch, normal }) {
        const real = error(range.enter(x)).mean();
        const generated = error(generator(uniformFrom(normal(batch, latent)))).mean();
        return { real, generated, k: k.read(), balance: real.mul(gamma).sub(generated) };
      },
      players: {
        critic: {
          moves: [encoder, decoder],
          loss: ({ real, generated, k }) => real.sub(generated.mul(k)),
          updates: ({ balance, ...round }) => [
            { state: k, value: round.k.add(balance.mul(lambda)).clip(0, 1) },
          ],
          report: ({ real, k, balance }) => ({ measure: real.add(balance.abs()), k, real }),
          optimiser: optimiserOf(options, options.criticLearningRate),
        },
        generator: {
          moves: [generator],
          loss: ({ generated }) => generated,
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: [["critic", "generator"]] }],
      roles: {
        encode: (x) => encoder(range.enter(x)),
        decode: (code) => shown(decoder(code)),
        generate: { latent, from: (noise) => shown(generator(uniformFrom(noise))) },
        realness: (x) => error(range.enter(x)).neg(),
        anomaly: (x) => error(range.enter(x)),
      },
      averages: { networks: [generator], decay: averaging },
    });
  },
});
