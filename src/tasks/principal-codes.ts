// Principal components as an encoder: what the best linear encoder of the same size makes of examples, which has learnt
// nothing but the training examples' covariance. Codes are held against it.

import type { Dataset, Split } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { Moments } from "../metrics/moments.ts";
import { principalComponents, projectRows } from "../metrics/principal-components.ts";
import { sizeOf } from "../tensor/index.ts";
import { exampleValues } from "../training/samples.ts";
import { examplesAtOnce } from "./latent-space.ts";

/** Training examples that components are found from, at most. */
const LEARNT = 10_000;
/** Examples of more numbers have no principal components here: that would take minutes, and much memory. */
const MOST_DIMENSIONS = 1024;

export interface PrincipalEncoder {
  /** How many numbers a code has: as many as were asked for, but no more than an example has. */
  readonly components: number;
  /** Codes of a split's examples, row-major [count, components]. */
  encode(split: Split): Float64Array;
}

/** Components of a data set, by how many are wanted. */
export type PrincipalEncoders = (wanted: number) => PrincipalEncoder | undefined;

/** What {@link principalEncoder} gives, found once for each number of components. */
export function principalEncoders(dataset: Pick<Dataset, "train" | "shape">): PrincipalEncoders {
  const known = new Map<number, PrincipalEncoder | undefined>();
  return (wanted) => {
    if (!known.has(wanted)) known.set(wanted, principalEncoder(dataset, wanted));
    return known.get(wanted);
  };
}

/** Components of the training examples; undefined where examples have more than 1,024 numbers. */
export function principalEncoder(
  { train, shape }: Pick<Dataset, "train" | "shape">,
  wanted: number,
): PrincipalEncoder | undefined {
  const size = sizeOf(shape);
  if (size > MOST_DIMENSIONS) return undefined;
  const components = Math.min(wanted, size);
  const moments = new Moments(size);
  for (const chunk of chunksOf(takeEvenly(train, shape, LEARNT), shape)) moments.add(chunk);
  const principal = principalComponents(moments.gaussian(), components);
  return {
    components,
    encode(split) {
      const codes = new Float64Array(split.count * components);
      let to = 0;
      for (const chunk of chunksOf(split, shape)) {
        const projected = projectRows(principal, chunk);
        codes.set(projected, to);
        to += projected.length;
      }
      return codes;
    },
  };
}

/** A split's examples as floats, some at a time. */
function* chunksOf(split: Split, shape: readonly number[]): Generator<Float32Array> {
  const atOnce = examplesAtOnce(shape);
  for (let start = 0; start < split.count; start += atOnce)
    yield exampleValues(split, shape, Math.min(start + atOnce, split.count), start);
}
