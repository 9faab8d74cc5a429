// What a decoder's output says of examples: the log-likelihood of an example, and the mean example.

import { z } from "zod";
import { UserError } from "../../errors.ts";
import type { DataSpecification, PixelDistribution } from "../../game/model.ts";
import { LOG_SHAPES } from "../../losses/beta-binomial.ts";
import {
  bernoulliLogLikelihood,
  betaBinomialLogLikelihood,
  discretisedLogisticLogLikelihood,
  gaussianLogLikelihood,
} from "../../losses/index.ts";
import { LOG_SCALES } from "../../losses/likelihoods.ts";
import { concat, type Tensor } from "../../tensor/index.ts";
import { onlyWith, unlessTold } from "../effects.ts";

export interface Likelihood {
  /** Raw outputs that the decoder makes for each channel, or each feature. */
  readonly outputs: number;
  /** log p(x|z) [N] in nats, of a decoder's raw output. */
  readonly log: (x: Tensor, output: Tensor) => Tensor;
  /** The mean of p(x|z). */
  readonly mean: (output: Tensor) => Tensor;
  /** Of pixels of so many levels: how they are distributed. */
  readonly pixels?: {
    readonly distribution: PixelDistribution;
    readonly parameters: (output: Tensor) => Tensor;
  };
}

/** What is taken where nothing is said. */
const LIKELIHOODS = { image: "bernoulli", vector: "gaussian" } as const;

export const likelihoodOptions = {
  likelihood: unlessTold(
    z
      .enum(["bernoulli", "gaussian", "discretised-logistic", "beta-binomial"])
      .optional()
      .describe(
        "bernoulli for images, gaussian for vectors unless told; discretised-logistic or beta-binomial for 256 levels",
      ),
    LIKELIHOODS,
  ),
  deviation: onlyWith(
    z.number().positive().default(0.1).describe("standard deviation of a gaussian likelihood"),
    { option: "likelihood", is: ["gaussian"] },
  ),
};

export function likelihoodOf(
  data: DataSpecification,
  { likelihood = LIKELIHOODS[data.kind], deviation }: z.output<z.ZodObject<typeof likelihoodOptions>>,
): Likelihood {
  if (likelihood !== "gaussian" && data.kind !== "image")
    throw new UserError(`likelihood ${likelihood} needs values in [0, 1], as images have; use gaussian`);
  switch (likelihood) {
    case "bernoulli":
      return {
        outputs: 1,
        log: bernoulliLogLikelihood,
        mean: (output) => output.sigmoid(),
        pixels: { distribution: likelihood, parameters: (output) => output },
      };
    case "gaussian":
      return {
        outputs: 1,
        log: (x, output) => gaussianLogLikelihood(x, output, deviation),
        mean: (output) => output,
      };
    case "beta-binomial": {
      // Each pixel has the logarithms of α and β; they begin where all levels are as likely.
      const raw = (output: Tensor) => output.split(2, 1) as [Tensor, Tensor];
      const shapes = (output: Tensor) =>
        raw(output).map((log) => log.clip(...LOG_SHAPES)) as [Tensor, Tensor];
      return {
        outputs: 2,
        log: (x, output) => betaBinomialLogLikelihood(x, ...raw(output)),
        mean(output) {
          const [alpha, beta] = shapes(output);
          return alpha.sub(beta).sigmoid();
        },
        pixels: { distribution: likelihood, parameters: (output) => concat(shapes(output), 1) },
      };
    }
    case "discretised-logistic": {
      // Each pixel has a location and a log scale; they begin at grey, and a tenth of the range wide.
      const parts = (output: Tensor) => output.split(2, 1) as [Tensor, Tensor];
      const location = (raw: Tensor) => raw.add(0.5);
      const logScale = (raw: Tensor) => raw.sub(2.3);
      return {
        outputs: 2,
        log: (x, output) => {
          const [first, second] = parts(output);
          return discretisedLogisticLogLikelihood(x, location(first), logScale(second));
        },
        mean: (output) => location(parts(output)[0]).clip(0, 1),
        pixels: {
          distribution: likelihood,
          parameters(output) {
            const [first, second] = parts(output);
            return concat([location(first), logScale(second).clip(...LOG_SCALES)], 1);
          },
        },
      };
    }
  }
}
