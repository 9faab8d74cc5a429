// GANomaly (Akçay et al. 2018): trained on normal examples only, an encoder, a decoder and a second encoder that reads
// the reconstruction x̂ = G(E(x)) again; f the critic's last hidden layer:
//
//   adversarial  ‖f(x) − f(x̂)‖²      feature matching, the only way in which the critic is heard
//   contextual   ‖x − x̂‖₁
//   encoder      ‖E(x) − E₂(x̂)‖²
//   generator    w_adv·adversarial + w_con·contextual + w_enc·encoder,   weights 1, 50, 1
//
// each a mean over features, as the weights want it. The critic minimises an adversarial loss on x and x̂. What the
// networks have not learnt to rebuild comes back with another code:
//
//   A(x) = ‖E(x) − E₂(x̂)‖₁

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanAbsoluteError, meanSquaredError } from "../../losses/index.ts";
import { criticFirst, criticPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions, optimiserOf } from "../adversary/options.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { codeEncoder, sampleCritic, sampleDecoder } from "./parts.ts";

const name = "ganomaly";
const weight = (value: number, what: string) =>
  z.number().min(0).default(value).describe(`weight of ${what}`);

const { featureMatching: _, ...adversarial } = adversarialOptions({
  loss: "non-saturating",
  latent: 100,
  batch: 64,
  learningRate: 5e-4,
  beta1: 0.5,
});

export const ganomaly = defineModel({
  name,
  family: "fusion",
  summary: "Encodes, decodes and encodes again; anomalies come back changed (Akçay et al. 2018)",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    adversarialWeight: weight(1, "the distance in the critic's features"),
    contextualWeight: weight(50, "the reconstruction's absolute error"),
    encoderWeight: weight(1, "the distance between both codes"),
    ...adversarial,
  }),
  routing: { critic: ["critic"], generator: ["encoder", "decoder", "secondEncoder"] },
  build({ data, options, network }) {
    const { latent, averaging } = options;
    const settings = { ...options, featureMatching: 0 };
    const range = signedRange(data);
    const encoder = network("encoder", codeEncoder(data, options, { latent, model: name, batchNorm: true }));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const secondEncoder = network(
      "secondEncoder",
      codeEncoder(data, options, { latent, model: name, batchNorm: true }),
    );
    const { body, apart } = sampleCritic(data, settings, name);
    const critic = network("critic", body);

    return game({
      round({ x, uniform }) {
        const real = range.enter(x);
        const code = encoder(real);
        const rebuilt = decoder(code);
        const exhibits = { critic, real: [real], generated: [[rebuilt]], apart } as const;
        // Features of an example and its reconstruction are compared as they are, not each augmented in its own way.
        const { seen } = judge({ ...settings, augmentation: [] }, { uniform }, exhibits);
        return {
          verdict: judge(settings, { uniform }, exhibits),
          adversarial: meanSquaredError(seen.real.features, seen.generated[0]!.features),
          contextual: meanAbsoluteError(real, rebuilt),
          encoding: meanSquaredError(code, secondEncoder(rebuilt)),
        };
      },
      players: {
        critic: criticPlayer(settings, [critic]),
        generator: {
          moves: [encoder, decoder, secondEncoder],
          loss: ({ adversarial, contextual, encoding }) =>
            adversarial
              .mul(options.adversarialWeight)
              .add(contextual.mul(options.contextualWeight))
              .add(encoding.mul(options.encoderWeight)),
          report: ({ adversarial, contextual, encoding }) => ({ adversarial, contextual, encoding }),
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: criticFirst(options) }],
      roles: {
        encode: (x) => encoder(range.enter(x)),
        decode: (code) => range.leave(decoder(code)),
        ...realnessBy(options, (x) => critic(range.enter(x)).score),
        anomaly: (x) => {
          const code = encoder(range.enter(x));
          return code
            .sub(secondEncoder(decoder(code)))
            .abs()
            .sum(1);
        },
      },
      averages: { networks: [encoder, decoder, secondEncoder], decay: averaging },
    });
  },
});
