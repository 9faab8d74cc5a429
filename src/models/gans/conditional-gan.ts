// GANs whose samples are of a class that is asked for. The generator gets noise and the class, one-hot (Mirza,
// Osindero 2014). What the critic is told of it is an option:
//
//   concat       the class beside the example: as channels beside an image, as values beside a vector (Mirza 2014)
//   projection   s(x, y) = wᵀf(x) + b + v_yᵀf(x), f the features and v_y a vector of the class (Miyato, Koyama 2018)
//   none         nothing; a classifier must see to it then
//
// An auxiliary classifier (Odena et al. 2017) reads the class from the critic's features. Both players minimise its
// cross-entropy, the critic's on real and on generated samples, the generator's on its own:
//
//   critic       … + w·(−log p(y|x) − log p(y|G(z, y)))         generator       … − w·log p(y|G(z, y))
//
// Generated samples are of the classes of the batch's examples, so that both have the same shares of each.

import { z } from "zod";
import { UserError } from "../../errors.ts";
import { defineModel, game } from "../../game/model.ts";
import { crossEntropy } from "../../losses/index.ts";
import { dense, type Scope } from "../../nn/index.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { criticScope, type Judgement } from "../adversary/critics.ts";
import { judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { ADVERSARIAL_ROUTING, adversaries, withTerms } from "./adversarial-game.ts";
import { pairFor, pairOptions } from "./bodies.ts";

const name = "conditional-gan";

interface Opinion extends Judgement {
  /** Logits of the classes [N, K], of a critic that classifies. */
  readonly classes?: Tensor;
}

export const conditionalGan = defineModel({
  name,
  family: "gan",
  summary: "Generates examples of a given class (Mirza, Osindero 2014; Miyato, Koyama 2018)",
  options: z.strictObject({
    ...pairOptions,
    condition: z
      .enum(["concat", "projection", "none"])
      .default("projection")
      .describe("how the critic is told the class: beside the example, by its features' projection, or not"),
    classifier: z
      .number()
      .min(0)
      .default(0)
      .describe("weight of an auxiliary classifier's cross-entropy in both losses (Odena 2017)"),
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
    const { condition, classifier, latent, packing } = options;
    const { classes } = data;
    if (classes === undefined) throw new UserError(`${name} needs labels, and the data has none`);
    refuseContradictions(options);
    const { range, head, criticNorm, isDense, ...bodies } = pairFor(data, options, {
      model: name,
      criticNorm: true,
    });
    const projection = dense({ units: classes * packing, useBias: false, ...head });
    const classification = dense({ units: classes, ...head });

    const generator = network("generator", (scope: Scope, noise: Tensor, given: Tensor) =>
      bodies.generator.apply(concat([noise, given], 1), scope),
    );
    const critic = network("critic", (scope: Scope, x: Tensor, given?: Tensor): Opinion => {
      const { score, features } = bodies.critic(
        scope,
        condition === "concat" ? beside(isDense ? x.flatten() : x, given!) : x,
      );
      const above = criticScope(scope, options);
      const told = () => {
        const affinities = projection.apply(features, above.child("projection"));
        // Without a class, the class that suits best.
        return given === undefined
          ? affinities.max(1, { keepDimensions: true })
          : affinities.mul(given).sum(1, { keepDimensions: true });
      };
      return {
        score: condition === "projection" ? score.add(told()) : score,
        features,
        ...(classifier > 0 ? { classes: classification.apply(features, above.child("classes")) } : {}),
      };
    });

    return game({
      round({ x, labels, batch, normal, uniform }) {
        const given = labels.oneHot(classes);
        const verdict = judge(
          options,
          { uniform },
          {
            critic,
            real: [range.enter(x)],
            generated: [[generator(normal(batch, latent), given)]],
            ...(condition === "none" ? {} : { condition: given }),
            apart: criticNorm,
          },
        );
        if (classifier === 0) return { verdict };
        const error = (opinion: Opinion) => crossEntropy(opinion.classes!, labels);
        const { judged, seen } = verdict;
        const recognised = error(seen.generated[0]!);
        return {
          verdict: withTerms(verdict, {
            critic: error(judged.real).add(error(judged.generated[0]!)).mul(classifier),
            generator: recognised.mul(classifier),
          }),
          report: { classification: recognised },
        };
      },
      ...adversaries(options, { critic, generator }),
      roles: {
        generate: {
          latent,
          classes,
          from: (noise, labels) => range.leave(generator(noise, labels.oneHot(classes))),
        },
        ...(condition === "concat" ? {} : realnessBy(options, (x) => critic(range.enter(x)).score)),
        ...(classifier > 0 ? { classify: (x: Tensor) => critic(range.enter(x)).classes!.softmax() } : {}),
      },
    });
  },
});

/** A class [N, K] beside an example: as constant channels of an image, or as further values of a vector. */
function beside(x: Tensor, given: Tensor): Tensor {
  const [batch, , ...size] = x.shape as [number, number, ...number[]];
  const channels = given.shape[1]!;
  const spread = given.reshape([batch, channels, ...size.map(() => 1)]);
  return concat([x, spread.broadcastTo([batch, channels, ...size])], 1);
}

function refuseContradictions({
  condition,
  classifier,
  packing,
}: {
  readonly condition: string;
  readonly classifier: number;
  readonly packing: number;
}): void {
  if (condition === "none" && classifier === 0)
    throw new UserError(
      `condition=none leaves the class to a classifier; set classifier=1, or condition=projection`,
    );
  if (condition === "concat" && classifier > 0)
    throw new UserError(
      `a critic that is given the class (condition=concat) has nothing to classify; take condition=projection or none`,
    );
  if (packing > 1 && classifier > 0)
    throw new UserError(
      "packing joins examples, and a classifier sees each by itself; set packing=1 or classifier=0",
    );
}
