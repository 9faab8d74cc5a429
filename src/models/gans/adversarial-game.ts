// The game of every generative adversarial network: a generator turns noise into samples, a critic tells samples
// from data, and each minimises its half of an adversarial loss (losses/adversarial.ts). A model of the family is
// this game with networks and defaults of its own.

import { z } from "zod";
import { type BuildContext, type DataSpecification, game, type Network } from "../../game/model.ts";
import {
  type AdversarialLossName,
  adversarialLosses,
  adversarialLossSchema,
  gradientPenalty,
} from "../../losses/index.ts";
import type { Layer } from "../../nn/index.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { averagingOption, batchOption, latentOption } from "../options.ts";

export interface AdversarialDefaults {
  readonly loss: AdversarialLossName;
  readonly penalty?: "none" | "gradient" | "clip";
  readonly criticSteps?: number;
  readonly latent: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2?: number;
}

/** Options of every adversarial model, with a model's own defaults. */
export function adversarialOptions(defaults: AdversarialDefaults) {
  return {
    loss: adversarialLossSchema.default(defaults.loss).describe("adversarial loss of both players"),
    penalty: z
      .enum(["none", "gradient", "clip"])
      .default(defaults.penalty ?? "none")
      .describe("gradient: WGAN-GP's, on the slope between data and samples; clip: WGAN's cut weights"),
    penaltyWeight: z.number().min(0).default(10).describe("weight of the gradient penalty"),
    clipWeights: z
      .number()
      .positive()
      .default(0.01)
      .describe("bound of the critic's weights with penalty clip"),
    criticSteps: z
      .int()
      .min(1)
      .max(100)
      .default(defaults.criticSteps ?? 1)
      .describe("steps of the critic for each step of the generator"),
    latent: latentOption(defaults.latent),
    batch: batchOption(defaults.batch),
    learningRate: z
      .number()
      .positive()
      .default(defaults.learningRate)
      .describe("learning rate of both players' Adam"),
    criticLearningRate: z.number().positive().optional().describe("the critic's own learning rate"),
    beta1: z.number().min(0).lt(1).default(defaults.beta1).describe("decay of Adam's first moment"),
    beta2: z
      .number()
      .min(0)
      .lt(1)
      .default(defaults.beta2 ?? 0.999)
      .describe("decay of Adam's second moment"),
    averaging: averagingOption,
  };
}

type AdversarialSettings = z.output<z.ZodObject<ReturnType<typeof adversarialOptions>>>;

/** How images pass between people and the networks; vectors pass as they are. */
export interface SampleRange {
  /** Activation of the generator's last layer. */
  readonly last: "tanh" | "sigmoid" | "linear";
  /** Data as the critic sees them. */
  readonly enter: (x: Tensor) => Tensor;
  /** Samples as people see them. */
  readonly leave: (x: Tensor) => Tensor;
}

const asTheyAre = { enter: (x: Tensor) => x, leave: (x: Tensor) => x };

/** Images in [0, 1] behind a sigmoid. */
export function unitRange(data: DataSpecification): SampleRange {
  return { last: data.kind === "image" ? "sigmoid" : "linear", ...asTheyAre };
}

/** Images in [−1, 1] behind a tanh. */
export function signedRange(data: DataSpecification): SampleRange {
  if (data.kind !== "image") return unitRange(data);
  return { last: "tanh", enter: (x) => x.mul(2).sub(1), leave: (x) => x.add(1).mul(0.5) };
}

/** The game of a generator (noise [N, latent] to samples) and a critic (samples to [N, 1]). */
export function adversarialGame(
  {
    options,
    network,
  }: Pick<BuildContext<AdversarialSettings>, "options"> & {
    network: (name: string, body: Layer) => Network;
  },
  networks: {
    readonly generator: Layer;
    readonly critic: Layer;
    readonly range: SampleRange;
    /** Whether the critic normalises over the batch, so that it must see real and generated ones apart. */
    readonly criticNorm: boolean;
  },
) {
  const generator = network("generator", networks.generator);
  const critic = network("critic", networks.critic);
  const { range } = networks;
  const loss = adversarialLosses[options.loss];
  const adam = { kind: "adam", beta1: options.beta1, beta2: options.beta2, epsilon: 1e-8 } as const;
  const { penalty, criticSteps, averaging, latent } = options;

  /** Scores of both batches. Unless examples of a batch see each other, one pass over both gives the same. */
  const judged = (real: Tensor, generated: Tensor) => {
    if (networks.criticNorm) return { realScores: critic(real), generatedScores: critic(generated) };
    const [realScores, generatedScores] = critic(concat([real, generated], 0)).split(2, 0);
    return { realScores: realScores!, generatedScores: generatedScores! };
  };

  return game({
    round({ x, batch, normal, uniform }) {
      const real = range.enter(x);
      const generated = generator(normal(batch, latent));
      return {
        ...judged(real, generated),
        slope: penalty === "gradient" ? gradientPenalty(critic, real, generated, uniform(batch)) : undefined,
        answer: { realScores: critic(real), generatedScores: critic(generated) },
      };
    },
    players: {
      critic: {
        moves: [critic],
        loss({ realScores, generatedScores, slope }) {
          const adversarial = loss.critic(realScores, generatedScores);
          return slope === undefined ? adversarial : adversarial.add(slope.mul(options.penaltyWeight));
        },
        report: ({ realScores, generatedScores, slope }) => ({
          gap: realScores.mean().sub(generatedScores.mean()),
          ...(slope === undefined ? {} : { penalty: slope }),
        }),
        optimiser: { ...adam, learningRate: options.criticLearningRate ?? options.learningRate },
        ...(penalty === "clip" ? { clipWeights: options.clipWeights } : {}),
      },
      generator: {
        moves: [generator],
        loss: ({ answer }) => loss.generator(answer.generatedScores, answer.realScores),
        optimiser: { ...adam, learningRate: options.learningRate },
      },
    },
    phases: [{ name: "play", turns: [...new Array<string>(criticSteps).fill("critic"), "generator"] }],
    roles: {
      generate: { latent, from: (noise) => range.leave(generator(noise)) },
      realness: (x) => critic(range.enter(x)).reshape([-1]),
    },
    ...(averaging > 0 ? { averages: { networks: [generator], decay: averaging } } : {}),
  });
}
