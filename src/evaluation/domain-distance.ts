// How far generated samples are from real ones in the features of the domain's own classifier: the Fréchet distance
// of Heusel et al. 2017 with those features in place of Inception's. Numbers compare among models judged by the same
// classifier, by the same count of samples.

import { frechetDistance } from "../metrics/frechet.ts";
import { Moments } from "../metrics/moments.ts";
import { sizeOf } from "../tensor/index.ts";
import type { DomainClassifier } from "./domain-classifier.ts";

/** Samples looked at at a time. */
const CHUNK = 1024;

/**
 * The squared Fréchet distance d² between the features of generated samples and those of the real examples of a
 * split, ≥ 0 and 0 where mean and covariance are the same.
 *
 * @param generated samples, row-major [count, …shape], images in [0, 1]; or chunks of them, for what should not be
 * in memory at once
 * @throws UserError where there are fewer than 2 samples, or they have not the classifier's shape
 * @example
 * const judge = await domainClassifier("mnist");
 * await domainDistance(judge, samples); // against the test split
 */
export async function domainDistance(
  judge: DomainClassifier,
  generated: Float32Array | Iterable<Float32Array> | AsyncIterable<Float32Array>,
  { against = "test" }: { readonly against?: "train" | "test" } = {},
): Promise<number> {
  const moments = new Moments(judge.dimensions);
  const step = CHUNK * sizeOf(judge.shape);
  for await (const chunk of generated instanceof Float32Array ? [generated] : generated)
    for (let start = 0; start < chunk.length; start += step)
      moments.add((await judge.features(chunk.subarray(start, start + step))).data);
  return frechetDistance(moments.gaussian(), judge.moments[against]);
}
