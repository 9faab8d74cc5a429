// What can be moved about in: the codes of examples, and the noise that examples are made from; how far each of their
// numbers goes, and how much it changes.

import { axisMoments } from "../../metrics/moments.ts";
import { randomStream } from "../../random/index.ts";
import { codeSpace, codesAreNoise, type LatentSpace, noiseSpace } from "../../tasks/latent-space.ts";
import { mostActive } from "../../tasks/traverse.ts";
import { sizeOf } from "../../tensor/index.ts";
import type { OpenRun } from "../../training/open.ts";
import type { ExplorerSpace } from "./contract.ts";
import { planeOfCodes, planeOfNoise } from "./plane.ts";

/** Numbers of a code that are tried, at most: those that vary most. */
const MOST_AXES = 64;
/** Codes from which each is moved. */
const BASES = 3;
/** How far, in deviations to both sides. */
const REACH = 2;

/** Codes of the examples of the map. */
export interface ExampleCodes {
  /** Row-major [count, dimensions]. */
  readonly codes: Float32Array;
  readonly dimensions: number;
}

/** The spaces of a run, without the files of their codes. */
export async function explorerSpaces(
  run: OpenRun,
  encoded: ExampleCodes | undefined,
): Promise<ExplorerSpace[]> {
  const spaces: ExplorerSpace[] = [];
  const codes = codeSpace(run);
  const alike = await codesAreNoise(run);
  if (codes !== undefined && encoded !== undefined)
    spaces.push(await spaceOfCodes(run, codes, encoded, alike));
  const noise = noiseSpace(run);
  if (noise !== undefined && !(alike && spaces.length > 0)) spaces.push(await spaceOfNoise(run, noise));
  return spaces;
}

async function spaceOfCodes(
  run: OpenRun,
  space: LatentSpace,
  { codes, dimensions }: ExampleCodes,
  normal: boolean,
): Promise<ExplorerSpace> {
  const { mean, variance } = axisMoments(codes, dimensions);
  // Where codes follow a prior, numbers that the encoder leaves alone go as far as the others.
  const deviation = Array.from(variance, (value) => Math.max(Math.sqrt(value), normal ? 1 : 0));
  const role = run.roles.includes("decode") ? "decode" : "vary";
  const added = run.inputs(role)?.[1];
  return {
    name: "codes",
    role,
    dimensions,
    // The draw that `codeSpace` adds to all codes.
    ...(added && {
      noise: Array.from(randomStream(0, "interpolate").normal(0, new Float32Array(sizeOf(added.shape)))),
    }),
    normal,
    mean: Array.from(mean),
    deviation,
    axes: await effects(space, codes.subarray(0, BASES * dimensions), {
      mean,
      deviation,
      tried: mostActive(variance, MOST_AXES),
    }),
    plane: planeOfCodes(codes, dimensions),
  };
}

async function spaceOfNoise(run: OpenRun, space: LatentSpace): Promise<ExplorerSpace> {
  const { dimensions } = space;
  const mean = new Array<number>(dimensions).fill(0);
  const deviation = new Array<number>(dimensions).fill(1);
  const bases = randomStream(0, "explore").normal(0, new Float32Array(BASES * dimensions));
  const tried = Array.from({ length: Math.min(dimensions, MOST_AXES) }, (_, axis) => axis);
  const axes = await effects(space, bases, { mean, deviation, tried });
  return {
    name: "noise",
    role: "generate",
    dimensions,
    ...(run.classes === undefined ? {} : { classes: run.classes }),
    normal: true,
    mean,
    deviation,
    axes,
    plane: planeOfNoise(
      dimensions,
      axes.map(({ axis }) => axis),
    ),
  };
}

/** How much each number changes examples when it alone is moved, from some codes; the greatest first. */
async function effects(
  { dimensions, decode }: LatentSpace,
  bases: Float32Array,
  {
    mean,
    deviation,
    tried,
  }: {
    readonly mean: ArrayLike<number>;
    readonly deviation: ArrayLike<number>;
    readonly tried: readonly number[];
  },
): Promise<ExplorerSpace["axes"]> {
  const count = bases.length / dimensions;
  const found: { axis: number; effect: number }[] = [];
  for (const axis of tried) {
    const moved = new Float32Array(2 * bases.length);
    for (const [side, sign] of [-1, 1].entries()) {
      moved.set(bases, side * bases.length);
      for (let base = 0; base < count; base++)
        moved[side * bases.length + base * dimensions + axis] = mean[axis]! + sign * REACH * deviation[axis]!;
    }
    const { data } = await decode(moved);
    const half = data.length / 2;
    let sum = 0;
    for (let index = 0; index < half; index++) sum += Math.abs(data[index]! - data[half + index]!);
    found.push({ axis, effect: sum / half });
  }
  return found.sort((a, b) => b.effect - a.effect || a.axis - b.axis);
}
