// Ways between codes. The straight one is (1 − t) p + t q. Of Gaussian noise in many dimensions nearly all lies at
// one distance from the origin, about √dimensions, where the middle of a straight way is not: a generator has hardly
// been trained there. The spherical one keeps to that distance (Shoemake 1985; White 2016, "Sampling generative
// networks"):
//
//   slerp(p, q, t) = sin((1 − t) Ω) / sin Ω · p + sin(t Ω) / sin Ω · q,  Ω the angle between p and q

import { UserError } from "../errors.ts";

/** `spherical` for codes that follow a Gaussian prior, `straight` for any. */
export type Path = "spherical" | "straight";
export const paths: readonly Path[] = ["spherical", "straight"];

/** Sines below this divide badly; codes at such an angle lie on one line, and the straight way is taken. */
const LEAST_SINE = 1e-6;

/**
 * Codes on the way from each code to the next.
 *
 * @param codes row-major [count, dimensions], at least two
 * @param steps codes of each way, both its ends among them, at least two
 * @returns row-major [count − 1, steps, dimensions]
 * @throws UserError for fewer codes or steps
 * @example
 * interpolate(Float32Array.of(1, 0, 0, 1), { dimensions: 2, steps: 3, path: "straight" }); // 1, 0, ½, ½, 0, 1
 */
export function interpolate(
  codes: Float32Array,
  { dimensions, steps, path }: { readonly dimensions: number; readonly steps: number; readonly path: Path },
): Float32Array {
  const count = codes.length / dimensions;
  if (!Number.isInteger(count) || count < 2)
    throw new UserError(`a way is between two codes of ${dimensions} numbers, and there are ${count}`);
  if (!Number.isInteger(steps) || steps < 2)
    throw new UserError(`a way has at least 2 steps, its ends, not ${steps}`);
  if (!paths.includes(path))
    throw new UserError(`a way is ${paths.join(" or ")}, not ${JSON.stringify(path)}`);
  const between = new Float32Array((count - 1) * steps * dimensions);
  let to = 0;
  for (let way = 0; way + 1 < count; way++) {
    const p = codes.subarray(way * dimensions, (way + 1) * dimensions);
    const q = codes.subarray((way + 1) * dimensions, (way + 2) * dimensions);
    const weights = path === "spherical" ? sphericalWeights(p, q) : straightWeights;
    for (let step = 0; step < steps; step++) {
      const [left, right] = weights(step / (steps - 1));
      for (let axis = 0; axis < dimensions; axis++) between[to++] = left * p[axis]! + right * q[axis]!;
    }
  }
  return between;
}

type Weights = (t: number) => readonly [number, number];

const straightWeights: Weights = (t) => [1 - t, t];

function sphericalWeights(p: Float32Array, q: Float32Array): Weights {
  let [product, left, right] = [0, 0, 0];
  for (let axis = 0; axis < p.length; axis++) {
    product += p[axis]! * q[axis]!;
    left += p[axis]! ** 2;
    right += q[axis]! ** 2;
  }
  const cosine = product / Math.sqrt(left * right);
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  // A code of 0 has no direction: its cosine is no number.
  if (!(sine > LEAST_SINE)) return straightWeights;
  return (t) => [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
}
