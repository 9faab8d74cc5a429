// The variational autoencoder (Kingma, Welling 2014): encoder and decoder minimise the negative evidence lower
// bound, in nats an example,
//
//   −ELBO = E_q(z|x)[−log p(x|z)] + β·KL(q(z|x) ‖ N(0, I)),   q(z|x) = N(μ(x), σ²(x)),   z = μ + σ·ε
//
// β = 1 is the bound itself; other β as Higgins et al. 2017. Free bits (Kingma et al. 2016): the KL of each code
// dimension, averaged over the batch, counts at least so many nats.

import { z } from "zod";
import type { DataSpecification } from "../../game/model.ts";
import { defineModel, game } from "../../game/model.ts";
import {
  bernoulliNegativeLogLikelihood,
  gaussianNegativeLogLikelihood,
  reparameterise,
  standardNormalDivergence,
} from "../../losses/index.ts";
import { dense, sequential } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { decoderOf, trunkOf } from "../networks.ts";
import { batchOption, bodyOptions, latentOption, learningRateOption } from "../options.ts";

export const vae = defineModel({
  name: "vae",
  family: "autoencoder",
  summary:
    "Maximises a bound on the likelihood of the data; generates, encodes, rebuilds (Kingma, Welling 2014)",
  options: z.strictObject({
    ...bodyOptions({ widths: [256, 128], filters: 32 }),
    latent: latentOption(32),
    likelihood: z
      .enum(["bernoulli", "gaussian"])
      .optional()
      .describe("bernoulli for images, gaussian for vectors unless told"),
    deviation: z.number().positive().default(0.1).describe("standard deviation of a gaussian likelihood"),
    beta: z.number().min(0).default(1).describe("weight of the divergence from the prior"),
    freeBits: z.number().min(0).default(0).describe("nats that each code dimension may spend for nothing"),
    batch: batchOption(128),
    learningRate: learningRateOption(1e-3),
  }),
  routing: { vae: ["encoder", "decoder"] },
  build({ data, options, network }) {
    const { latent, beta, freeBits } = options;
    const likelihood = likelihoodOf(data, options);
    const trunk = trunkOf(data, options, { model: "vae", hidden: "relu" });
    const encoder = network("encoder", (scope, x: Tensor) => {
      const [mean, logVariance] = sequential([...trunk, dense({ units: 2 * latent })])
        .apply(x, scope)
        .split(2);
      return { mean: mean!, logVariance: logVariance! };
    });
    const decoder = network("decoder", decoderOf(data, options, { model: "vae", last: "linear" }));

    return game({
      round({ x, batch, normal }) {
        const code = encoder(x);
        const output = decoder(reparameterise(code, normal(batch, latent)));
        const divergence = standardNormalDivergence(code);
        const spent =
          freeBits === 0 ? divergence.sum().mul(1 / batch) : divergence.mean(0).maximum(freeBits).sum();
        return { distortion: likelihood.loss(x, output), divergence: divergence.sum().mul(1 / batch), spent };
      },
      players: {
        vae: {
          moves: [encoder, decoder],
          loss: ({ distortion, spent }) => distortion.add(spent.mul(beta)),
          report: ({ distortion, divergence }) => ({ distortion, divergence }),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: {
        encode: (x) => encoder(x).mean,
        decode: (code) => likelihood.mean(decoder(code)),
        generate: { latent, from: (noise) => likelihood.mean(decoder(noise)) },
      },
    });
  },
});

/** −log p(x|z) of a decoder's raw output, and the mean of p(x|z). */
function likelihoodOf(
  data: DataSpecification,
  options: { likelihood?: "bernoulli" | "gaussian" | undefined; deviation: number },
): { loss: (x: Tensor, output: Tensor) => Tensor; mean: (output: Tensor) => Tensor } {
  const kind = options.likelihood ?? (data.kind === "image" ? "bernoulli" : "gaussian");
  return kind === "bernoulli"
    ? { loss: bernoulliNegativeLogLikelihood, mean: (output) => output.sigmoid() }
    : {
        loss: (x, output) => gaussianNegativeLogLikelihood(x, output, options.deviation),
        mean: (output) => output,
      };
}
