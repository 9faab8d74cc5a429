// The sparse autoencoder: a code of many units of which few are active at a time,
//
//   d(x, G(E(x))) + λ·Ω(E(x))
//
//   l1   Ω = Σⱼ |hⱼ|, mean over the batch              units are ReLU
//   kl   Ω = Σⱼ KL(ρ ‖ mean of hⱼ over the batch)      units are sigmoid (Ng 2011)

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { absoluteSum, activationDivergence } from "../../losses/index.ts";
import { onlyWith } from "../effects.ts";
import { codeOptions, lossOption, plainNetworks, stepOptions } from "./plain.ts";

export const sparseAutoencoder = defineModel({
  name: "sparse-autoencoder",
  family: "autoencoder",
  summary: "Codes with many units of which few are active (Ng 2011)",
  options: z.strictObject({
    ...codeOptions(256),
    sparsity: z
      .enum(["l1", "kl"])
      .default("kl")
      .describe("l1: sum of absolute values; kl: divergence of the mean activation from rho"),
    lambda: z.number().min(0).default(1e-3).describe("weight of the sparsity"),
    rho: onlyWith(
      z.number().gt(0).lt(1).default(0.05).describe("mean activation that kl asks of each unit"),
      { option: "sparsity", is: ["kl"] },
    ),
    loss: lossOption,
    ...stepOptions,
  }),
  againstCollapse: { lambda: "lower" },
  routing: { autoencoder: ["encoder", "decoder"] },
  build(context) {
    const { sparsity, lambda, rho, learningRate } = context.options;
    const { encoder, decoder, compare } = plainNetworks(context, {
      model: "sparse-autoencoder",
      code: sparsity === "l1" ? "relu" : "sigmoid",
    });
    return game({
      round({ x }) {
        const code = encoder(x);
        return {
          reconstruction: compare.loss(x, decoder(code)),
          activation: code.mean(),
          sparsity: sparsity === "l1" ? absoluteSum(code) : activationDivergence(code, rho),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder],
          loss: ({ reconstruction, sparsity }) => reconstruction.add(sparsity.mul(lambda)),
          report: (round) => ({ ...round }),
          optimiser: { kind: "adam", learningRate },
        },
      },
      roles: { encode: encoder, decode: (code) => compare.mean(decoder(code)) },
    });
  },
});
