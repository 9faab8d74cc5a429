// Ways of making new examples of a class with a trained model:
//
//   class     the model generates by class: noise and the label
//   vary      the code of a real example of the class, decoded with fresh noise, by models that have such a role
//   between   a point on the way between the codes of two real examples of the class that are near neighbours,
//             z = zᵢ + u (zⱼ − zᵢ) with u even in [0, 1] and j among the 5 nearest of i: what SMOTE does with the
//             examples themselves (Chawla et al. 2002), done with codes (DeVries, Taylor 2017, "Dataset augmentation in
//             feature space")
//   runs      a run for each class, trained on its examples alone; each just generates

import { UserError } from "../../errors.ts";
import { nearestNeighbours } from "../../metrics/neighbours.ts";
import { randomStream } from "../../random/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import type { OpenRun } from "../../training/open.ts";
import { codeSpace, type SplitCodes } from "../latent-space.ts";

export const augmentationWays = ["class", "vary", "between", "runs"] as const;
export type AugmentationWay = (typeof augmentationWays)[number];

/** Neighbours of an example that a way may lead to, as SMOTE has them. */
const NEIGHBOURS = 5;

/** The way that suits a run best; undefined for one that cannot make examples of a class. */
export function usualWay(run: OpenRun): Exclude<AugmentationWay, "runs"> | undefined {
  return (["class", "vary", "between"] as const).find((way) => lacksFor(run, way) === undefined);
}

/** Why a run cannot make examples in a way; undefined where it can. */
export function lacksFor(run: OpenRun, way: Exclude<AugmentationWay, "runs">): string | undefined {
  const { roles, description } = run;
  switch (way) {
    case "class":
      return run.classes !== undefined && run.learnsLabels
        ? undefined
        : `${description.model} does not generate by class`;
    case "vary":
      return (run.inputs("vary")?.length ?? 0) > 1
        ? undefined
        : `${description.model} does not make versions of an example`;
    case "between":
      return roles.includes("encode") && (roles.includes("decode") || roles.includes("vary"))
        ? undefined
        : `${description.model} does not encode and decode`;
  }
}

/** New examples of a class, row-major [count, …shape]. Each call draws from what `part` names, a number of its own. */
export type ClassSampler = (label: number, count: number, part: number) => Promise<Float32Array>;

/** By noise and label. */
export const byClass =
  (run: OpenRun, seed: number): ClassSampler =>
  async (label, count, part) =>
    (await run.generate(count, { seed, label, part })).data;

/** A run for each class, by label. */
export const byRuns =
  (runs: ReadonlyMap<number, OpenRun>, seed: number): ClassSampler =>
  async (label, count, part) =>
    (await runs.get(label)!.generate(count, { seed, part })).data;

/** Versions of real examples, of which each is taken about as often. */
export function byVarying(run: OpenRun, real: SplitCodes, seed: number): ClassSampler {
  const rowsOf = rowsByLabel(real);
  const noiseLength = sizeOf(run.inputs("vary")![1]!.shape);
  return async (label, count, part) => {
    const rows = rowsOf(label);
    const codes = new Float32Array(count * real.dimensions);
    const chosen = randomStream(seed, `augment/${part}`).integers(0, rows.length, new Int32Array(count));
    chosen.forEach((choice, place) => {
      codes.set(codeAt(real, rows[choice]!), place * real.dimensions);
    });
    const noise = randomStream(seed, `augment/${part}/noise`).normal(
      0,
      new Float32Array(count * noiseLength),
    );
    return (await run.apply("vary", codes, noise)).data;
  };
}

/** Ways between codes of near neighbours of a class. */
export function byNeighbours(run: OpenRun, real: SplitCodes, seed: number): ClassSampler {
  const space = codeSpace(run)!;
  const rowsOf = rowsByLabel(real);
  const { dimensions } = real;
  const known = new Map<number, ReturnType<typeof neighboursOf>>();
  return async (label, count, part) => {
    const found = known.get(label) ?? neighboursOf(real, rowsOf(label), label);
    known.set(label, found);
    const { own, neighbours, k } = found;
    const stream = (name: string) => randomStream(seed, `augment/${part}${name}`);
    const chosen = stream("").integers(0, own.length / dimensions, new Int32Array(count));
    const places = stream("/neighbours").integers(0, k, new Int32Array(count));
    const shares = stream("/shares").uniform(0, new Float32Array(count));
    const codes = new Float32Array(count * dimensions);
    for (let sample = 0; sample < count; sample++) {
      const from = chosen[sample]! * dimensions;
      const to = neighbours[chosen[sample]! * k + places[sample]!]! * dimensions;
      for (let axis = 0; axis < dimensions; axis++)
        codes[sample * dimensions + axis] =
          own[from + axis]! + shares[sample]! * (own[to + axis]! - own[from + axis]!);
    }
    return (await space.decode(codes)).data;
  };
}

const codeAt = ({ codes, dimensions }: SplitCodes, row: number): Float32Array =>
  codes.subarray(row * dimensions, (row + 1) * dimensions);

function rowsByLabel({ labels, count }: SplitCodes): (label: number) => Int32Array {
  const all = Int32Array.from({ length: count }, (_, row) => row);
  return (label) => all.filter((row) => labels![row] === label);
}

/** The codes of a class, and of each the nearest others. */
function neighboursOf(real: SplitCodes, rows: Int32Array, label: number) {
  if (rows.length < 2)
    throw new UserError(
      `a way leads between two examples of a class, and class ${label} has ${rows.length}; give it more labels`,
    );
  const own = new Float32Array(rows.length * real.dimensions);
  rows.forEach((row, place) => {
    own.set(codeAt(real, row), place * real.dimensions);
  });
  const k = Math.min(NEIGHBOURS, rows.length - 1);
  const { indices } = nearestNeighbours("points", own, { dimensions: real.dimensions, k });
  return { own, neighbours: indices, k };
}
