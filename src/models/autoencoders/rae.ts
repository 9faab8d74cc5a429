// The regularised autoencoder (Ghosh et al. 2020): what a VAE's noise does for the decoder, done without noise by
// keeping codes near 0 and the decoder smooth,
//
//   E ‖x − G(E(x))‖² + ½β·E ‖E(x)‖² + λ·R
//
//   l2         R = ‖θ_G‖², over all weights of the decoder
//   gradient   R = E ‖∂G(z)/∂z‖²_F at z = E(x), estimated without bias from random projections
//   spectral   each kernel of the decoder is divided by its largest singular value; R = 0 (Miyato et al. 2018)
//
// It has no prior. What it generates from is a mixture of Gaussians fitted to the codes of the training examples.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { estimatedJacobianNorm, squaredNorms } from "../../losses/index.ts";
import { collectingScope, dense, sequential, spectrallyNormalised } from "../../nn/index.ts";
import { constant, sizeOf, type Tensor } from "../../tensor/index.ts";
import { onlyWith } from "../effects.ts";
import { decoderOf, trunkOf } from "../networks.ts";
import { codeOptions, stepOptions } from "./plain.ts";
import { reconstructionError } from "./reconstruction.ts";

/** Weights unless told. Penalties differ in size, and a decoder that stretches nothing needs codes that are far apart. */
const WEIGHTS = {
  none: { lambda: 0, beta: 0.1 },
  l2: { lambda: 1e-3, beta: 0.1 },
  gradient: { lambda: 1e-2, beta: 0.1 },
  spectral: { lambda: 0, beta: 1e-4 },
} as const;

export const rae = defineModel({
  name: "rae",
  family: "autoencoder",
  summary: "A VAE's smooth decoder without its noise; generates from a mixture (Ghosh et al. 2020)",
  options: z.strictObject({
    ...codeOptions(16),
    penalty: z
      .enum(["none", "l2", "gradient", "spectral"])
      .default("l2")
      .describe("what keeps the decoder smooth"),
    lambda: onlyWith(
      z
        .number()
        .min(0)
        .optional()
        .describe("weight of the penalty: 0.001 for l2 and 0.01 for gradient unless told"),
      { option: "penalty", is: ["l2", "gradient"] },
    ),
    beta: z
      .number()
      .min(0)
      .optional()
      .describe("weight of the squared norm of the codes: 0.0001 for spectral and 0.1 else unless told"),
    projections: onlyWith(
      z.int().min(1).max(64).default(1).describe("random projections of the gradient's estimate"),
      { option: "penalty", is: ["gradient"] },
    ),
    ...stepOptions,
  }),
  againstCollapse: { beta: "lower" },
  routing: { autoencoder: ["encoder", "decoder"] },
  build({ data, options, network }) {
    const { penalty, projections } = options;
    const { lambda = WEIGHTS[penalty].lambda, beta = WEIGHTS[penalty].beta } = options;
    const body = decoderOf(data, options, { model: "rae", last: "linear" });
    const { mean } = reconstructionError(data, "mse");
    const trunk = trunkOf(data, options, { model: "rae", hidden: "relu" });
    const encoder = network("encoder", sequential([...trunk, dense({ units: options.latent })]));
    const decoder = network("decoder", (scope, code: Tensor) => {
      const weights: Tensor[] = [];
      const read = penalty === "spectral" ? spectrallyNormalised(scope) : collectingScope(scope, weights);
      return { output: mean(body.apply(code, read)), weights };
    });
    const smoothness = (code: Tensor, made: ReturnType<typeof decoder>, noise: () => Tensor): Tensor => {
      switch (penalty) {
        case "l2":
          return made.weights.map((weight) => weight.square().sum()).reduce((sum, part) => sum.add(part));
        case "gradient":
          return estimatedJacobianNorm(made.output, code, noise());
        default:
          return constant(0);
      }
    };

    return game({
      round({ x, batch, normal }) {
        const code = encoder(x);
        const made = decoder(code);
        return {
          reconstruction: squaredNorms(made.output.sub(x)).mean(),
          norm: squaredNorms(code).mean(),
          penalty: smoothness(code, made, () => normal(projections, batch, sizeOf(data.shape))),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder],
          loss: ({ reconstruction, norm, penalty }) =>
            reconstruction.add(norm.mul(beta / 2)).add(penalty.mul(lambda)),
          report: ({ reconstruction, norm, penalty }) => ({ reconstruction, norm, penalty }),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: { encode: encoder, decode: (code) => decoder(code).output },
    });
  },
});
