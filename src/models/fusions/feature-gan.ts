// A critic that sees with a trained encoder's eyes. First an autoencoder is trained; then, with its encoder at rest,
// the critic judges the encoder's features φ(x), alone or beside the image, and the generator learns through them:
//
//   1. autoencode   min over E, D    ‖x − D(E(x))‖²
//   2. play         the adversarial losses of φ(x) against φ(G(z)), or of (x, φ(x)) against (G(z), φ(G(z)))
//
// φ is the encoder's last hidden layer. What the autoencoder had no use for, the critic cannot see in φ alone.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanSquaredError } from "../../losses/index.ts";
import { dense, outputsOf, type Scope, sequential } from "../../nn/index.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { augmented } from "../adversary/augmentation.ts";
import { criticOf, criticScope } from "../adversary/critics.ts";
import { criticFirst, criticPlayer, generatorPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { signedRange, trunkOf } from "../networks.ts";
import { bodyOptions } from "../options.ts";
import { criticWidthsOption } from "./code-critics.ts";
import { KERNEL, sampleDecoder } from "./parts.ts";
import { afterAutoencoding, autoencoderPlayer, autoencodingOptions } from "./phases.ts";

const name = "feature-gan";

export const featureGan = defineModel({
  name,
  family: "fusion",
  summary: "A GAN whose critic sees a trained encoder's features, alone or beside the image",
  options: z.strictObject({
    ...bodyOptions({ widths: [512, 256], filters: 32 }),
    sees: z
      .enum(["features", "both"])
      .default("both")
      .describe("what the critic is given: the encoder's features, or image and features"),
    criticWidths: criticWidthsOption([256]).describe(
      "units of the critic's hidden layers above the features",
    ),
    ...autoencodingOptions(0.3),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
    spectralNorm: z
      .boolean()
      .default(true)
      .describe("divide each of the critic's kernels by its largest singular value (Miyato 2018)"),
  }),
  routing: { autoencoder: ["encoder", "decoder"], critic: ["critic"], generator: ["generator"] },
  build({ data, options, network }) {
    const { latent, averaging, sees, criticWidths } = options;
    const range = signedRange(data);
    const layers = [
      ...trunkOf(data, options, { model: name, hidden: "leakyRelu" }),
      dense({ units: latent }),
    ];
    const encoder = network("encoder", (scope: Scope, x: Tensor) => {
      const [features, code] = outputsOf(layers, x, scope).slice(-2);
      return { features: features!, code: code! };
    });
    const decoder = network("decoder", sampleDecoder(data, options, name));
    const generator = network("generator", sampleDecoder(data, options, name));

    const above = criticOf(
      criticWidths.map((units) => dense({ units, activation: "leakyRelu" })),
      options,
    );
    const trunk = sequential(
      trunkOf(data, options, { model: name, hidden: "leakyRelu", kernelInitialiser: KERNEL }),
    );
    const critic = network("critic", (scope: Scope, ...seen: Tensor[]) => {
      const [first, features] = seen as [Tensor, Tensor];
      if (sees === "features") return above(scope, first);
      const image = trunk.apply(first, criticScope(scope.child("trunk"), options));
      return above(scope, concat([image, features], 1));
    });
    /** What the critic is given of samples in its range. */
    const shown = (sample: Tensor) => {
      const { features } = encoder.frozen(range.leave(sample));
      return sees === "features" ? [features] : [sample, features];
    };

    return game({
      round({ x, batch, normal, uniform }) {
        // Samples are changed before they are encoded, so that their features tell no more than they do themselves.
        const changed = (sample: Tensor) => augmented(sample, options, { uniform });
        return {
          reconstruction: meanSquaredError(x, range.leave(decoder(encoder(x).code))),
          verdict: judge(
            { ...options, augmentation: [] },
            { uniform },
            {
              critic,
              real: shown(changed(range.enter(x))),
              generated: [shown(changed(generator(normal(batch, latent))))],
              apart: false,
            },
          ),
        };
      },
      players: {
        autoencoder: autoencoderPlayer(options, [encoder, decoder]),
        critic: criticPlayer(options, [critic]),
        generator: generatorPlayer(options, [generator]),
      },
      phases: afterAutoencoding(options, criticFirst(options)),
      roles: {
        encode: (x) => encoder(x).code,
        decode: (code) => range.leave(decoder(code)),
        generate: { latent, from: (noise) => range.leave(generator(noise)) },
        ...realnessBy(options, (x) => critic(...shown(range.enter(x))).score),
      },
      averages: { networks: [generator], decay: averaging },
    });
  },
});
