// A contractive autoencoder and a GAN that share the encoder, trained in three phases. E encodes, D decodes, G
// generates from codes; e(x) = mean (x − D(E(x)))² over an example's values:
//
//   1. autoencode   min over E, D    λ₁·E e(x) + λ·E‖∂E(x)/∂x‖²_F                  (Rifai et al. 2011)
//   2. generate     the adversarial losses of x against G(E(x)), the encoder at rest;
//                   the Wasserstein loss with a gradient penalty unless told
//   3. joint        objective "weighted-sum":
//                     min over E, D, G   λ₁·E e(x) + λ·E‖∂E(x)/∂x‖²_F + λ₂·(the generator's loss of G(E(x)))
//                     with the critic playing on
//                   objective "pointwise-min":
//                     min over E, D, max over G   E min(λ₁·e(x), λ₂·e(G(E(x))))
//                     where the second term is the reconstruction error of the generated image, and no critic plays
//
// G is given standardised codes, mean 0 and variance 1 in each dimension: what it starts from should not be small
// where the contraction has made codes small. New images are G of codes drawn near those of the data.

import { z } from "zod";
import { defineModel, game, type Phase } from "../../game/model.ts";
import { batchNormalisation } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { criticFirst, criticPlayer, generatorPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions, optimiserOf } from "../adversary/options.ts";
import { contractionOf, contractionOptions } from "../contraction.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions, lambdaOptions } from "../options.ts";
import { codeEncoder, sampleCritic, sampleDecoder } from "./parts.ts";

const name = "contractive-fusion";

const share = (what: string, value: number) =>
  z.number().positive().default(value).describe(`part of the training that goes to ${what}`);

export const contractiveFusion = defineModel({
  name,
  family: "fusion",
  summary: "A contractive autoencoder, then a GAN on its codes, then both at once",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    objective: z
      .enum(["weighted-sum", "pointwise-min"])
      .default("weighted-sum")
      .describe("what is played in the joint phase"),
    ...lambdaOptions({ lambda1: 10, lambda2: 1 }),
    ...contractionOptions(1e-3),
    autoencode: share("the autoencoder alone", 1),
    generate: share("the generator on codes at rest", 1),
    joint: share("both together", 1),
    ...adversarialOptions({
      loss: "wasserstein",
      penalty: "gradient",
      criticSteps: 3,
      latent: 32,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
      beta2: 0.9,
    }),
  }),
  againstCollapse: { lambda: "lower" },
  routing: {
    autoencoder: ["encoder", "decoder"],
    critic: ["critic"],
    generator: ["generator"],
    joint: ["encoder", "decoder", "generator"],
    minimum: ["encoder", "decoder"],
    opponent: ["generator"],
  },
  build({ data, options, network }) {
    const { latent, lambda, lambda1, lambda2, objective, averaging } = options;
    const range = signedRange(data);
    const encoder = network("encoder", codeEncoder(data, options, { latent, model: name }));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const standard = network("standard", batchNormalisation({ center: false, scale: false }));
    const generator = network("generator", sampleDecoder(data, options, name));
    const { body, apart } = sampleCritic(data, options, name);
    const critic = network("critic", body);
    /** e(x) of each example, [N]. */
    const errors = (x: Tensor, rebuilt: Tensor) => range.leave(rebuilt).sub(x).flatten().square().mean(1);

    const phases: Phase[] = [
      { name: "autoencode", share: options.autoencode, turns: ["autoencoder"] },
      { name: "generate", share: options.generate, turns: criticFirst(options) },
      {
        name: "joint",
        share: options.joint,
        turns: objective === "weighted-sum" ? criticFirst(options, "joint") : ["minimum", "opponent"],
      },
    ];
    return game({
      round({ x, normal, uniform }) {
        const code = encoder(x);
        const contraction = contractionOf(code, x, options, { normal });
        const generated = generator(standard(code));
        const verdict = judge(
          options,
          { uniform },
          { critic, real: [range.enter(x)], generated: [[generated]], apart },
        );
        const image = range.leave(generated);
        const ownErrors = errors(x, decoder(code));
        // What the decoder keeps for later are the statistics of examples alone.
        const generatedErrors = errors(image, decoder.untracked(encoder(image)));
        return {
          verdict,
          contraction,
          reconstruction: ownErrors.mean(),
          least: ownErrors.mul(lambda1).minimum(generatedErrors.mul(lambda2)).mean(),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder],
          loss: ({ reconstruction, contraction }) => reconstruction.mul(lambda1).add(contraction.mul(lambda)),
          report: ({ reconstruction, contraction }) => ({ reconstruction, contraction }),
          optimiser: optimiserOf(options),
        },
        critic: criticPlayer(options, [critic]),
        generator: generatorPlayer(options, [generator]),
        joint: {
          moves: [encoder, decoder, generator],
          loss: ({ reconstruction, contraction, verdict }) =>
            reconstruction.mul(lambda1).add(contraction.mul(lambda)).add(verdict.generatorLoss.mul(lambda2)),
          report: ({ reconstruction, contraction }) => ({ reconstruction, contraction }),
          optimiser: optimiserOf(options),
        },
        minimum: {
          moves: [encoder, decoder],
          loss: ({ least }) => least,
          report: ({ reconstruction }) => ({ reconstruction }),
          optimiser: optimiserOf(options),
        },
        opponent: { moves: [generator], loss: ({ least }) => least.neg(), optimiser: optimiserOf(options) },
      },
      phases,
      roles: {
        encode: encoder,
        decode: (code) => range.leave(decoder(code)),
        vary: { noise: 0, from: (code) => range.leave(generator(standard(code))) },
        ...realnessBy(options, (x) => critic(range.enter(x)).score),
      },
      averages: { networks: [encoder, decoder, standard, generator], decay: averaging },
    });
  },
});
