// The adversarial part of a game: a critic is shown real and generated samples, and both players' losses follow from
// its scores. Which loss, which penalty, and what the critic is given to see are options; whatever a model's networks
// are, this is all that its adversarial side consists of.
//
// A sample is one tensor or several ([x, code] for a joint critic). Packing (Lin et al. 2018) joins m examples along
// their channels into one that the critic judges as a whole. Feature matching (Salimans et al. 2016) adds
// w·‖E f(x) − E f(G(z))‖² to the generator's loss, f the critic's last hidden layer.

import { UserError } from "../../errors.ts";
import type { Player, Roles, RoundInputs } from "../../game/model.ts";
import {
  type AdversarialLoss,
  adversarialLosses,
  around,
  between,
  unitSlopePenalty,
  zeroSlopePenalty,
} from "../../losses/index.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { augmented, refuseAugmentation } from "./augmentation.ts";
import type { Judgement } from "./critics.ts";
import { type AdversarialSettings, criticOptimiser, optimiserOf } from "./options.ts";

/** What a critic looks at: tensors [N, …]. */
export type Sample = readonly Tensor[];

export interface Exhibits<Opinion extends Judgement = Judgement> {
  /** Judges a sample; a condition comes last. */
  readonly critic: (...seen: Tensor[]) => Opinion;
  readonly real: Sample;
  /** One batch of generated samples, or several. */
  readonly generated: readonly [Sample, ...Sample[]];
  /** What real and generated samples have in common, [N, K]: seen by the critic, and neither changed nor penalised. */
  readonly condition?: Tensor;
  /** Channels of each of the images that one image of a sample joins, where it joins several. */
  readonly joined?: readonly number[];
  /** Whether the critic's examples see each other (batch normalisation), so that real and generated must be apart. */
  readonly apart: boolean;
  /** Judges an example by itself, for penalties on its slope, where examples that `critic` is given see each other. */
  readonly alone?: (...seen: Tensor[]) => Judgement;
  /** Whether real samples count once for each batch of generated ones (Rosca et al. 2017), and not once for all. */
  readonly balanced?: boolean;
  /** Whether both players move in one turn, and so from one pass through the critic. */
  readonly atOnce?: boolean;
}

/** What a critic says of real samples and of each batch of generated ones. */
export interface Opinions<Opinion extends Judgement = Judgement> {
  readonly real: Opinion;
  readonly generated: readonly Opinion[];
}

export interface Verdict<Opinion extends Judgement = Judgement> {
  /** Scalar that the critic minimises, penalty included. */
  readonly criticLoss: Tensor;
  /** Scalar that the generator minimises. */
  readonly generatorLoss: Tensor;
  /** Scalar that the makers of both kinds of samples minimise, where those of real ones are moved too (BiGAN). */
  readonly jointLoss: Tensor;
  /** The critic's opinions as it is taught itself. */
  readonly judged: Opinions<Opinion>;
  /** The critic's opinions as the generator meets them; in a turn of both players the same. */
  readonly seen: Opinions<Opinion>;
  /** Scalars worth following: the gap between mean scores, the penalty. */
  readonly report: Readonly<Record<string, Tensor>>;
}

/** Both players' losses. What a turn does not read is not computed. */
export function judge<Opinion extends Judgement>(
  options: AdversarialSettings,
  random: Pick<RoundInputs, "uniform">,
  exhibits: Exhibits<Opinion>,
): Verdict<Opinion> {
  const { critic, real, generated, condition, joined, apart } = exhibits;
  const { alone = critic, balanced = false, atOnce = false } = exhibits;
  if (!real.some(({ rank }) => rank === 4)) refuseAugmentation(options);
  const shown = (sample: Sample) =>
    sample.map((tensor) =>
      packed(tensor.rank === 4 ? augmented(tensor, options, random, joined) : tensor, options.packing),
    );
  const given = condition === undefined ? [] : [packed(condition, options.packing)];
  const asking =
    <Answer>(whom: (...seen: Tensor[]) => Answer) =>
    (sample: Sample) =>
      whom(...sample, ...given);
  const asked = asking(critic);
  const realShown = shown(real);
  const fakesShown = generated.map(shown);
  const loss: AdversarialLoss = adversarialLosses[options.loss];

  const samples = [realShown, ...fakesShown];
  const together = !apart && !options.minibatchDeviation;
  const judgements = together ? judgedTogether(critic, samples, given) : samples.map(asked);
  const [judgedReal, ...judgedFakes] = judgements as [Opinion, ...Opinion[]];
  const scores = judgedFakes.map(({ score }) => score);
  const adversarial = balanced
    ? sum(scores.map((fake) => loss.critic(judgedReal.score, fake)))
    : loss.critic(judgedReal.score, ...scores);
  const penalty = penaltyOf(options, random, asking(alone), realShown, fakesShown);

  // In a turn of its own, the generator needs no scores of real samples but for a relativistic loss.
  const [realSeen, ...fakesSeen] = (atOnce ? judgements : samples.map(asked)) as [Opinion, ...Opinion[]];
  const answers = fakesSeen.map((fake) => {
    const answer = loss.generator(fake.score, realSeen.score);
    if (options.featureMatching === 0) return answer;
    const distance = fake.features.mean(0).sub(realSeen.features.mean(0)).square().sum();
    return answer.add(distance.mul(options.featureMatching));
  });
  const generatorLoss = sum(answers);
  const encoderLoss = () => mean(fakesSeen.map((fake) => loss.encoder(realSeen.score, fake.score)));
  return {
    criticLoss: penalty === undefined ? adversarial : adversarial.add(penalty.mul(options.penaltyWeight)),
    generatorLoss,
    jointLoss: loss.shared === true ? generatorLoss : generatorLoss.add(encoderLoss()),
    judged: { real: judgedReal, generated: judgedFakes },
    seen: { real: realSeen, generated: fakesSeen },
    report: {
      gap: judgedReal.score.mean().sub(mean(scores.map((score) => score.mean()))),
      ...(penalty === undefined ? {} : { penalty }),
    },
  };
}

const sum = (tensors: readonly Tensor[]) => tensors.reduce((total, tensor) => total.add(tensor));
const mean = (tensors: readonly Tensor[]) => sum(tensors).mul(1 / tensors.length);

/** m examples as one, joined along the axis after the batch. */
function packed(tensor: Tensor, packing: number): Tensor {
  if (packing === 1) return tensor;
  const [batch, channels, ...rest] = tensor.shape as [number, number, ...number[]];
  if (batch % packing !== 0) {
    throw new UserError(
      `packing ${packing} does not divide the batch of ${batch}; take a batch that it does`,
    );
  }
  return tensor.reshape([batch / packing, packing * channels, ...rest]);
}

/** Unless examples of a batch see each other, one pass over all says the same. */
function judgedTogether<Opinion extends Judgement>(
  critic: Exhibits<Opinion>["critic"],
  samples: readonly Sample[],
  given: readonly Tensor[],
): Opinion[] {
  const joined = samples[0]!.map((_, part) =>
    concat(
      samples.map((sample) => sample[part]!),
      0,
    ),
  );
  const repeated = given.map((tensor) =>
    concat(
      samples.map(() => tensor),
      0,
    ),
  );
  const opinion = Object.entries(critic(...joined, ...repeated)) as [keyof Opinion, Tensor][];
  const parts = opinion.map(([name, whole]) => ({ name, of: whole.split(samples.length, 0) }));
  return samples.map(
    (_, index) => Object.fromEntries(parts.map(({ name, of }) => [name, of[index]])) as unknown as Opinion,
  );
}

function penaltyOf(
  { penalty }: AdversarialSettings,
  { uniform }: Pick<RoundInputs, "uniform">,
  asked: (sample: Sample) => Judgement,
  real: Sample,
  fakes: readonly Sample[],
): Tensor | undefined {
  const score = (...seen: Tensor[]) => asked(seen).score.mean(1);
  const atFakes = () => mean(fakes.map((fake) => zeroSlopePenalty(score, fake)));
  switch (penalty) {
    case "gradient":
      return mean(
        fakes.map((fake) => {
          const mix = uniform(real[0]!.shape[0]!);
          return unitSlopePenalty(
            score,
            real.map((tensor, part) => between(tensor, fake[part]!, mix)),
          );
        }),
      );
    case "dragan":
      return unitSlopePenalty(
        score,
        real.map((tensor) => around(tensor, uniform(...tensor.shape))),
      );
    case "r1":
      return zeroSlopePenalty(score, real);
    case "r2":
      return atFakes();
    case "r1r2":
      return zeroSlopePenalty(score, real).add(atFakes());
    default:
      return undefined;
  }
}

/**
 * The player who moves a critic by a verdict of the round. It fits the players of any round (of two players made
 * elsewhere for rounds of their own, TypeScript would take one's round for the game's).
 *
 * @param key the verdict's name in the round
 */
export function criticPlayer(
  options: AdversarialSettings,
  moves: Player<unknown>["moves"],
  key = "verdict",
): Player<unknown> {
  const verdictOf = (round: unknown) => (round as Readonly<Record<string, Verdict>>)[key]!;
  return {
    moves,
    loss: (round) => verdictOf(round).criticLoss,
    report: (round) => verdictOf(round).report,
    optimiser: criticOptimiser(options),
    ...(options.penalty === "clip" ? { clipWeights: options.clipWeights } : {}),
  };
}

/** The player who moves networks by what the round's verdict says of their samples, and by nothing else. */
export function generatorPlayer(
  options: AdversarialSettings,
  moves: Player<unknown>["moves"],
): Player<unknown> {
  return {
    moves,
    loss: (round) => (round as { readonly verdict: Verdict }).verdict.generatorLoss,
    optimiser: optimiserOf(options),
  };
}

/** The critic's steps, then one of the others. */
export function criticFirst(
  { criticSteps }: Pick<AdversarialSettings, "criticSteps">,
  others: string | readonly string[] = "generator",
): (string | readonly string[])[] {
  return [...new Array<string>(criticSteps).fill("critic"), others];
}

/** The role of a critic's scores [N, 1]. There is none where it judges several examples as one. */
export function realnessBy(
  { packing }: Pick<AdversarialSettings, "packing">,
  score: (x: Tensor) => Tensor,
): Pick<Roles, "realness"> {
  return packing > 1 ? {} : { realness: (x) => score(x).reshape([-1]) };
}
