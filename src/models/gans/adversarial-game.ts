// The game of every generative adversarial network: a generator turns noise into samples, a critic tells samples
// from data, and each minimises its half of an adversarial loss (losses/adversarial.ts). A model of the family is
// this game with networks and defaults of its own; some have more terms in the losses, and rounds of their own.

import { type BuildContext, type GameDefinition, game, type Network, type Player } from "../../game/model.ts";
import type { Layer, Scope } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import type { Judgement } from "../adversary/critics.ts";
import {
  criticFirst,
  criticPlayer,
  generatorPlayer,
  judge,
  realnessBy,
  type Verdict,
} from "../adversary/judge.ts";
import type { AdversarialSettings } from "../adversary/options.ts";
import type { SampleRange } from "../networks.ts";

/** Which networks the players of the family move. */
export const ADVERSARIAL_ROUTING = { critic: ["critic"], generator: ["generator"] } as const;

/** What a round of the family comes to. */
export interface AdversarialRound {
  readonly verdict: Verdict;
  /** Scalars to report beside the generator's loss. */
  readonly report?: Readonly<Record<string, Tensor>>;
}

/** A critic and a generator, who minimise the two losses of the round's verdict, one after the other. */
export function adversaries(
  options: AdversarialSettings,
  { critic, generator }: Readonly<Record<"critic" | "generator", Player<AdversarialRound>["moves"][number]>>,
): Pick<GameDefinition<AdversarialRound>, "players" | "phases" | "averages"> {
  return {
    players: {
      critic: criticPlayer(options, [critic]),
      generator: {
        ...generatorPlayer(options, [generator]),
        report: ({ report }) => report ?? {},
      },
    },
    phases: [{ name: "play", turns: criticFirst(options) }],
    averages: { networks: [generator], decay: options.averaging },
  };
}

/** A verdict with further terms, each added to the loss of one player. */
export function withTerms<Opinion extends Judgement>(
  verdict: Verdict<Opinion>,
  terms: { readonly critic?: Tensor | undefined; readonly generator?: Tensor | undefined },
): Verdict<Opinion> {
  const { criticLoss, generatorLoss } = verdict;
  return {
    ...verdict,
    criticLoss: terms.critic === undefined ? criticLoss : criticLoss.add(terms.critic),
    generatorLoss: terms.generator === undefined ? generatorLoss : generatorLoss.add(terms.generator),
  };
}

type NetworkMaker = ((name: string, body: Layer) => Network) &
  ((name: string, body: (scope: Scope, x: Tensor) => Judgement) => Network<[Tensor], Judgement>);

/** The game of a generator (noise [N, latent] to samples) and a critic, with nothing added unless `finish` does. */
export function adversarialGame(
  {
    options,
    network,
  }: Pick<BuildContext<AdversarialSettings>, "options"> & { readonly network: NetworkMaker },
  networks: {
    readonly generator: Layer;
    readonly critic: (scope: Scope, x: Tensor) => Judgement;
    readonly range: SampleRange;
    /** Whether the critic normalises over the batch. */
    readonly criticNorm: boolean;
  },
  finish: (verdict: Verdict, generated: Tensor) => AdversarialRound = (verdict) => ({ verdict }),
) {
  const generator = network("generator", networks.generator);
  const critic = network("critic", networks.critic);
  const { range, criticNorm } = networks;
  const { latent } = options;

  return game({
    round({ x, batch, normal, uniform }) {
      const generated = generator(normal(batch, latent));
      const exhibits = {
        critic,
        real: [range.enter(x)],
        generated: [[generated]],
        apart: criticNorm,
      } as const;
      return finish(judge(options, { uniform }, exhibits), generated);
    },
    ...adversaries(options, { critic, generator }),
    roles: {
      generate: { latent, from: (noise) => range.leave(generator(noise)) },
      ...realnessBy(options, (x) => critic(range.enter(x)).score),
    },
  });
}
