// Whether generated samples alone give away who was trained on. An attacker who has nothing but samples, and an example,
// asks how far the nearest sample is from it: a generator that repeats what it was trained on makes samples that lie
// nearer to its training examples than to others (Chen, Yu, Zhang, Fritz 2020, "GAN-Leaks: a taxonomy of membership
// inference attacks against generative models", the full black-box attack, without its calibration).
//
//   score of an example = −min over samples of ‖example − sample‖
//
// Where distances are taken in features of a network that has itself seen the training examples, these may differ from
// others whatever the samples are; the same with real held-out examples in place of samples tells how much.

import type { OnProgress } from "./distance-tiles.ts";
import { type MembershipInference, membershipInference } from "./memorisation.ts";
import { nearestNeighbours } from "./neighbours.ts";
import { countFiniteRows, type Floats } from "./rows.ts";

/** Examples whose nearest sample is looked for between two reports of progress. */
const CHUNK = 512;

/**
 * How well the distance to the nearest sample tells training examples from others; exact distances, tested to
 * 10⁻¹² against pairs counted by hand, in a time that grows with (members + others) · samples · dimensions.
 *
 * @param sets rows of pixels or features, each row-major [count, dimensions]; members and others should be draws of the
 * same distribution
 * @throws UserError for rows that are not whole, not finite, or none
 * @example
 * const generated = Float32Array.of(0, 5);
 * const [members, others] = [Float32Array.of(0.1, 5.2), Float32Array.of(2, 4.9)]; // 0.1 and 0.2 away, 2 and 0.1
 * sampleMembership({ generated, members, others }, { dimensions: 1 }).area; // about 2.5 of 4 pairs
 */
export function sampleMembership(
  sets: { readonly generated: Floats; readonly members: Floats; readonly others: Floats },
  { dimensions, onProgress }: { readonly dimensions: number; readonly onProgress?: OnProgress },
): MembershipInference {
  const { generated } = sets;
  countFiniteRows(generated, dimensions, "generated samples");
  const members = countFiniteRows(sets.members, dimensions, "training examples");
  const others = countFiniteRows(sets.others, dimensions, "held-out examples");
  let done = 0;
  const scoresOf = (examples: Floats): Float64Array => {
    const scores = new Float64Array(examples.length / dimensions);
    for (let first = 0; first < scores.length; first += CHUNK) {
      const end = Math.min(first + CHUNK, scores.length);
      const some = examples.subarray(first * dimensions, end * dimensions);
      const { distances } = nearestNeighbours(some, generated, { dimensions });
      scores.set(
        distances.map((distance) => -distance),
        first,
      );
      done += end - first;
      onProgress?.({ done, total: members + others });
    }
    return scores;
  };
  return membershipInference({ members: scoresOf(sets.members), others: scoresOf(sets.others) });
}
