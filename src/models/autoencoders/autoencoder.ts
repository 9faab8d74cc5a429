// The autoencoder (Hinton, Salakhutdinov 2006): one player, encoder and decoder together, minimises
//
//   d(x, G(E(x)))     d the mean squared error, the mean absolute error or the binary cross-entropy
//
// The dense architecture is 784-128-64-32 / 32-32-64-128-784 on MNIST: encoder and decoder each have a layer as wide
// as the code; ReLU everywhere but a sigmoid at the end.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { dense, sequential } from "../../nn/index.ts";
import { convolutionalDecoder, convolutionalTrunk, denseDecoder, denseStack } from "../networks.ts";
import {
  architectureOption,
  batchOption,
  filtersOption,
  latentOption,
  learningRateOption,
  ofConvolutions,
  ofDense,
  widthsOption,
} from "../options.ts";
import { reconstructionError } from "./reconstruction.ts";

export const autoencoder = defineModel({
  name: "autoencoder",
  family: "autoencoder",
  summary: "Learns a short code from which the example can be rebuilt (Hinton, Salakhutdinov 2006)",
  options: z.strictObject({
    architecture: architectureOption.default("dense"),
    widths: ofDense(widthsOption([128, 64])),
    filters: ofConvolutions(filtersOption(32)),
    latent: latentOption(32),
    loss: z.enum(["mse", "mae", "bce"]).default("mse").describe("how a reconstruction is compared"),
    batch: batchOption(256),
    learningRate: learningRateOption(1e-3),
  }),
  routing: { autoencoder: ["encoder", "decoder"] },
  build({ data, options, network }) {
    const { widths, latent, filters } = options;
    const compare = reconstructionError(data, options.loss);
    const isDense = options.architecture === "dense";
    const shape = { filters, batchNorm: false, model: "autoencoder" };
    const encoder = network(
      "encoder",
      isDense
        ? sequential([...denseStack(widths, "relu"), dense({ units: latent, activation: "relu" })])
        : sequential([...convolutionalTrunk(data, { ...shape, hidden: "relu" }), dense({ units: latent })]),
    );
    const decoder = network(
      "decoder",
      isDense
        ? denseDecoder(data, [latent, ...[...widths].reverse()], { last: "linear" })
        : convolutionalDecoder(data, { ...shape, last: "linear" }),
    );
    return game({
      round: ({ x }) => ({ x, output: decoder(encoder(x)) }),
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
