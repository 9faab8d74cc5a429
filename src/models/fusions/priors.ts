// Priors of codes, as functions of standard normal numbers.
//
//   gaussian   N(0, I)
//   mixture    k Gaussians of one deviation, their centres evenly on a circle in the first two dimensions; N(0, 1) in
//              the others. Which of them is the place of the largest of k further numbers: each is as likely.
//   label      the same, a Gaussian a class

import { UserError } from "../../errors.ts";
import type { DataSpecification } from "../../game/model.ts";
import { constant, type Tensor } from "../../tensor/index.ts";

export const priors = ["gaussian", "mixture", "label"] as const;

export interface PriorOptions {
  readonly prior: (typeof priors)[number];
  readonly latent: number;
  readonly modes: number;
  readonly radius: number;
  readonly deviation: number;
}

export interface Prior {
  /** How many standard normal numbers a code is made of. */
  readonly noise: number;
  /** Where codes are of classes, their number. */
  readonly classes?: number;
  /** Standard normal numbers [N, noise], and labels int32 [N] where there are classes, to codes [N, latent]. */
  readonly draw: (noise: Tensor, labels: Tensor | undefined) => Tensor;
}

/** @throws UserError where the options do not go with the data */
export function priorOf(data: DataSpecification, options: PriorOptions): Prior {
  const { prior, latent } = options;
  if (prior === "gaussian") return { noise: latent, draw: (noise) => noise };
  if (latent < 2)
    throw new UserError(`prior ${prior} needs codes of at least 2 numbers; set latent=2 or more`);
  if (prior === "mixture") {
    const { modes } = options;
    const place = circleOf(modes, options);
    const draw = (noise: Tensor) => {
      const [batch, length] = noise.shape as [number, number];
      return place(noise.slice([0, 0], [batch, latent]), noise.slice([0, latent], [batch, length]).argMax());
    };
    return { noise: latent + modes, draw };
  }
  const { classes } = data;
  if (classes === undefined)
    throw new UserError("prior label needs labels, and the data has none; take prior mixture or gaussian");
  const place = circleOf(classes, options);
  return { noise: latent, classes, draw: (noise, labels) => place(noise, labels!) };
}

/** Moves standard normal numbers [N, latent] to the Gaussian of each one's index. */
function circleOf(count: number, { latent, radius, deviation }: PriorOptions) {
  const at = (index: number, dimension: number) => {
    const angle = (2 * Math.PI * index) / count;
    return dimension === 0 ? radius * Math.cos(angle) : dimension === 1 ? radius * Math.sin(angle) : 0;
  };
  const table = Float32Array.from({ length: count * latent }, (_, place) =>
    at(Math.floor(place / latent), place % latent),
  );
  const centres = constant(table, { shape: [count, latent] });
  const spread = constant(Float32Array.from({ length: latent }, (_, axis) => (axis < 2 ? deviation : 1)));
  return (noise: Tensor, indices: Tensor) => noise.mul(spread).add(centres.gather(indices));
}

/** Φ makes normal numbers uniform: 2Φ(n) − 1 = erf(n/√2) ~ U(−1, 1). */
export const uniformFrom = (noise: Tensor): Tensor => noise.mul(Math.SQRT1_2).erf();
