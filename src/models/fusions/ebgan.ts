// Energy-based GAN (Zhao et al. 2017): the critic is an autoencoder, and the energy of an example its error
// D(x) = ‖x − Dec(Enc(x))‖², mean over the pixels. Real examples get low energies, generated ones at least the margin:
//
//   critic     D(x) + max(0, m − D(G(z)))
//   generator  D(G(z)) + w·PT(Enc(G(z)))
//
// The pulling-away term keeps the codes s_i of a batch of N generated examples apart:
//
//   PT = 1/(N(N − 1)) Σ_i Σ_j≠i (sᵢᵀsⱼ/(‖sᵢ‖‖sⱼ‖))²

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { pullingAway as pullingAwayTerm } from "../../losses/index.ts";
import { constant, type Tensor } from "../../tensor/index.ts";
import { optimiserOf } from "../adversary/options.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { energyNetworks, energyOptions, errors } from "./autoencoding-critic.ts";

const name = "ebgan";

export const ebgan = defineModel({
  name,
  family: "fusion",
  summary: "A GAN whose critic is an autoencoder, its error an energy with a margin (Zhao et al. 2017)",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    margin: z
      .number()
      .positive()
      .default(0.2)
      .describe("energy above which generated examples are left alone"),
    pullingAway: z
      .number()
      .min(0)
      .default(0.1)
      .describe("weight of the term that keeps generated codes apart"),
    ...energyOptions({ latent: 64, batch: 32, learningRate: 1e-3, criticLearningRate: 2e-4, beta1: 0.5 }),
  }),
  routing: { critic: ["encoder", "decoder"], generator: ["generator"] },
  build(context) {
    const { data, options } = context;
    const { margin, pullingAway, latent, averaging } = options;
    const range = signedRange(data);
    const { encoder, decoder, generator } = energyNetworks(context, {
      model: name,
      batchNorm: true,
      last: range.last,
    });
    // One code has no other to be pulled from.
    const alikeness = (codes: Tensor) => (codes.shape[0]! > 1 ? pullingAwayTerm(codes) : constant(0));
    const energy = (v: Tensor) => errors(v, decoder(encoder(v)), 2);

    return game({
      round({ x, batch, normal }) {
        const sample = generator(normal(batch, latent));
        // Roles show the critic's autoencoder real examples: its running statistics are theirs alone.
        const code = encoder.untracked(sample);
        return {
          real: energy(range.enter(x)),
          generated: errors(sample, decoder.untracked(code), 2),
          code,
        };
      },
      players: {
        critic: {
          moves: [encoder, decoder],
          loss: ({ real, generated }) => real.mean().add(generated.neg().add(margin).relu().mean()),
          report: ({ real, generated }) => ({ gap: generated.mean().sub(real.mean()) }),
          optimiser: optimiserOf(options, options.criticLearningRate),
        },
        generator: {
          moves: [generator],
          loss: ({ generated, code }) => generated.mean().add(alikeness(code).mul(pullingAway)),
          report: ({ code }) => ({ alikeness: alikeness(code) }),
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: ["critic", "generator"] }],
      roles: {
        encode: (x) => encoder(range.enter(x)),
        decode: (code) => range.leave(decoder(code)),
        generate: { latent, from: (noise) => range.leave(generator(noise)) },
        realness: (x) => energy(range.enter(x)).neg(),
        anomaly: (x) => energy(range.enter(x)),
      },
      averages: { networks: [generator], decay: averaging },
    });
  },
});
