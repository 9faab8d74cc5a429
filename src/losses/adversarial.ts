// Adversarial losses: what the critic and the generator minimise, given the critic's raw scores (logits) on real
// and on generated samples. With r = D(x) and f = D(G(z)), σ the sigmoid, and means over the batch:
//
//   minimax          critic  softplus(−r) + softplus(f)            generator  −softplus(f)     (Goodfellow 2014, eq. 1)
//   non-saturating   critic  the same                              generator  softplus(−f)     (Goodfellow 2014, sec. 3)
//   least-squares    critic  ½(r − 1)² + ½f²                       generator  ½(f − 1)²        (Mao 2017)
//   hinge            critic  relu(1 − r) + relu(1 + f)             generator  −f               (Lim, Ye 2017)
//   wasserstein      critic  f − r                                 generator  −f               (Arjovsky 2017)
//   relativistic     critic  softplus(−(r − f))                    generator  softplus(−(f − r))   (Jolicoeur-Martineau 2019)
//
// softplus(−t) = −log σ(t), so minimax is the familiar −log D(x) − log(1 − D(G(z))).

import { z } from "zod";
import type { Tensor } from "../tensor/index.ts";

export interface AdversarialLoss {
  /** Scalar that the critic minimises. */
  critic(real: Tensor, generated: Tensor): Tensor;
  /** Scalar that the generator minimises; only the relativistic one looks at the real scores. */
  generator(generated: Tensor, real: Tensor): Tensor;
}

const nonSaturatingCritic = (real: Tensor, generated: Tensor) =>
  real.neg().softplus().mean().add(generated.softplus().mean());

/** The losses by name. */
export const adversarialLosses = {
  minimax: {
    critic: nonSaturatingCritic,
    generator: (generated) => generated.softplus().mean().neg(),
  },
  "non-saturating": {
    critic: nonSaturatingCritic,
    generator: (generated) => generated.neg().softplus().mean(),
  },
  "least-squares": {
    critic: (real, generated) => real.sub(1).square().mean().add(generated.square().mean()).mul(0.5),
    generator: (generated) => generated.sub(1).square().mean().mul(0.5),
  },
  hinge: {
    critic: (real, generated) => real.neg().add(1).relu().mean().add(generated.add(1).relu().mean()),
    generator: (generated) => generated.mean().neg(),
  },
  wasserstein: {
    critic: (real, generated) => generated.mean().sub(real.mean()),
    generator: (generated) => generated.mean().neg(),
  },
  relativistic: {
    critic: (real, generated) => generated.sub(real).softplus().mean(),
    generator: (generated, real) => real.sub(generated).softplus().mean(),
  },
} as const satisfies Record<string, AdversarialLoss>;

export type AdversarialLossName = keyof typeof adversarialLosses;

export const adversarialLossSchema = z.enum(
  Object.keys(adversarialLosses) as [AdversarialLossName, ...AdversarialLossName[]],
);
