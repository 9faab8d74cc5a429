// One network that encodes and criticises, one that decodes and generates. A trunk T has two heads, a code C(T(x))
// and a realness logit R(T(x)); the decoder G is the generator. An example is as real as the logit says, and as the
// reconstruction is good; the realness score fuses both. With e(x) = mean (x − G(C(T(x))))² over an example's values:
//
//   sum       s(x) = a·R(T(x)) − b·e(x)                 a, b options
//   average   s(x) = ½·(R(T(x)) − e(x))
//   learned   s(x) = softplus(α)·R(T(x)) − softplus(β)·e(x)      α, β learned by the critic
//
//   critic (trunk and heads)   λ₁·E e(x) + λ₂·(the critic's loss of s(x) against s(G(z)))
//   generator (decoder)        λ₁·E e(x) + λ₂·(the generator's loss of s(G(z))),    z ~ N(0, I)
//
// Codes are standardised, mean 0 and variance 1 in each dimension, so that the decoder meets codes and noise on the
// same scale. So the examples of a batch see each other in e(x). A penalty is on each example's own slope: there codes
// and reconstructions are normalised by running statistics.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { batchNormalisation, dense, type Scope, sequential } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { criticScope, type Judgement } from "../adversary/critics.ts";
import { criticFirst, criticPlayer, judge } from "../adversary/judge.ts";
import { adversarialOptions, optimiserOf } from "../adversary/options.ts";
import { eachOnlyWith } from "../effects.ts";
import { signedRange, trunkOf } from "../networks.ts";
import { bodyOptions, lambdaOptions } from "../options.ts";
import { KERNEL, sampleDecoder } from "./parts.ts";

const name = "shared-fusion";

/** Packs have no reconstruction, and the trunk's features are the code's too. */
const {
  packing: _packing,
  minibatchDeviation: _minibatchDeviation,
  ...adversarial
} = adversarialOptions({
  loss: "non-saturating",
  penalty: "r1",
  penaltyWeight: 1,
  latent: 64,
  batch: 64,
  learningRate: 2e-4,
  beta1: 0.5,
});

export const sharedFusion = defineModel({
  name,
  family: "fusion",
  summary: "The encoder is the critic's trunk and the decoder the generator: one trunk, two heads",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    fusion: z
      .enum(["sum", "average", "learned"])
      .default("sum")
      .describe("how the realness score is made of the logit and the reconstruction error"),
    ...eachOnlyWith(
      {
        logitWeight: z.number().min(0).default(1).describe("weight of the logit in a sum"),
        errorWeight: z.number().min(0).default(1).describe("weight of the reconstruction error in a sum"),
      },
      { option: "fusion", is: ["sum"] },
    ),
    ...lambdaOptions({ lambda1: 1, lambda2: 0.1 }),
    ...adversarial,
  }),
  routing: { critic: ["trunk", "code", "realness", "fusion"], generator: ["decoder"] },
  build({ data, network, options: told }) {
    const options = { ...told, packing: 1, minibatchDeviation: false };
    const { latent, fusion, logitWeight, errorWeight, lambda1, lambda2, averaging } = options;
    const range = signedRange(data);
    const inScope = (layer: ReturnType<typeof sequential>) => (scope: Scope, x: Tensor) =>
      layer.apply(x, criticScope(scope, options));
    const trunk = network(
      "trunk",
      inScope(
        sequential(trunkOf(data, options, { model: name, hidden: "leakyRelu", kernelInitialiser: KERNEL })),
      ),
    );
    const code = network(
      "code",
      inScope(
        sequential([
          dense({ units: latent, useBias: false }),
          batchNormalisation({ center: false, scale: false }),
        ]),
      ),
    );
    const realness = network("realness", inScope(dense({ units: 1, kernelInitialiser: KERNEL })));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const learned = network("fusion", (scope: Scope) => {
      const weight = (key: string) => scope.weight(key, [], ONE, { input: 1, output: 1 }).softplus();
      return { logit: weight("logit"), error: weight("error") };
    });

    const encoded = (x: Tensor) => code(trunk(range.enter(x)));
    /** Mean squared error of each example's reconstruction, [N, 1]. */
    const errorsOf = (sample: Tensor, rebuilt: Tensor) =>
      rebuilt.sub(sample).flatten().square().mean(1, { keepDimensions: true });
    const fused = (logit: Tensor, error: Tensor): Tensor => {
      if (fusion === "average") return logit.sub(error).mul(0.5);
      if (fusion === "sum") return logit.mul(logitWeight).sub(error.mul(errorWeight));
      const weights = learned();
      return logit.mul(weights.logit).sub(error.mul(weights.error));
    };
    const criticBy =
      (rebuild: (features: Tensor) => Tensor) =>
      (sample: Tensor): Judgement => {
        const features = trunk(sample);
        return { score: fused(realness(features), errorsOf(sample, rebuild(features))), features };
      };
    // Codes are standardised as those of examples are: generated samples have no say in it.
    const critic = criticBy((features) => decoder.untracked(code.untracked(features)));
    const alone = criticBy((features) => decoder.frozen(code.frozen(features)));

    return game({
      round({ x, batch, normal, uniform }) {
        const real = range.enter(x);
        const verdict = judge(
          options,
          { uniform },
          { critic, alone, real: [real], generated: [[decoder(normal(batch, latent))]], apart: true },
        );
        return { verdict, reconstruction: errorsOf(real, decoder(encoded(x))).mean() };
      },
      players: {
        critic: {
          ...criticPlayer(options, [trunk, code, realness, ...(fusion === "learned" ? [learned] : [])]),
          loss: ({ verdict, reconstruction }) =>
            reconstruction.mul(lambda1).add(verdict.criticLoss.mul(lambda2)),
          report: ({ verdict, reconstruction }) => ({ ...verdict.report, reconstruction }),
        },
        generator: {
          moves: [decoder],
          loss: ({ verdict, reconstruction }) =>
            reconstruction.mul(lambda1).add(verdict.generatorLoss.mul(lambda2)),
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: criticFirst(options) }],
      roles: {
        encode: encoded,
        decode: (codes) => range.leave(decoder(codes)),
        generate: { latent, from: (noise) => range.leave(decoder(noise)) },
        realness: (x) => critic(range.enter(x)).score.reshape([-1]),
      },
      averages: { networks: [trunk, code, realness, learned, decoder], decay: averaging },
    });
  },
});

/** softplus of it is 1. */
const ONE = { kind: "constant", value: Math.log(Math.E - 1) } as const;
