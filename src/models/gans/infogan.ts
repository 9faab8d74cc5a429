// InfoGAN (Chen et al. 2016): part of the noise is a code c, a category and some numbers, and what the generator makes
// must tell it. Q, on the critic's trunk, guesses the code from the sample; L is a bound of the information that
// sample and code share (losses/information.ts):
//
//   critic       (its adversarial loss) − λ·L(categories) − λ′·L(numbers)
//   generator    (its adversarial loss) − λ·L(categories) − λ′·L(numbers)
//
// Of the game min over G, Q, max over D, as the paper writes it, Q's part falls to the critic's step, as Q shares D's
// trunk: the critic moves D and Q, the generator moves G. L is measured on generated samples only.
//
// Categories are drawn evenly, numbers from (−1, 1). When trained, the category is chosen, and the numbers are made
// from normal noise n as erf(n/√2), which is uniform in (−1, 1).

import { z } from "zod";
import { UserError } from "../../errors.ts";
import { defineModel, game } from "../../game/model.ts";
import { categoricalInformation, uniformInformation } from "../../losses/index.ts";
import { dense, type Scope } from "../../nn/index.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { criticScope, type Judgement } from "../adversary/critics.ts";
import { judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { onlyWith } from "../effects.ts";
import { noiseOption } from "../options.ts";
import { ADVERSARIAL_ROUTING, adversaries, withTerms } from "./adversarial-game.ts";
import { pairFor, pairOptions } from "./bodies.ts";

const name = "infogan";

/** What the critic says, with Q's guess of the code. */
interface Opinion extends Judgement {
  /** Logits of the categories, [N, k]. */
  readonly category: Tensor;
  /** Of the numbers, where there are any: [N, continuous]. */
  readonly mean?: Tensor;
  readonly logDeviation?: Tensor;
}

/** Some columns of a matrix. */
const columns = (matrix: Tensor, from: number, count: number) =>
  matrix.slice([0, from], [matrix.shape[0]!, from + count]);

export const infogan = defineModel({
  name,
  family: "gan",
  summary: "Part of the noise can be read off the sample: categories and numbers (Chen et al. 2016)",
  options: z.strictObject({
    ...pairOptions,
    categories: z.int().min(2).max(1000).default(10).describe("values of the code's category"),
    continuous: z.int().min(0).max(256).default(2).describe("numbers in the code"),
    information: z.number().min(0).default(1).describe("weight λ of the category's information"),
    continuousInformation: onlyWith(
      z.number().min(0).default(0.1).describe("weight λ′ of the numbers' information"),
      { option: "continuous", above: 0 },
    ),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 62,
      batch: 64,
      learningRate: 1e-3,
      beta1: 0.5,
    }),
    criticLearningRate: z.number().positive().default(2e-4).describe("the critic's own learning rate"),
    latent: noiseOption(62).describe("length of the noise beside the code"),
  }),
  routing: ADVERSARIAL_ROUTING,
  build({ data, options, network }) {
    const { categories, continuous, latent, packing } = options;
    if (packing > 1)
      throw new UserError("packing joins examples, and infogan reads the code of each; set packing=1");
    const { range, head, criticNorm, ...bodies } = pairFor(data, options, { model: name, criticNorm: true });
    const generator = network("generator", bodies.generator);
    const guessing = dense({ units: categories + 2 * continuous, ...head });
    const critic = network("critic", (scope: Scope, x: Tensor): Opinion => {
      const judgement = bodies.critic(scope, x);
      const guess = guessing.apply(judgement.features, criticScope(scope, options).child("guess"));
      return {
        ...judgement,
        category: columns(guess, 0, categories),
        ...(continuous > 0
          ? {
              mean: columns(guess, categories, continuous),
              logDeviation: columns(guess, categories + continuous, continuous),
            }
          : {}),
      };
    });
    /** Samples of noise, category and numbers. */
    const made = (noise: Tensor, category: Tensor, numbers: Tensor | undefined) =>
      generator(concat([noise, category.oneHot(categories), ...(numbers === undefined ? [] : [numbers])], 1));

    return game({
      round({ x, batch, normal, uniform }) {
        const category = uniform(batch).mul(categories).floor().cast("int32");
        const numbers = continuous > 0 ? uniform(batch, continuous).mul(2).sub(1) : undefined;
        const verdict = judge(
          options,
          { uniform },
          {
            critic,
            real: [range.enter(x)],
            generated: [[made(normal(batch, latent), category, numbers)]],
            apart: criticNorm,
          },
        );
        const informationOf = ({ mean, logDeviation, ...guess }: Opinion) => ({
          information: categoricalInformation(guess.category, category),
          ...(numbers === undefined
            ? {}
            : {
                continuousInformation: uniformInformation(
                  { mean: mean!, logDeviation: logDeviation! },
                  numbers,
                ),
              }),
        });
        const costOf = (opinion: Opinion) => {
          const { information, continuousInformation } = informationOf(opinion);
          const ofCategory = information.mul(-options.information);
          return continuousInformation === undefined
            ? ofCategory
            : ofCategory.sub(continuousInformation.mul(options.continuousInformation));
        };
        const { judged, seen } = verdict;
        return {
          verdict: withTerms(verdict, {
            critic: costOf(judged.generated[0]!),
            generator: costOf(seen.generated[0]!),
          }),
          report: informationOf(seen.generated[0]!),
        };
      },
      ...adversaries(options, { critic, generator }),
      roles: {
        encode: (x) => {
          const { category, mean } = critic(range.enter(x));
          return concat([category.softmax(), ...(mean === undefined ? [] : [mean])], 1);
        },
        generate: {
          latent: latent + continuous,
          classes: categories,
          from(normals, category) {
            const noise = columns(normals, 0, latent);
            const numbers =
              continuous > 0 ? columns(normals, latent, continuous).mul(Math.SQRT1_2).erf() : undefined;
            return range.leave(made(noise, category, numbers));
          },
        },
        ...realnessBy(options, (x) => critic(range.enter(x)).score),
      },
    });
  },
});
