// The bidirectional GAN (Donahue et al. 2017; Dumoulin et al. 2017): the critic sees pairs of an example and a code,
//
//   min over G, E, max over D   E log D(x, E(x)) + E log(1 − D(G(z), z))
//
// The critic can be fooled for good only where E and G are each other's inverse, though neither ever sees what the
// other made. Encoder and generator minimise both terms with the sides exchanged, for the non-saturating loss
// −log(1 − D(x, E(x))) − log D(G(z), z).

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { criticFirst, criticPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { optimiserOf } from "../adversary/options.ts";
import { signedRange } from "../networks.ts";
import { bidirectionalOptions, drawnFrom, encoderFor } from "./bidirectional.ts";
import { jointCritic } from "./code-critics.ts";
import { sampleDecoder } from "./parts.ts";

const name = "bigan";

export const bigan = defineModel({
  name,
  family: "fusion",
  summary: "A GAN with an encoder, whose critic sees examples and codes together (Donahue, Dumoulin 2017)",
  options: z.strictObject(bidirectionalOptions({ criticLearningRate: 1e-4 })),
  routing: { critic: ["critic"], generator: ["generator", "encoder"] },
  build({ data, options, network }) {
    const { latent, prior, averaging } = options;
    const range = signedRange(data);
    const encoder = network("encoder", encoderFor(data, options, name));
    const generator = network("generator", sampleDecoder(data, options, name));
    const { body, apart } = jointCritic(data, options, name);
    const critic = network("critic", body);

    return game({
      round({ x, batch, normal, uniform }) {
        const [real, code] = [range.enter(x), drawnFrom(prior, normal(batch, latent))];
        return {
          verdict: judge(
            options,
            { uniform },
            {
              critic: (sample, itsCode) => critic(sample!, itsCode!),
              real: [real, encoder(x)],
              generated: [[generator(code), code]],
              apart,
            },
          ),
        };
      },
      players: {
        critic: criticPlayer(options, [critic]),
        generator: {
          moves: [generator, encoder],
          loss: ({ verdict }) => verdict.jointLoss,
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: criticFirst(options) }],
      roles: {
        encode: encoder,
        decode: (code) => range.leave(generator(code)),
        generate: { latent, from: (noise) => range.leave(generator(drawnFrom(prior, noise))) },
        ...realnessBy(options, (x) => critic(range.enter(x), encoder(x)).score),
      },
      averages: { networks: [generator, encoder], decay: averaging },
    });
  },
});
