// Translation learnt from pairs (Isola et al. 2017): a generator turns an image x into its partner y in another
// domain, against a critic that judges (x, y) as a pair,
//
//   min over G, max over D of   E log D(x, y) + E log(1 − D(x, G(x))) + λ·E‖y − G(x)‖₁
//
// λ = 100, the L1 a mean over values in [−1, 1]. The generator is a U-Net, the critic judges patches. The only noise
// is dropout in the generator: while it learns, and not when it is used, so that an image has one translation.

import { z } from "zod";
import { defineModel, game } from "../../game/model.ts";
import { meanAbsoluteError } from "../../losses/index.ts";
import { concat } from "../../tensor/index.ts";
import { normalises } from "../adversary/critics.ts";
import { criticFirst, criticPlayer, judge } from "../adversary/judge.ts";
import { optimiserOf } from "../adversary/options.ts";
import { asSettings, patchCritic, patchOptions } from "../adversary/patch-critic.ts";
import { imageDomains } from "../domains.ts";
import { signedRange } from "../networks.ts";
import { filtersOption } from "../options.ts";
import { uNet } from "../u-net.ts";

export const pix2pix = defineModel({
  name: "pix2pix",
  family: "fusion",
  summary: "Translates images, learnt from pairs: a U-Net against a critic of patches (Isola et al. 2017)",
  options: z.strictObject({
    filters: filtersOption(32),
    l1: z.number().min(0).default(100).describe("weight of the mean absolute error in the generator's loss"),
    dropout: z
      .number()
      .min(0)
      .lt(1)
      .default(0.5)
      .describe("share of values dropped in the generator's first doublings while it learns"),
    ...patchOptions({ loss: "non-saturating", batch: 16, learningRate: 2e-4, beta1: 0.5 }),
  }),
  routing: { critic: ["critic"], generator: ["generator"] },
  build({ data, options, network }) {
    const domains = imageDomains(data, { model: "pix2pix", paired: true });
    const range = signedRange(data);
    const settings = asSettings(options);
    const details = {
      filters: options.filters,
      model: "pix2pix",
      kernelInitialiser: { kind: "normal", deviation: 0.02 },
    } as const;
    const generator = network(
      "generator",
      uNet(domains, { ...details, dropout: options.dropout, last: range.last }),
    );
    const apart = normalises(settings);
    const critic = network("critic", patchCritic(data, { ...settings, ...details, batchNorm: apart }));

    return game({
      round({ x, partner, uniform }) {
        const given = range.enter(x);
        const wanted = range.enter(partner);
        const made = generator(given);
        return {
          l1: meanAbsoluteError(wanted, made),
          // A pair is one image of both's channels, so that whatever is done to it is done to both alike.
          verdict: judge(
            settings,
            { uniform },
            {
              critic,
              real: [concat([given, wanted], 1)],
              generated: [[concat([given, made], 1)]],
              joined: [given.shape[1]!, wanted.shape[1]!],
              apart,
            },
          ),
        };
      },
      players: {
        critic: criticPlayer(settings, [critic]),
        generator: {
          moves: [generator],
          loss: ({ verdict, l1 }) => verdict.generatorLoss.add(l1.mul(options.l1)),
          report: ({ l1 }) => ({ l1 }),
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: criticFirst(options) }],
      roles: { translate: (x) => range.leave(generator(range.enter(x))) },
      averages: { networks: [generator], decay: options.averaging },
    });
  },
});
