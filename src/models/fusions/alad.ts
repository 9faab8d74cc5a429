// Adversarially learned anomaly detection (Zenati et al. 2018): a BiGAN with two more critics, which ask that a code
// leads back to its example and an example to its code,
//
//   D_xz   tells (x, E(x)) from (G(z), z)
//   D_xx   tells (x, x) from (x, G(E(x)))
//   D_zz   tells (z, z) from (z, E(G(z)))
//
// and an anomaly score in the features f_xx of the last hidden layer of D_xx: what cannot be led back is strange,
//
//   A(x) = ‖f_xx(x, x) − f_xx(x, G(E(x)))‖₁

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { criticPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { optimiserOf } from "../adversary/options.ts";
import { signedRange } from "../networks.ts";
import { bidirectionalOptions, drawnFrom, encoderFor } from "./bidirectional.ts";
import { codeCritic, jointCritic } from "./code-critics.ts";
import { sampleCritic, sampleDecoder } from "./parts.ts";

const name = "alad";

export const alad = defineModel({
  name,
  family: "fusion",
  summary: "A BiGAN whose cycles have critics too, for finding anomalies (Zenati et al. 2018)",
  options: z.strictObject({
    ...bidirectionalOptions({ criticLearningRate: 2e-4, averaging: 0.999 }),
    spectralNorm: z
      .boolean()
      .default(true)
      .describe("divide each of the critics' kernels by its largest singular value (Miyato 2018)"),
  }),
  routing: {
    critic: ["critic"],
    exampleCritic: ["exampleCritic"],
    codeCritic: ["codeCritic"],
    generator: ["generator", "encoder"],
  },
  build({ data, options, network }) {
    const { latent, prior, averaging, criticSteps } = options;
    const range = signedRange(data);
    const encoder = network("encoder", encoderFor(data, options, name));
    const generator = network("generator", sampleDecoder(data, options, name));
    const { body, apart } = jointCritic(data, options, name);
    const pairs = network("critic", body);
    const ofExamples = network("exampleCritic", sampleCritic(data, options, name).body);
    const ofCodes = network("codeCritic", codeCritic(options));
    /** Two examples as one of twice the channels, so that augmentation changes both alike. */
    const beside = (one: Tensor, other: Tensor) => concat([one, other], 1);
    const strangeness = (x: Tensor) => {
      const real = range.enter(x);
      const itself = ofExamples(beside(real, real)).features;
      const ledBack = ofExamples(beside(real, generator(encoder(x)))).features;
      return itself.sub(ledBack).abs().sum(1);
    };

    return game({
      round({ x, batch, normal, uniform }) {
        const [real, z] = [range.enter(x), drawnFrom(prior, normal(batch, latent))];
        const [code, sample] = [encoder(x), generator(z)];
        const random = { uniform };
        return {
          joint: judge(options, random, {
            apart,
            critic: (seen, itsCode) => pairs(seen!, itsCode!),
            real: [real, code],
            generated: [[sample, z]],
          }),
          examples: judge(options, random, {
            apart,
            critic: (seen) => ofExamples(seen!),
            real: [beside(real, real)],
            generated: [[beside(real, generator(code))]],
            joined: [real.shape[1]!, real.shape[1]!],
          }),
          codes: judge({ ...options, augmentation: [] }, random, {
            apart: false,
            critic: ofCodes,
            real: [z, z],
            generated: [[z, encoder.untracked(range.leave(sample))]],
          }),
        };
      },
      players: {
        critic: criticPlayer(options, [pairs], "joint"),
        exampleCritic: criticPlayer(options, [ofExamples], "examples"),
        codeCritic: criticPlayer(options, [ofCodes], "codes"),
        generator: {
          moves: [generator, encoder],
          loss: ({ joint, examples, codes }) =>
            joint.jointLoss.add(examples.generatorLoss).add(codes.generatorLoss),
          optimiser: optimiserOf(options),
        },
      },
      phases: [
        {
          name: "play",
          turns: [
            ...new Array<string[]>(criticSteps).fill(["critic", "exampleCritic", "codeCritic"]),
            "generator",
          ],
        },
      ],
      roles: {
        encode: encoder,
        decode: (code) => range.leave(generator(code)),
        generate: { latent, from: (noise) => range.leave(generator(drawnFrom(prior, noise))) },
        ...realnessBy(options, (x) => pairs(range.enter(x), encoder(x)).score),
        ...(options.packing > 1 ? {} : { anomaly: strangeness }),
      },
      averages: { networks: [generator, encoder], decay: averaging },
    });
  },
});
