// The Wasserstein autoencoder with maximum mean discrepancy (Tolstikhin et al. 2018): codes of all examples together
// should be distributed like the prior, while each single code stays a point,
//
//   E ‖x − G(E(x))‖² + λ·MMD²(E(x), z),   z ~ N(0, I)
//
// the squared error summed over the values of an example. MMD² is estimated without bias from the batch and as many
// draws of the prior (losses/discrepancy.ts).

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { kernelNames, maximumMeanDiscrepancy, squaredNorms } from "../../losses/index.ts";
import { batchOption } from "../options.ts";
import { codeOptions, plainNetworks, stepOptions } from "./plain.ts";

export const wae = defineModel({
  name: "wae",
  family: "autoencoder",
  summary: "An autoencoder whose codes together follow the prior, by MMD; generates (Tolstikhin et al. 2018)",
  options: z.strictObject({
    ...codeOptions(8),
    kernel: z.enum(kernelNames).default("inverse-multiquadratic").describe("kernel of the discrepancy"),
    lambda: z.number().min(0).default(10).describe("weight of the discrepancy from the prior"),
    ...stepOptions,
    batch: batchOption(128, 2),
  }),
  againstCollapse: { lambda: "higher" },
  routing: { autoencoder: ["encoder", "decoder"] },
  build({ options, ...rest }) {
    const { latent, lambda, kernel } = options;
    const { encoder, decoder, compare } = plainNetworks(
      { options: { ...options, loss: "mse" }, ...rest },
      { model: "wae" },
    );
    return game({
      round({ x, batch, normal }) {
        const code = encoder(x);
        return {
          reconstruction: squaredNorms(compare.mean(decoder(code)).sub(x)).mean(),
          discrepancy: maximumMeanDiscrepancy(code, normal(batch, latent), kernel),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder],
          loss: ({ reconstruction, discrepancy }) => reconstruction.add(discrepancy.mul(lambda)),
          report: (round) => ({ ...round }),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: {
        encode: encoder,
        decode: (code) => compare.mean(decoder(code)),
        generate: { latent, from: (noise) => compare.mean(decoder(noise)) },
      },
    });
  },
});
