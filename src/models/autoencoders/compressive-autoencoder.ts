// The compressive autoencoder (Theis, Shi, Cunningham, Huszár 2017, "Lossy image compression with compressive
// autoencoders"; Ballé, Laparra, Simoncelli 2017, "End-to-end optimized image compression"): codes that are to be
// rounded to whole numbers and written with as few bits as their probabilities allow,
//
//   R + λ·D,   R = E[−log₂ p(E(x) + u)],   D = E ‖x − G(E(x) + u)‖²,   u ~ U(−½, ½)
//
// The noise stands for the rounding, which has no slope. p is learnt too, a density for each number of the code. Encoder
// and decoder choose how far codes spread: wide codes are told apart better and cost more.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { roundingRate, squaredNorms } from "../../losses/index.ts";
import type { Initialiser } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { halvingOf, halvingOptions } from "../halving.ts";
import { codeOptions, plainNetworks, stepOptions } from "./plain.ts";

/** Logistic densities in each number's mixture. */
const COMPONENTS = 3;

export const compressiveAutoencoder = defineModel({
  name: "compressive-autoencoder",
  family: "autoencoder",
  summary: "Codes to be rounded and written in few bits: rate and distortion (Theis, Ballé 2017)",
  options: z.strictObject({
    ...codeOptions(128),
    lambda: z
      .number()
      .positive()
      .default(20)
      .describe("bits that a squared error of 1 is worth, summed over an example's values in [0, 1]"),
    ...stepOptions,
    ...halvingOptions,
  }),
  spareUnits: true,
  againstCollapse: { lambda: "higher" },
  routing: { autoencoder: ["encoder", "decoder", "prior"] },
  build(context) {
    const { options, network } = context;
    const { latent, lambda } = options;
    const { encoder, decoder, compare } = plainNetworks(
      { ...context, options: { ...options, loss: "mse" } },
      {
        model: "compressive-autoencoder",
      },
    );
    const prior = network("prior", (scope, code: Tensor) => {
      const shape = [latent, COMPONENTS];
      const of = (name: string, initialiser: Initialiser) =>
        scope.weight(name, shape, initialiser, { input: latent, output: COMPONENTS });
      return roundingRate(code, {
        weights: of("weights", "zeros"),
        locations: of("locations", { kind: "normal", deviation: 1 }),
        logScales: of("logScales", "zeros"),
      });
    });

    return game({
      round({ x, batch, uniform }) {
        const code = encoder(x).add(uniform(batch, latent).sub(0.5));
        return {
          rate: prior(code).mean(),
          distortion: squaredNorms(compare.mean(decoder(code)).sub(x)).mean(),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder, prior],
          loss: ({ rate, distortion }) => rate.add(distortion.mul(lambda)),
          report: ({ rate, distortion }) => ({ rate, distortion }),
          optimiser: { kind: "adam", learningRate: options.learningRate, ...halvingOf(options) },
        },
      },
      roles: { encode: encoder, decode: (code) => compare.mean(decoder(code)) },
    });
  },
});
