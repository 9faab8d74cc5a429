// The adversarial autoencoder (Makhzani et al. 2015): an autoencoder whose codes, all examples together, are brought
// to a prior p(z) by a critic that sees codes only. Each round has three turns:
//
//   autoencoder  ‖x − G(E(x))‖²                         reconstruction
//   critic       tells z ~ p(z) from E(x)               regularisation
//   encoder      the generator's loss on E(x)
//
// With prior `label` the critic is told the class of each code, so that each class goes to a Gaussian of its own.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanSquaredError } from "../../losses/index.ts";
import { criticFirst, criticPlayer, generatorPlayer, judge } from "../adversary/judge.ts";
import { adversarialOptions, optimiserOf } from "../adversary/options.ts";
import { eachOnlyWith, onlyWith } from "../effects.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { codeCritic, criticWidthsOption } from "./code-critics.ts";
import { codeEncoder, sampleDecoder } from "./parts.ts";
import { priorOf, priors } from "./priors.ts";

const name = "adversarial-autoencoder";

/** The critic sees no images. */
const { augmentation: _augmentation, ...adversarial } = adversarialOptions({
  loss: "non-saturating",
  latent: 8,
  batch: 128,
  learningRate: 5e-4,
  beta1: 0.5,
});

export const adversarialAutoencoder = defineModel({
  name,
  family: "fusion",
  summary: "An autoencoder whose codes a critic brings to a prior (Makhzani et al. 2015)",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    criticWidths: criticWidthsOption([256, 256]),
    prior: z
      .enum(priors)
      .default("gaussian")
      .describe("of codes: N(0, I), a mixture of Gaussians on a circle, or one of them for each label"),
    modes: onlyWith(z.int().min(1).max(1000).default(10).describe("Gaussians of a mixture"), {
      option: "prior",
      is: ["mixture"],
    }),
    ...eachOnlyWith(
      {
        radius: z.number().positive().default(2).describe("radius of a mixture's circle"),
        deviation: z.number().positive().default(0.2).describe("standard deviation of a mixture's Gaussians"),
      },
      { option: "prior", is: ["mixture", "label"] },
    ),
    ...adversarial,
  }),
  routing: { autoencoder: ["encoder", "decoder"], critic: ["critic"], encoder: ["encoder"] },
  build({ data, network, options: told }) {
    const options = { ...told, augmentation: [] };
    const { latent, averaging } = options;
    const range = signedRange(data);
    const prior = priorOf(data, options);
    const encoder = network("encoder", codeEncoder(data, options, { latent, model: name }));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const critic = network("critic", codeCritic(options));

    return game({
      round(inputs) {
        const { x, batch, normal, uniform } = inputs;
        const code = encoder(x);
        const labels = prior.classes === undefined ? undefined : inputs.labels;
        const drawn = prior.draw(normal(batch, prior.noise), labels);
        return {
          reconstruction: meanSquaredError(x, range.leave(decoder(code))),
          verdict: judge(
            options,
            { uniform },
            {
              critic,
              real: [drawn],
              generated: [[code]],
              ...(labels === undefined ? {} : { condition: labels.oneHot(prior.classes!) }),
              apart: false,
            },
          ),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder],
          loss: ({ reconstruction }) => reconstruction,
          optimiser: optimiserOf(options),
        },
        critic: criticPlayer(options, [critic]),
        encoder: generatorPlayer(options, [encoder]),
      },
      phases: [{ name: "play", turns: ["autoencoder", ...criticFirst(options, "encoder")] }],
      roles: {
        encode: encoder,
        decode: (code) => range.leave(decoder(code)),
        generate: {
          latent: prior.noise,
          ...(prior.classes === undefined ? {} : { classes: prior.classes }),
          from: (noise, labels) => range.leave(decoder(prior.draw(noise, labels))),
        },
      },
      averages: { networks: [encoder, decoder], decay: averaging },
    });
  },
});
