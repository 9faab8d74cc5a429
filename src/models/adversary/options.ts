// Options of every adversarial model, fusions included: the loss, the penalty, what the critic is given to see, and
// the optimisers. A model has defaults of its own.

import { z } from "zod";
import { type AdversarialLossName, adversarialLossSchema } from "../../losses/index.ts";
import type { Optimiser } from "../../nn/index.ts";
import { onlyWith } from "../effects.ts";
import { halvingOf, halvingOptions } from "../halving.ts";
import { averagingOption, batchOption, latentOption } from "../options.ts";

const penalties = ["none", "clip", "gradient", "r1", "r2", "r1r2", "dragan"] as const;
const augmentations = ["colour", "translation", "cutout"] as const;

/** For options of a penalty on the critic's slope. */
export const ofSlopes = <Schema extends z.ZodType>(schema: Schema): Schema =>
  onlyWith(schema, {
    option: "penalty",
    is: penalties.filter((penalty) => penalty !== "none" && penalty !== "clip"),
  });

export type Augmentation = (typeof augmentations)[number];

export interface AdversarialDefaults {
  readonly loss: AdversarialLossName;
  readonly penalty?: (typeof penalties)[number];
  readonly penaltyWeight?: number;
  readonly criticSteps?: number;
  readonly spectralNorm?: boolean;
  readonly minibatchDeviation?: boolean;
  readonly latent: number;
  readonly batch: number;
  readonly optimiser?: "adam" | "rmsprop";
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2?: number;
  readonly averaging?: number;
}

/** The options, with a model's own defaults. */
export function adversarialOptions(defaults: AdversarialDefaults) {
  return {
    loss: adversarialLossSchema.default(defaults.loss).describe("adversarial loss of both players"),
    penalty: z
      .enum(penalties)
      .default(defaults.penalty ?? "none")
      .describe(
        "on the critic's slope: gradient (WGAN-GP), r1 and r2 (at real, at generated samples), dragan; " +
          "or clip (WGAN's cut weights)",
      ),
    penaltyWeight: ofSlopes(
      z
        .number()
        .min(0)
        .default(defaults.penaltyWeight ?? 10)
        .describe("weight of a penalty on slopes"),
    ),
    clipWeights: onlyWith(
      z.number().positive().default(0.01).describe("bound of the critic's weights with penalty clip"),
      { option: "penalty", is: ["clip"] },
    ),
    criticSteps: z
      .int()
      .min(1)
      .max(100)
      .default(defaults.criticSteps ?? 1)
      .describe("steps of the critic for each step of the generator"),
    spectralNorm: z
      .boolean()
      .default(defaults.spectralNorm ?? false)
      .describe("divide each of the critic's kernels by its largest singular value (Miyato 2018)"),
    minibatchDeviation: z
      .boolean()
      .default(defaults.minibatchDeviation ?? false)
      .describe("tell the critic how much a batch's examples differ (Karras 2018)"),
    packing: z
      .int()
      .min(1)
      .max(16)
      .default(1)
      .describe("examples that the critic judges together (PacGAN, Lin 2018); divides the batch"),
    featureMatching: z
      .number()
      .min(0)
      .default(0)
      .describe("weight of the distance between mean features in the generator's loss (Salimans 2016)"),
    augmentation: z
      .array(z.enum(augmentations))
      .default([])
      .describe("differentiable changes to all images that the critic sees (Zhao 2020)"),
    latent: latentOption(defaults.latent).describe("numbers that a sample is made of: noise, or a code"),
    batch: batchOption(defaults.batch),
    optimiser: z
      .enum(["adam", "rmsprop"])
      .default(defaults.optimiser ?? "adam")
      .describe("optimiser of all players"),
    learningRate: z
      .number()
      .positive()
      .default(defaults.learningRate)
      .describe("learning rate of all players"),
    criticLearningRate: z.number().positive().optional().describe("the critic's own learning rate"),
    ...halvingOptions,
    beta1: onlyWith(
      z.number().min(0).lt(1).default(defaults.beta1).describe("decay of Adam's first moment"),
      { option: "optimiser", is: ["adam"] },
    ),
    beta2: z
      .number()
      .min(0)
      .lt(1)
      .default(defaults.beta2 ?? 0.999)
      .describe("decay of the second moment, Adam's and RMSprop's"),
    averaging: averagingOption(defaults.averaging ?? 0),
  };
}

export type AdversarialSettings = z.output<z.ZodObject<ReturnType<typeof adversarialOptions>>>;

/** For models whose critic is to learn at another rate than the rest, unless told. */
export const criticLearningRateOption = (rate: number) =>
  z.number().positive().default(rate).describe("the critic's own learning rate");

type OptimiserSettings = Pick<
  AdversarialSettings,
  "optimiser" | "learningRate" | "beta1" | "beta2" | "halveEvery" | "halveAfter"
>;

/** The optimiser that the options set; the critic may have a rate of its own. */
export function optimiserOf(
  { optimiser, learningRate, beta1, beta2, ...halving }: OptimiserSettings,
  rate = learningRate,
): Optimiser {
  const shared = {
    learningRate: rate,
    epsilon: 1e-8,
    ...halvingOf(halving),
  };
  return optimiser === "rmsprop"
    ? { kind: "rmsprop", rho: beta2, ...shared }
    : { kind: "adam", beta1, beta2, ...shared };
}

/**
 * The optimiser of a critic, who may have a rate of its own. It steps several times a round, and its rate falls with
 * the rounds, as everybody's does.
 */
export function criticOptimiser(options: AdversarialSettings): Optimiser {
  const { criticSteps, halveEvery, halveAfter, learningRate, criticLearningRate = learningRate } = options;
  return optimiserOf(
    { ...options, halveEvery: criticSteps * halveEvery, halveAfter: criticSteps * halveAfter },
    criticLearningRate,
  );
}
