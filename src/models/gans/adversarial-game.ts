// The game of every generative adversarial network: a generator turns noise into samples, a critic tells samples
// from data, and each minimises its half of an adversarial loss (losses/adversarial.ts). A model of the family is
// this game with networks and defaults of its own.

import { type BuildContext, game, type Network } from "../../game/model.ts";
import type { Layer, Scope } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import type { Judgement } from "../adversary/critics.ts";
import { criticFirst, criticPlayer, judge } from "../adversary/judge.ts";
import { type AdversarialSettings, adam } from "../adversary/options.ts";
import type { SampleRange } from "../networks.ts";

/** Which networks the players of the family move. */
export const ADVERSARIAL_ROUTING = { critic: ["critic"], generator: ["generator"] } as const;

type JudgingNetwork = (
  name: string,
  body: (scope: Scope, x: Tensor) => Judgement,
) => Network<[Tensor], Judgement>;

/** The game of a generator (noise [N, latent] to samples) and a critic. */
export function adversarialGame(
  {
    options,
    network,
  }: Pick<BuildContext<AdversarialSettings>, "options"> & {
    network: JudgingNetwork & ((name: string, body: Layer) => Network);
  },
  networks: {
    readonly generator: Layer;
    readonly critic: (scope: Scope, x: Tensor) => Judgement;
    readonly range: SampleRange;
    /** Whether the critic normalises over the batch. */
    readonly criticNorm: boolean;
  },
) {
  const generator = network("generator", networks.generator);
  const critic = network("critic", networks.critic);
  const { range } = networks;
  const { averaging, latent } = options;

  return game({
    round: ({ x, batch, normal, uniform }) => ({
      verdict: judge(
        options,
        { uniform },
        {
          critic,
          real: [range.enter(x)],
          generated: [[generator(normal(batch, latent))]],
          apart: networks.criticNorm,
        },
      ),
    }),
    players: {
      critic: criticPlayer(options, [critic]),
      generator: {
        moves: [generator],
        loss: ({ verdict }) => verdict.generatorLoss,
        optimiser: adam(options),
      },
    },
    phases: [{ name: "play", turns: criticFirst(options) }],
    roles: {
      generate: { latent, from: (noise) => range.leave(generator(noise)) },
      realness: (x) => critic(range.enter(x)).score.reshape([-1]),
    },
    ...(averaging > 0 ? { averages: { networks: [generator], decay: averaging } } : {}),
  });
}
