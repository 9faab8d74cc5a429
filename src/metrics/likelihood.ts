// The likelihood of examples under a model with latent codes, by importance sampling (Burda, Grosse, Salakhutdinov
// 2016, "Importance weighted autoencoders"): with K codes z drawn from q(z | x) for an example x,
//
//   log p(x) ≈ log Σₖ wₖ − log K,  log wₖ = log p(x | zₖ) + log p(zₖ) − log q(zₖ | x)
//
// The expectation of the estimate is a lower bound of log p(x), which rises with K; K = 1 gives the ELBO. Weights
// differ by hundreds of orders of magnitude, so the largest is taken out before the exponential.

import { UserError } from "../errors.ts";
import { countRows, type Floats } from "./rows.ts";

/**
 * The estimate of log p(x) of each example, in nats; `meanAndError` of moments.ts gives their mean and
 * its standard error. Examples may come in chunks. Tested to 10⁻⁹ against PyTorch, with weights that differ by
 * thousands of nats, and against a likelihood in closed form.
 *
 * @param logWeights row-major [examples, samples]; −∞ is a weight of 0
 * @param samples K, the codes drawn for an example
 * @throws UserError for rows that are not whole, or weights that are NaN or ∞
 * @example
 * importanceLogLikelihood(Float64Array.of(-1000, -1000), { samples: 2 }); // −1000
 */
export function importanceLogLikelihood(
  logWeights: Floats,
  { samples }: { readonly samples: number },
): Float64Array {
  const examples = countRows(logWeights, samples, "log weights", 0);
  return Float64Array.from({ length: examples }, (_, example) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < samples; k++) {
      const weight = logWeights[example * samples + k]!;
      if (!(weight < Number.POSITIVE_INFINITY))
        throw new UserError(
          `a log weight must be a number below infinity, and example ${example} has ${weight}`,
        );
      if (weight > largest) largest = weight;
    }
    if (largest === Number.NEGATIVE_INFINITY) return largest;
    let sum = 0;
    for (let k = 0; k < samples; k++) sum += Math.exp(logWeights[example * samples + k]! - largest);
    return largest + Math.log(sum / samples);
  });
}
