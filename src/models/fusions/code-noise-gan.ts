// A generator whose input is a code and noise: it is the decoder of an autoencoder, and is given [E(x), n] with n
// random. The code says which example, the noise which of its versions.
//
//   encoder     λ₁·E‖x − G([E(x), n])‖² + λ·(what holds codes together)
//   generator   λ₁·E‖x − G([E(x), n])‖² + λ₂·(the generator's loss of G([E(x), n]))
//   critic      the critic's loss of x against G([E(x), n])
//
// What holds codes together, so that there is something left for the noise to decide:
//
//   contractive   E‖∂E(x)/∂x‖²_F: a code moves little when the example does           (Rifai et al. 2011)
//   collapsing    E‖E(x) − mean E‖²: codes are drawn towards one another
//   free          nothing
//
// Encoder and generator move at once. How far codes have collapsed is measured while it trains.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanSquaredError } from "../../losses/index.ts";
import { concat, constant, type Tensor, zeros } from "../../tensor/index.ts";
import { criticFirst, criticPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions, optimiserOf } from "../adversary/options.ts";
import { contractionOf, contractionOptions } from "../contraction.ts";
import { eachOnlyWith, onlyWith } from "../effects.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions, lambdaOptions, noiseOption } from "../options.ts";
import { codeEncoder, sampleCritic, sampleDecoder } from "./parts.ts";

const name = "code-noise-gan";

const contraction = contractionOptions(1e-2);

export const codeNoiseGan = defineModel({
  name,
  family: "fusion",
  summary: "A generator whose input is the code of an example and noise",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    encoder: z
      .enum(["contractive", "collapsing", "free"])
      .default("contractive")
      .describe("what holds codes together: a small Jacobian, a small spread, or nothing"),
    lambda: onlyWith(contraction.lambda.describe("weight of what holds codes together"), {
      option: "encoder",
      is: ["contractive", "collapsing"],
    }),
    ...eachOnlyWith(
      { jacobian: contraction.jacobian, projections: contraction.projections },
      { option: "encoder", is: ["contractive"] },
    ),
    ...lambdaOptions({ lambda1: 10, lambda2: 1 }),
    noise: noiseOption(32),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 32,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
  }),
  againstCollapse: { lambda: "lower" },
  routing: { critic: ["critic"], encoder: ["encoder"], generator: ["decoder"] },
  build({ data, options, network }) {
    const { latent, noise, lambda, lambda1, lambda2, averaging } = options;
    const range = signedRange(data);
    const encoder = network("encoder", codeEncoder(data, options, { latent, model: name }));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const { body, apart } = sampleCritic(data, options, name);
    const critic = network("critic", body);
    const generate = (code: Tensor, draw: Tensor) => decoder(concat([code, draw], 1));

    const held = (code: Tensor, x: Tensor, normal: (...shape: number[]) => Tensor): Tensor => {
      if (options.encoder === "free") return constant(0);
      if (options.encoder === "collapsing")
        return code
          .sub(code.mean(0, { keepDimensions: true }))
          .square()
          .sum(1)
          .mean();
      return contractionOf(code, x, options, { normal });
    };

    return game({
      round({ x, batch, normal, uniform }) {
        const code = encoder(x);
        const sample = generate(code, normal(batch, noise));
        return {
          reconstruction: meanSquaredError(x, range.leave(sample)),
          holding: held(code, x, normal),
          verdict: judge(
            options,
            { uniform },
            { critic, real: [range.enter(x)], generated: [[sample]], apart },
          ),
        };
      },
      players: {
        critic: criticPlayer(options, [critic]),
        encoder: {
          moves: [encoder],
          loss: ({ reconstruction, holding }) => reconstruction.mul(lambda1).add(holding.mul(lambda)),
          report: ({ reconstruction, holding }) => ({ reconstruction, holding }),
          optimiser: optimiserOf(options),
        },
        generator: {
          moves: [decoder],
          loss: ({ reconstruction, verdict }) =>
            reconstruction.mul(lambda1).add(verdict.generatorLoss.mul(lambda2)),
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: criticFirst(options, ["encoder", "generator"]) }],
      roles: {
        encode: encoder,
        // Without noise: the version in the middle of all.
        decode: (code) => range.leave(generate(code, zeros([code.shape[0]!, noise]))),
        vary: { noise, from: (code, draw) => range.leave(generate(code, draw)) },
        ...realnessBy(options, (x) => critic(range.enter(x)).score),
      },
      averages: { networks: [encoder, decoder], decay: averaging },
    });
  },
});
