// A GAN whose generator is paid for entropy, so that it does not gather in a few places:
//
//   generator   (its adversarial loss) − w·Ĥ(G(z))/D
//
// Ĥ/D is the entropy of a batch of samples for each of their D dimensions, estimated from nearest neighbours
// (losses/entropy.ts); or, as Dai et al. (2017) do after Zhao et al. (2017), minus the pulling-away term takes its
// place. It is measured on the samples themselves or on the critic's features of them. The critic plays as ever.
//
// Were the adversarial loss KL(q ‖ p), the best q would be p^{1/(1 + w/D)}, normalised: a Gaussian becomes wider by
// √(1 + w/D), in two dimensions with w = 0.1 by 2.5 %.

import { z } from "zod";
import { UserError } from "../../errors.ts";
import { defineModel } from "../../game/model.ts";
import { nearestNeighbourEntropy, pullingAway } from "../../losses/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { ADVERSARIAL_ROUTING, adversarialGame, withTerms } from "./adversarial-game.ts";
import { pairFor, pairOptions } from "./bodies.ts";

const estimators = {
  neighbours: (points: Tensor) => nearestNeighbourEntropy(points).mul(1 / points.shape[1]!),
  "pulling-away": (points: Tensor) => pullingAway(points).neg(),
} as const;

export const entropyGan = defineModel({
  name: "entropy-gan",
  family: "gan",
  summary: "A GAN whose generator is paid for the entropy of its samples",
  options: z.strictObject({
    ...pairOptions,
    entropyWeight: z.number().min(0).default(0.1).describe("weight of the entropy in the generator's loss"),
    estimator: z
      .enum(["neighbours", "pulling-away"])
      .default("neighbours")
      .describe("entropy from nearest neighbours, or minus the mean squared cosine (Zhao 2017)"),
    space: z
      .enum(["samples", "features"])
      .optional()
      .describe("where it is measured: samples for vectors and the critic's features for images unless told"),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
  }),
  routing: ADVERSARIAL_ROUTING,
  build({ data, options, network }) {
    if (options.batch < 2 * options.packing)
      throw new UserError(
        "the entropy of samples is measured between them: take a batch of 2 or more, and of 2 packs",
      );
    const { entropyWeight, estimator, space = data.kind === "image" ? "features" : "samples" } = options;
    return adversarialGame(
      { options, network },
      pairFor(data, options, { model: "entropy-gan", criticNorm: true }),
      (verdict, generated) => {
        const points = space === "samples" ? generated.flatten() : verdict.seen.generated[0]!.features;
        const entropy = estimators[estimator](points);
        return {
          verdict: withTerms(verdict, { generator: entropy.mul(-entropyWeight) }),
          report: { entropy },
        };
      },
    );
  },
});
