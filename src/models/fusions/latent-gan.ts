// A GAN on codes. First an autoencoder learns to rebuild examples from codes; then, with the autoencoder at rest, a
// generator of codes plays against a critic of codes, and images are decoded codes:
//
//   1. autoencode   min over E, D    ‖x − D(E(x))‖²
//   2. play         the adversarial losses of (E(x) − μ)/σ against G(z);  samples are D(μ + σ·G(z))
//
// μ and σ are running averages over the first game's batches, so that the second game does not depend on the scale
// that the first happened to find. Dense decoders never meet the statistics of a batch: they differ from batch to
// batch, and where examples must be rebuilt exactly, as points are, that noise would be most of the error.

import { z } from "zod";
import { defineModel, type GameState, game } from "../../game/model.ts";
import { meanSquaredError } from "../../losses/index.ts";
import { dense, sequential } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { criticOf } from "../adversary/critics.ts";
import { criticFirst, criticPlayer, generatorPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { denseStack, signedRange } from "../networks.ts";
import { bodyOptions, noiseOption } from "../options.ts";
import { codeEncoder, sampleDecoder } from "./parts.ts";
import { afterAutoencoding, autoencoderPlayer, autoencodingOptions } from "./phases.ts";

const name = "latent-gan";

/** The critic sees no images. */
const { augmentation: _augmentation, ...adversarial } = adversarialOptions({
  loss: "wasserstein",
  penalty: "gradient",
  criticSteps: 3,
  latent: 32,
  batch: 128,
  learningRate: 2e-4,
  beta1: 0.5,
  beta2: 0.9,
});

/** Of the running averages of codes, for each step. */
const DECAY = 0.9;

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
    ...adversarial,
  }),
  routing: { autoencoder: ["encoder", "decoder"], critic: ["critic"], generator: ["generator"] },
  build({ data, network, state, options: told }) {
    const options = { ...told, augmentation: [] };
    const { latent, noise, codeWidths, averaging } = options;
    const range = signedRange(data);
    const encoder = network("encoder", codeEncoder(data, options, { latent, model: name }));
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const generator = network(
      "generator",
      sequential([...denseStack(codeWidths, "relu"), dense({ units: latent })]),
    );
    const critic = network("critic", criticOf(denseStack(codeWidths, "leakyRelu"), options));
    const mean = state("codeMean", 0, [latent]);
    const variance = state("codeVariance", 1, [latent]);
    const deviation = () => variance.read().add(1e-8).sqrt();
    const standardised = (code: Tensor) => code.sub(mean.read()).div(deviation());
    const decoded = (code: Tensor) => range.leave(decoder(code.mul(deviation()).add(mean.read())));

    return game({
      round({ x, batch, normal, uniform }) {
        const code = encoder(x);
        return {
          code,
          reconstruction: meanSquaredError(x, range.leave(decoder(code))),
          verdict: judge(
            options,
            { uniform },
            {
              critic,
              real: [standardised(encoder.frozen(x))],
              generated: [[generator(normal(batch, noise))]],
              apart: false,
            },
          ),
        };
      },
      players: {
        autoencoder: {
          ...autoencoderPlayer(options, [encoder, decoder]),
          updates({ code }) {
            const centre = code.mean(0);
            const follow = (average: GameState, batchValue: Tensor) => ({
              state: average,
              value: average
                .read()
                .mul(DECAY)
                .add(batchValue.mul(1 - DECAY)),
            });
            return [follow(mean, centre), follow(variance, code.sub(centre).square().mean(0))];
          },
        },
        critic: criticPlayer(options, [critic]),
        generator: generatorPlayer(options, [generator]),
      },
      phases: afterAutoencoding(options, criticFirst(options)),
      roles: {
        encode: (x) => standardised(encoder(x)),
        decode: decoded,
        generate: { latent: noise, from: (draw) => decoded(generator(draw)) },
        ...realnessBy(options, (x) => critic(standardised(encoder(x))).score),
      },
      averages: { networks: [generator], decay: averaging },
    });
  },
});
