// α-GAN (Rosca et al. 2017): a variational autoencoder whose likelihood and whose posterior are both known through
// critics only. With ẑ = E(x), z ~ N(0, I), D the critic of examples, C the critic of codes, and the estimated log
// ratios R_D(y) = −log D(y) + log(1 − D(y)), R_C likewise:
//
//   encoder    λ·‖x − G(ẑ)‖₁ + R_C(ẑ)
//   generator  λ·‖x − G(ẑ)‖₁ + R_D(G(ẑ)) + R_D(G(z))
//   critic     −2 log D(x) − log(1 − D(G(ẑ))) − log(1 − D(G(z)))
//   codes      −log C(z) − log(1 − C(ẑ))
//
// This is the loss `reverse-kl`; others may stand in its place. ‖·‖₁ is the mean over pixels in [−1, 1].

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanAbsoluteError } from "../../losses/index.ts";
import { criticPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions, criticLearningRateOption, optimiserOf } from "../adversary/options.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { codeCritic, criticWidthsOption } from "./code-critics.ts";
import { codeEncoder, sampleCritic, sampleDecoder } from "./parts.ts";

const name = "alpha-gan";

export const alphaGan = defineModel({
  name,
  family: "fusion",
  summary: "An autoencoder between two critics, one of examples and one of codes (Rosca et al. 2017)",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    criticWidths: criticWidthsOption([256, 256]),
    lambda: z.number().min(0).default(40).describe("weight of the reconstruction's absolute error"),
    ...adversarialOptions({
      loss: "reverse-kl",
      latent: 50,
      batch: 32,
      learningRate: 5e-4,
      beta1: 0.5,
    }),
    criticLearningRate: criticLearningRateOption(2e-4),
  }),
  againstCollapse: { lambda: "higher" },
  routing: {
    critic: ["critic"],
    codeCritic: ["codeCritic"],
    encoder: ["encoder"],
    generator: ["generator"],
  },
  build({ data, options, network }) {
    const { latent, lambda, averaging, criticSteps } = options;
    const range = signedRange(data);
    const encoder = network("encoder", codeEncoder(data, options, { latent, model: name, batchNorm: true }));
    const generator = network("generator", sampleDecoder(data, options, name));
    const { body, apart } = sampleCritic(data, options, name);
    const critic = network("critic", body);
    const ofCodes = network("codeCritic", codeCritic(options));

    return game({
      round({ x, batch, normal, uniform }) {
        const real = range.enter(x);
        const code = encoder(x);
        const drawn = normal(batch, latent);
        const rebuilt = generator(code);
        return {
          reconstruction: meanAbsoluteError(real, rebuilt),
          examples: judge(
            options,
            { uniform },
            { critic, real: [real], generated: [[rebuilt], [generator(drawn)]], apart, balanced: true },
          ),
          codes: judge(
            { ...options, augmentation: [] },
            { uniform },
            { critic: ofCodes, real: [drawn], generated: [[code]], apart: false },
          ),
        };
      },
      players: {
        critic: criticPlayer(options, [critic], "examples"),
        codeCritic: criticPlayer(options, [ofCodes], "codes"),
        encoder: {
          moves: [encoder],
          loss: ({ reconstruction, codes }) => reconstruction.mul(lambda).add(codes.generatorLoss),
          report: ({ reconstruction }) => ({ reconstruction }),
          optimiser: optimiserOf(options),
        },
        generator: {
          moves: [generator],
          loss: ({ reconstruction, examples }) => reconstruction.mul(lambda).add(examples.generatorLoss),
          optimiser: optimiserOf(options),
        },
      },
      phases: [
        {
          name: "play",
          turns: [
            ...new Array<string[]>(criticSteps).fill(["critic", "codeCritic"]),
            ["encoder", "generator"],
          ],
        },
      ],
      roles: {
        encode: encoder,
        decode: (code) => range.leave(generator(code)),
        generate: { latent, from: (noise) => range.leave(generator(noise)) },
        ...realnessBy(options, (x) => critic(range.enter(x)).score),
      },
      averages: { networks: [generator, encoder], decay: averaging },
    });
  },
});
