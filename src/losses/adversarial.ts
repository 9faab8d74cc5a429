// Adversarial losses: what the critic and the generator minimise, given the critic's raw scores (logits) on real
// and on generated samples. With r = D(x) and f = D(G(z)), σ the sigmoid, and means over the batch:
//
//   minimax          critic  softplus(−r) + softplus(f)            generator  −softplus(f)     (Goodfellow 2014, eq. 1)
//   non-saturating   critic  the same                              generator  softplus(−f)     (Goodfellow 2014, sec. 3)
//   least-squares    critic  ½(r − 1)² + ½f²                       generator  ½(f − 1)²        (Mao 2017)
//   hinge            critic  relu(1 − r) + relu(1 + f)             generator  −f               (Lim, Ye 2017)
//   wasserstein      critic  f − r                                 generator  −f               (Arjovsky 2017)
//   relativistic     critic  softplus(−(r − f))                    generator  softplus(−(f − r))   (Jolicoeur-Martineau 2019)
//   reverse-kl       critic  softplus(−r) + softplus(f)            generator  −f = log(1 − D) − log D   (Rosca 2017)
//
// What makes the real samples may be moved too (BiGAN's encoder). It minimises the mirrored loss, so that its samples
// are taken for generated ones: −softplus(−r), softplus(r), ½r², r, r, softplus(r − f), r. One player who moves both
// minimises the sum; of the relativistic loss, which is the same for both, the one loss.
//
// Where there are several batches of generated samples (a VAE-GAN's reconstructions and its samples), their terms
// are added: log D(x) + log(1 − D(x̃)) + log(1 − D(x̂)) (Larsen 2016, algorithm 1).
//
// softplus(−t) = −log σ(t), so minimax is the familiar −log D(x) − log(1 − D(G(z))).

import { z } from "zod";
import type { Tensor } from "../tensor/index.ts";

export interface AdversarialLoss {
  /** Scalar that the critic minimises. */
  critic(real: Tensor, ...generated: Tensor[]): Tensor;
  /** Scalar that the generator minimises for one batch; only the relativistic one looks at the real scores. */
  generator(generated: Tensor, real: Tensor): Tensor;
  /** Scalar that what makes the real samples minimises, where it is moved too. */
  encoder(real: Tensor, generated: Tensor): Tensor;
  /** Whether the encoder's loss is the generator's own, so that a player who moves both minimises it once. */
  readonly shared?: true;
}

/** The mean of a term over each batch, added up. */
const total = (batches: readonly Tensor[], term: (scores: Tensor) => Tensor) =>
  batches.map((scores) => term(scores).mean()).reduce((sum, part) => sum.add(part));

const nonSaturatingCritic = (real: Tensor, ...generated: Tensor[]) =>
  real
    .neg()
    .softplus()
    .mean()
    .add(total(generated, (scores) => scores.softplus()));

/** The losses by name. */
export const adversarialLosses = {
  minimax: {
    critic: nonSaturatingCritic,
    generator: (generated) => generated.softplus().mean().neg(),
    encoder: (real) => real.neg().softplus().mean().neg(),
  },
  "non-saturating": {
    critic: nonSaturatingCritic,
    generator: (generated) => generated.neg().softplus().mean(),
    encoder: (real) => real.softplus().mean(),
  },
  "least-squares": {
    critic: (real, ...generated) =>
      real
        .sub(1)
        .square()
        .mean()
        .add(total(generated, (scores) => scores.square()))
        .mul(0.5),
    generator: (generated) => generated.sub(1).square().mean().mul(0.5),
    encoder: (real) => real.square().mean().mul(0.5),
  },
  hinge: {
    critic: (real, ...generated) =>
      real
        .neg()
        .add(1)
        .relu()
        .mean()
        .add(total(generated, (scores) => scores.add(1).relu())),
    generator: (generated) => generated.mean().neg(),
    encoder: (real) => real.mean(),
  },
  wasserstein: {
    // Real scores count as often as generated ones: else a constant added to all would make the loss small.
    critic: (real, ...generated) =>
      total(generated, (scores) => scores).sub(real.mean().mul(generated.length)),
    generator: (generated) => generated.mean().neg(),
    encoder: (real) => real.mean(),
  },
  relativistic: {
    critic: (real, ...generated) => total(generated, (scores) => scores.sub(real).softplus()),
    generator: (generated, real) => real.sub(generated).softplus().mean(),
    encoder: (real, generated) => real.sub(generated).softplus().mean(),
    shared: true,
  },
  "reverse-kl": {
    critic: nonSaturatingCritic,
    generator: (generated) => generated.mean().neg(),
    encoder: (real) => real.mean(),
  },
} as const satisfies Record<string, AdversarialLoss>;

export type AdversarialLossName = keyof typeof adversarialLosses;

export const adversarialLossSchema = z.enum(
  Object.keys(adversarialLosses) as [AdversarialLossName, ...AdversarialLossName[]],
);
