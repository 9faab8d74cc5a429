// A GAN on codes. First an autoencoder learns to rebuild examples from codes; then, with the autoencoder at rest, a
// generator of codes plays against a critic of codes, and images are decoded codes:
//
//   1. autoencode   min over E, D    ‖x − D(E(x))‖²
//   2. play         the adversarial losses of E(x) against G(z);  samples are D(G(z))
//
// Codes are standardised, mean 0 and variance 1 in each dimension, so that the second game does not depend on the
// scale that the first happened to find.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanSquaredError } from "../../losses/index.ts";
import { dense, sequential } from "../../nn/index.ts";
import { criticOf } from "../adversary/critics.ts";
import { criticFirst, criticPlayer, generatorPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { denseStack, signedRange } from "../networks.ts";
import { bodyOptions, noiseOption } from "../options.ts";
import { codeEncoder, sampleDecoder } from "./parts.ts";
import { afterAutoencoding, autoencoderPlayer, autoencodingOptions } from "./phases.ts";

const name = "latent-gan";

export const latentGan = defineModel({
  name,
  family: "fusion",
  summary: "A GAN that makes codes of a trained autoencoder, which decodes them",
  options: z.strictObject({
    ...bodyOptions({ widths: [256, 128], filters: 32 }),
    codeWidths: z
      .array(z.int().min(1).max(65536))
      .default([256, 256, 256])
      .describe("units of the hidden layers of the codes' generator and critic"),
    noise: noiseOption(64),
    ...autoencodingOptions(0.5),
    ...adversarialOptions({
      loss: "wasserstein",
      penalty: "gradient",
      criticSteps: 3,
      latent: 32,
      batch: 128,
      learningRate: 2e-4,
      beta1: 0.5,
      beta2: 0.9,
    }),
  }),
  routing: { autoencoder: ["encoder", "decoder"], critic: ["critic"], generator: ["generator"] },
  build({ data, options, network }) {
    const { latent, noise, codeWidths, averaging } = options;
    const range = signedRange(data);
    const encoder = network(
      "encoder",
      codeEncoder(data, options, { latent, model: name, standardised: true }),
    );
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const generator = network(
      "generator",
      sequential([...denseStack(codeWidths, "relu"), dense({ units: latent })]),
    );
    const critic = network("critic", criticOf(denseStack(codeWidths, "leakyRelu"), options));

    return game({
      round: ({ x, batch, normal, uniform }) => ({
        reconstruction: meanSquaredError(x, range.leave(decoder(encoder(x)))),
        verdict: judge(
          options,
          { uniform },
          {
            critic,
            real: [encoder.frozen(x)],
            generated: [[generator(normal(batch, noise))]],
            apart: false,
          },
        ),
      }),
      players: {
        autoencoder: autoencoderPlayer(options, [encoder, decoder]),
        critic: criticPlayer(options, [critic]),
        generator: generatorPlayer(options, [generator]),
      },
      phases: afterAutoencoding(options, criticFirst(options)),
      roles: {
        encode: encoder,
        decode: (code) => range.leave(decoder(code)),
        generate: { latent: noise, from: (draw) => range.leave(decoder(generator(draw))) },
        ...realnessBy(options, (x) => critic(encoder(x)).score),
      },
      averages: { networks: [generator], decay: averaging },
    });
  },
});
