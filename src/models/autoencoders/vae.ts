// The variational autoencoder (Kingma, Welling 2014): encoder and decoder minimise the negative evidence lower
// bound, in nats an example,
//
//   −ELBO = E_q(z|x)[−log p(x|z)] + β·KL(q(z|x) ‖ N(0, I)),   q(z|x) = N(μ(x), σ²(x)),   z = μ + σ·ε
//
// β = 1 is the bound itself; other β as Higgins et al. 2017. Free bits (Kingma et al. 2016): the KL of each code
// dimension, averaged over the batch, counts at least so many nats. Warm-up (Bowman et al. 2016; Sønderby et al. 2016):
// in round t, counted from 1, β is min(t/warmUp, 1) of what it will be, so that codes are of use before they cost.
// Binarised (Salakhutdinov, Murray 2008, drawn anew as by Burda et al. 2016): the pixels that a round sees are draws
// from Bernoulli(x), so that no binarisation is learnt by heart.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { logPriorRatio, reparameterise, standardNormalDivergence } from "../../losses/index.ts";
import { activationSchema } from "../../nn/index.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { onlyWith } from "../effects.ts";
import { halvingOf, halvingOptions } from "../halving.ts";
import { decoderOf, gaussianEncoder, trunkOf } from "../networks.ts";
import { batchOption, bodyOptions, latentOption, learningRateOption } from "../options.ts";
import { likelihoodOf, likelihoodOptions } from "./likelihood.ts";

export const vae = defineModel({
  name: "vae",
  family: "autoencoder",
  summary:
    "Maximises a bound on the likelihood of the data; generates, encodes, rebuilds (Kingma, Welling 2014)",
  options: z.strictObject({
    ...bodyOptions({ widths: [256, 128], filters: 32 }),
    activation: activationSchema.default("relu").describe("activation of hidden layers"),
    latent: latentOption(32),
    ...likelihoodOptions,
    binarise: onlyWith(
      z
        .boolean()
        .default(false)
        .describe("draw the pixels of examples anew in each round, 1 with their value as the probability"),
      { option: "likelihood", is: ["bernoulli"] },
    ),
    beta: z.number().min(0).default(1).describe("weight of the divergence from the prior"),
    freeBits: z.number().min(0).default(0).describe("nats that each code dimension may spend for nothing"),
    warmUp: z
      .int()
      .min(0)
      .default(0)
      .describe("rounds in which the weight of the divergence rises from 0 to beta (0: at once)"),
    batch: batchOption(128),
    learningRate: learningRateOption(1e-3),
    ...halvingOptions,
  }),
  againstCollapse: { beta: "lower" },
  routing: { vae: ["encoder", "decoder"] },
  build({ data, options, network, state }) {
    const { latent, beta, freeBits, warmUp } = options;
    const likelihood = likelihoodOf(data, options);
    const layers = { model: "vae", hidden: options.activation };
    const trunk = trunkOf(data, options, layers);
    const [channels, ...rest] = data.shape as [number, ...number[]];
    const made = { ...data, shape: [channels * likelihood.outputs, ...rest] };
    const encoder = network("encoder", gaussianEncoder(trunk, latent));
    const decoder = network("decoder", decoderOf(made, options, { ...layers, last: "linear" }));
    const warmth = warmUp > 0 ? state("warmth", 1 / warmUp) : undefined;

    return game({
      round({ x: shown, batch, normal, uniform }) {
        const x = options.binarise
          ? uniform(...shown.shape)
              .less(shown)
              .where(1, 0)
          : shown;
        const code = encoder(x);
        const output = decoder(reparameterise(code, normal(batch, latent)));
        const divergence = standardNormalDivergence(code);
        const spent =
          freeBits === 0 ? divergence.sum().mul(1 / batch) : divergence.mean(0).maximum(freeBits).sum();
        const distortion = likelihood.log(x, output).mean().neg();
        const risen = warmth?.read();
        return {
          distortion,
          divergence: divergence.sum().mul(1 / batch),
          weighted: (risen === undefined ? spent : spent.mul(risen)).mul(beta),
          risen,
        };
      },
      players: {
        vae: {
          moves: [encoder, decoder],
          loss: ({ distortion, weighted }) => distortion.add(weighted),
          updates: ({ risen }) =>
            warmth && risen ? [{ state: warmth, value: risen.add(1 / warmUp).minimum(1) }] : [],
          report: ({ distortion, divergence, risen }) => ({
            distortion,
            divergence,
            // The loss itself rises with the warmth, and so does not tell which round is the best.
            ...(risen && { bound: distortion.add(divergence) }),
          }),
          optimiser: { kind: "adam", learningRate: options.learningRate, ...halvingOf(options) },
        },
      },
      roles: {
        encode: (x) => encoder(x).mean,
        decode: (code) => likelihood.mean(decoder(code)),
        generate: { latent, from: (noise) => likelihood.mean(decoder(noise)) },
        evidence: {
          latent,
          binarised: options.binarise,
          from(x, noise) {
            const code = encoder(x);
            return likelihood.log(x, decoder(reparameterise(code, noise))).add(logPriorRatio(code, noise));
          },
        },
        posterior(x) {
          const { mean, logVariance } = encoder(x);
          return concat([mean, logVariance], 1);
        },
        ...(likelihood.pixels && {
          likelihood: {
            distribution: likelihood.pixels.distribution,
            from: (code: Tensor) => likelihood.pixels!.parameters(decoder(code)),
          },
        }),
      },
    });
  },
});
