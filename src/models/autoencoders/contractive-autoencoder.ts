// The contractive autoencoder (Rifai et al. 2011): a code that moves little when the example moves a little,
//
//   d(x, G(E(x))) + λ·E‖∂E(x)/∂x‖²_F

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { activationSchema, dense, sequential } from "../../nn/index.ts";
import { contractionOf, contractionOptions } from "../contraction.ts";
import { denseDecoder, denseStack } from "../networks.ts";
import { batchOption, latentOption, learningRateOption, widthsOption } from "../options.ts";
import { reconstructionError } from "./reconstruction.ts";

export const contractiveAutoencoder = defineModel({
  name: "contractive-autoencoder",
  family: "autoencoder",
  summary: "An autoencoder whose code resists small changes of the example (Rifai et al. 2011)",
  options: z.strictObject({
    widths: widthsOption([256]),
    latent: latentOption(32),
    activation: activationSchema
      .default("sigmoid")
      .describe("activation of the encoder's layers; a smooth one"),
    ...contractionOptions(1e-4),
    loss: z.enum(["mse", "mae", "bce"]).default("mse").describe("how a reconstruction is compared"),
    batch: batchOption(256),
    learningRate: learningRateOption(1e-3),
  }),
  againstCollapse: { lambda: "lower" },
  routing: { autoencoder: ["encoder", "decoder"] },
  build({ data, options, network }) {
    const { widths, latent, lambda } = options;
    const compare = reconstructionError(data, options.loss);
    const encoder = network(
      "encoder",
      sequential([
        ...denseStack(widths, options.activation),
        dense({ units: latent, activation: options.activation }),
      ]),
    );
    const decoder = network("decoder", denseDecoder(data, [...widths].reverse(), { last: "linear" }));

    return game({
      round({ x, normal }) {
        const code = encoder(x);
        return {
          contraction: contractionOf(code, x, options, { normal }),
          reconstruction: compare.loss(x, decoder(code)),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder],
          loss: ({ reconstruction, contraction }) => reconstruction.add(contraction.mul(lambda)),
          report: (round) => ({ ...round }),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: { encode: encoder, decode: (code) => compare.mean(decoder(code)) },
    });
  },
});
