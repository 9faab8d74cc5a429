// Whether codes keep neighbourhoods: trustworthiness and continuity of the codes of test examples, and beside them those
// of as many principal components of the examples.

import type { Dataset } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { UserError } from "../errors.ts";
import { type NeighbourhoodsKept, neighbourhoodsKept } from "../metrics/embedding-quality.ts";
import { sizeOf } from "../tensor/index.ts";
import type { OpenRun } from "../training/open.ts";
import { exampleValues } from "../training/samples.ts";
import { encodeSplit, type SplitCodes } from "./latent-space.ts";
import { type PrincipalEncoders, principalEncoder } from "./principal-codes.ts";

/** Examples whose neighbourhoods are looked at, at most: the time grows with their square. */
const EXAMPLES = 2000;
/** Numbers of these examples, together: neighbourhoods need all of them at once. */
const VALUES = 2 ** 25;
/** Neighbours of an example. */
const NEIGHBOURS = 12;

export interface Neighbourhoods {
  /** Test examples that were looked at. */
  readonly tested: number;
  /** Neighbours of each. */
  readonly k: number;
  readonly codes: NeighbourhoodsKept;
  /** Of as many principal components; undefined where examples have more than 1,024 numbers. */
  readonly principal?: NeighbourhoodsKept & { readonly components: number };
}

/** How many examples of a shape have their neighbourhoods looked at, at most. */
export const mostNeighbourhoods = (shape: readonly number[]): number =>
  Math.min(EXAMPLES, Math.max(3, Math.floor(VALUES / sizeOf(shape))));

/**
 * Which neighbourhoods of test examples the codes of a run's encoder keep, each from 0 to 1.
 *
 * @param given the codes of as many examples, spread evenly over the split, and the principal components, where they
 * have been computed already
 * @throws UserError where there are fewer than 3 test examples
 * @example
 * const { codes, principal } = await keptNeighbourhoods(model, await model.data());
 * codes.trustworthiness > principal!.trustworthiness; // whether the encoder is better than a linear one
 */
export async function keptNeighbourhoods(
  run: Pick<OpenRun, "shape" | "apply">,
  { train, test, shape, name }: Pick<Dataset, "train" | "test" | "shape" | "name">,
  given: {
    readonly codes?: SplitCodes;
    readonly principal?: PrincipalEncoders;
    readonly onProgress?: (what: string, done: number, total: number) => void;
  } = {},
): Promise<Neighbourhoods> {
  const some = takeEvenly(test, shape, mostNeighbourhoods(shape));
  const { count } = some;
  if (count < 3) throw new UserError(`${name} has ${count} test examples; neighbourhoods need at least 3`);
  const { codes, dimensions } = given.codes ?? (await encodeSplit(run, some));
  const inputs = exampleValues(some, shape, count);
  const k = Math.min(NEIGHBOURS, Math.ceil(count / 2) - 1);
  const report = (what: string) => ({
    onProgress: ({ done, total }: { done: number; total: number }) => given.onProgress?.(what, done, total),
  });
  const kept = neighbourhoodsKept(codes, inputs, {
    latent: dimensions,
    k,
    ...report("neighbourhoods of codes"),
  });
  const { principal: encoderOf = (wanted) => principalEncoder({ train, shape }, wanted) } = given;
  const principal = encoderOf(dimensions);
  if (principal === undefined) return { tested: count, k, codes: kept };
  const { components } = principal;
  const linear = neighbourhoodsKept(principal.encode(some), inputs, {
    latent: components,
    k,
    ...report("neighbourhoods of principal components"),
  });
  return { tested: count, k, codes: kept, principal: { ...linear, components } };
}
