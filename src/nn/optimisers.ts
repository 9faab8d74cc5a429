// Optimisers, as graph. Each gives a weight's next value, and those of its slots, from a gradient.
//
// SGD with momentum (Polyak 1964; Sutskever et al. 2013 for Nesterov's):
//   v ← μ·v + g;   w ← w − η·v          Nesterov: w ← w − η·(g + μ·v)
// RMSprop (Hinton 2012):
//   s ← ρ·s + (1 − ρ)·g²;   w ← w − η·g/(√s + ε)
// Adam (Kingma, Ba 2015), at step t:
//   m ← β₁·m + (1 − β₁)·g;   v ← β₂·v + (1 − β₂)·g²;   w ← w − η·m̂/(√v̂ + ε),
//   m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
// AdamW (Loshchilov, Hutter 2019): w shrinks by η·λ·w besides.
//
// Adam's moments are kept without their factors, M = m/(1 − β₁) and V = v/(1 − β₂), and the corrections moved to
// scalars: w ← w − a·M/(√V + e) with a = η·(1 − β₁)/(1 − β₁ᵗ)·√((1 − β₂ᵗ)/(1 − β₂)), e = ε·√((1 − β₂ᵗ)/(1 − β₂)).
// That is the same update with two passes over memory fewer.
//
// Any of them may slow down: with `halving` the learning rate at step t is η·2^(−max(t − 1 − after, 0)/every).

import { z } from "zod";
import { constant, type Tensor } from "../tensor/index.ts";

const shared = {
  learningRate: z.number().positive(),
  /** Gradients of a player are scaled down together until their joint norm is at most this. */
  clipNorm: z.number().positive().optional(),
  /** After `after` steps the learning rate begins to fall, to a half in every `every` steps. */
  halving: z.strictObject({ every: z.number().positive(), after: z.number().min(0).default(0) }).optional(),
};

export const optimiserSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("sgd"),
    ...shared,
    momentum: z.number().min(0).lt(1).default(0),
    nesterov: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal("rmsprop"),
    ...shared,
    rho: z.number().min(0).lt(1).default(0.9),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.strictObject({
    kind: z.literal("adam"),
    ...shared,
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-7),
  }),
  z.strictObject({
    kind: z.literal("adamw"),
    ...shared,
    beta1: z.number().min(0).lt(1).default(0.9),
    beta2: z.number().min(0).lt(1).default(0.999),
    epsilon: z.number().positive().default(1e-7),
    weightDecay: z.number().min(0).default(0.004),
  }),
]);

/** An optimiser with its options; the rest have Keras's defaults. */
export type Optimiser = z.input<typeof optimiserSchema>;

export interface WeightUpdate {
  readonly weight: Tensor;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/** What an optimiser does, step by step. */
export interface UpdateRule {
  /** Names of what it remembers of each weight; all begin as zeros of the weight's shape. */
  readonly slots: readonly string[];
  /**
   * A weight's next value.
   *
   * @param step number of this step, from 1, as a float32 scalar
   */
  update(
    weight: Tensor,
    gradient: Tensor,
    slots: Readonly<Record<string, Tensor>>,
    step: Tensor,
  ): WeightUpdate;
}

export function updateRule(optimiser: Optimiser): UpdateRule {
  const options = optimiserSchema.parse(optimiser);
  const { halving } = options;
  /** A rate, as it is at a step. */
  const slowed = (rate: number, step: Tensor): Tensor =>
    halving === undefined
      ? constant(rate)
      : step
          .sub(1 + halving.after)
          .maximum(0)
          .mul(-Math.LN2 / halving.every)
          .exp()
          .mul(rate);
  switch (options.kind) {
    case "sgd": {
      const { learningRate, momentum, nesterov } = options;
      if (momentum === 0) {
        return {
          slots: [],
          update: (weight, gradient, _, step) => ({
            weight: weight.sub(gradient.mul(slowed(learningRate, step))),
            slots: {},
          }),
        };
      }
      return {
        slots: ["velocity"],
        update(weight, gradient, slots, step) {
          const velocity = slots.velocity!.mul(momentum).add(gradient);
          const direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
          return { weight: weight.sub(direction.mul(slowed(learningRate, step))), slots: { velocity } };
        },
      };
    }
    case "rmsprop": {
      const { learningRate, rho, epsilon } = options;
      return {
        slots: ["square"],
        update(weight, gradient, slots, step) {
          const square = slots.square!.mul(rho).add(gradient.square().mul(1 - rho));
          const direction = gradient.div(square.sqrt().add(epsilon));
          return { weight: weight.sub(direction.mul(slowed(learningRate, step))), slots: { square } };
        },
      };
    }
    default: {
      const { learningRate, beta1, beta2, epsilon } = options;
      const weightDecay = options.kind === "adamw" ? options.weightDecay : 0;
      return {
        slots: ["first", "second"],
        update(weight, gradient, slots, step) {
          const first = slots.first!.mul(beta1).add(gradient);
          const second = slots.second!.mul(beta2).add(gradient.square());
          const spread = oneLessPower(beta2, step)
            .mul(1 / (1 - beta2))
            .sqrt();
          const rate = spread.mul(slowed(learningRate * (1 - beta1), step)).div(oneLessPower(beta1, step));
          const direction = first.div(second.sqrt().add(spread.mul(epsilon)));
          const kept =
            weightDecay === 0
              ? weight
              : weight.mul(
                  slowed(learningRate * weightDecay, step)
                    .neg()
                    .add(1),
                );
          return { weight: kept.sub(direction.mul(rate)), slots: { first, second } };
        },
      };
    }
  }
}

/** 1 − baseᵗ for a constant base, as tanh(s)·(1 + e⁻²ˢ) with e⁻²ˢ = baseᵗ: the difference itself loses digits. */
function oneLessPower(base: number, step: Tensor): Tensor {
  if (base === 0) return constant(1);
  const half = step.mul(-0.5 * Math.log(base));
  return half.tanh().mul(half.mul(-2).exp().add(1));
}

/** Scales gradients down together until their joint Euclidean norm is at most `clipNorm`. */
export function clipByNorm(gradients: readonly Tensor[], clipNorm: number): Tensor[] {
  const norm = gradients
    .map((gradient) => gradient.square().sum())
    .reduce((sum, part) => sum.add(part))
    .sqrt();
  const factor = constant(clipNorm).div(norm.maximum(clipNorm));
  return gradients.map((gradient) => gradient.mul(factor));
}
