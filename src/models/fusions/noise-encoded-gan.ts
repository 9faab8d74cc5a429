// A generator whose input is encoded noise. First an autoencoder is trained; then its encoder, at rest, turns noise
// images n into codes E(n), which the generator takes for its noise:
//
//   1. autoencode   min over E, D    ‖x − D(E(x))‖²
//   2. play         the adversarial losses of x against G(E(n)),  n uniform in [0, 1] or normal around ½
//
// An encoder maps noise, which looks like no example, to a small region of its codes: E(n) differs little from E(n′),
// and the generator has little to tell samples apart by. `standardise` gives these codes mean 0 and variance 1 in each
// dimension, which stretches the region without adding directions to it.
//
// Pipeline "plain" stops after the first phase: noise → encoder → decoder gives an image.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanSquaredError } from "../../losses/index.ts";
import { batchNormalisation } from "../../nn/index.ts";
import { sizeOf, type Tensor } from "../../tensor/index.ts";
import { criticFirst, criticPlayer, generatorPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { eachOnlyWith, onlyWith } from "../effects.ts";
import { signedRange } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { codeEncoder, sampleCritic, sampleDecoder } from "./parts.ts";
import { afterAutoencoding, autoencoderPlayer, autoencodingOptions } from "./phases.ts";

const name = "noise-encoded-gan";

/** Without a second phase, what is of it alone has no effect. */
const OF_THE_GAME = { option: "pipeline", is: ["adversarial"] };
const begin = autoencodingOptions(0.3);
const adversarial = adversarialOptions({
  loss: "non-saturating",
  latent: 64,
  batch: 64,
  learningRate: 2e-4,
  beta1: 0.5,
});

export const noiseEncodedGan = defineModel({
  name,
  family: "fusion",
  summary: "A GAN whose noise is noise images, encoded by a trained autoencoder",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    pipeline: z
      .enum(["adversarial", "plain"])
      .default("adversarial")
      .describe("adversarial: a generator learns from encoded noise; plain: the decoder takes it as it is"),
    noise: z.enum(["uniform", "normal"]).default("uniform").describe("distribution of the noise's pixels"),
    standardise: onlyWith(
      z.boolean().default(true).describe("give codes of noise mean 0 and variance 1"),
      OF_THE_GAME,
    ),
    autoencoding: onlyWith(begin.autoencoding, OF_THE_GAME),
    autoencoderLearningRate: begin.autoencoderLearningRate,
    ...eachOnlyWith(adversarial, OF_THE_GAME),
    latent: adversarial.latent,
    batch: adversarial.batch,
    halveEvery: adversarial.halveEvery,
    halveAfter: adversarial.halveAfter,
  }),
  routing: { autoencoder: ["encoder", "decoder"], critic: ["critic"], generator: ["generator"] },
  build({ data, options, network }) {
    const { latent, averaging, standardise } = options;
    const range = signedRange(data);
    const encoder = network("encoder", codeEncoder(data, options, { latent, model: name }));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const size = sizeOf(data.shape);

    /** Standard normal numbers as noise of the data's shape. */
    const noiseOf = (normal: Tensor) => {
      const spread =
        options.noise === "uniform" ? normal.mul(Math.SQRT1_2).erf().mul(0.5) : normal.mul(Math.sqrt(1 / 12));
      const shaped = spread.reshape([normal.shape[0]!, ...data.shape]);
      return data.kind === "image" ? shaped.add(0.5) : shaped.mul(Math.sqrt(12));
    };
    const autoencoder = autoencoderPlayer(options, [encoder, decoder]);
    const reconstructionOf = (x: Tensor) => meanSquaredError(x, range.leave(decoder(encoder(x))));
    const coding = { encode: encoder, decode: (code: Tensor) => range.leave(decoder(code)) };

    if (options.pipeline === "plain") {
      return game({
        round: ({ x }) => ({ reconstruction: reconstructionOf(x) }),
        players: { autoencoder },
        roles: {
          ...coding,
          generate: {
            latent: size,
            from: (normal) => range.leave(decoder(encoder(noiseOf(normal)))),
          },
        },
      });
    }
    const standard = network("standard", batchNormalisation({ center: false, scale: false }));
    const encoded = (normal: Tensor) => {
      const code = encoder.frozen(noiseOf(normal));
      return standardise ? standard(code) : code;
    };
    const generator = network("generator", sampleDecoder(data, options, name));
    const { body, apart } = sampleCritic(data, options, name);
    const critic = network("critic", body);

    return game({
      round: ({ x, batch, normal, uniform }) => ({
        reconstruction: reconstructionOf(x),
        verdict: judge(
          options,
          { uniform },
          {
            critic,
            real: [range.enter(x)],
            generated: [[generator(encoded(normal(batch, size)))]],
            apart,
          },
        ),
      }),
      players: {
        autoencoder,
        critic: criticPlayer(options, [critic]),
        generator: generatorPlayer(options, [generator]),
      },
      phases: afterAutoencoding(options, criticFirst(options)),
      roles: {
        ...coding,
        generate: { latent: size, from: (normal) => range.leave(generator(encoded(normal))) },
        ...realnessBy(options, (x) => critic(range.enter(x)).score),
      },
      averages: { networks: [generator], decay: averaging },
    });
  },
});
