// The denoising autoencoder (Vincent et al. 2008): rebuilds the example from a corrupted version of it,
//
//   d(x, G(E(x̃))),   x̃ ~ q(x̃|x)
//
// so that the code must hold what the values of an example tell of each other.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { checkCorruption, corrupt, noiseKinds } from "./corruption.ts";
import { codeOptions, lossOption, plainNetworks, stepOptions } from "./plain.ts";

export const denoisingAutoencoder = defineModel({
  name: "denoising-autoencoder",
  family: "autoencoder",
  summary: "Rebuilds the example from a corrupted version of it (Vincent et al. 2008)",
  options: z.strictObject({
    ...codeOptions(32),
    noise: z.enum(noiseKinds).default("gaussian").describe("how examples are corrupted"),
    level: z
      .number()
      .min(0)
      .default(0.3)
      .describe("standard deviation of gaussian noise, or share of the values that are lost"),
    loss: lossOption,
    ...stepOptions,
  }),
  routing: { autoencoder: ["encoder", "decoder"] },
  build(context) {
    const { data, options } = context;
    checkCorruption(data, options);
    const { encoder, decoder, compare } = plainNetworks(context, { model: "denoising-autoencoder" });
    return game({
      round: ({ x, normal, uniform }) => ({
        x,
        output: decoder(encoder(corrupt(x, options, { normal, uniform }))),
      }),
      players: {
        autoencoder: {
          moves: [encoder, decoder],
          loss: ({ x, output }) => compare.loss(x, output),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: { encode: encoder, decode: (code) => compare.mean(decoder(code)) },
    });
  },
});
