// Finding anomalies with a trained run: scores of examples, and a threshold above which they are flagged.
//
// Three sets of examples have a part in it, and none of them is what is being scored. The networks are trained on the
// training split; the density of codes is fitted to that split's codes; what is normal is told by held-out examples,
// most often the validation split: they give scores their common scale and the threshold its rate of false alarms.

import type { Dataset, Split } from "../../data/index.ts";
import { UserError } from "../../errors.ts";
import { type AlarmThreshold, alarmThreshold } from "../../metrics/alarm-threshold.ts";
import { fitGaussianMixture } from "../../metrics/fit-gaussian-mixture.ts";
import { type GaussianMixture, logDensity } from "../../metrics/gaussian-mixture.ts";
import { randomStream } from "../../random/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import { scoreAnomalies } from "../../training/anomaly.ts";
import type { OpenRun } from "../../training/open.ts";
import { exampleValues } from "../../training/samples.ts";
import { encodeSplit, examplesAtOnce } from "../latent-space.ts";
import { requireFinite } from "../require-finite.ts";
import { chooseScores, combine, type DetectionScore, type Standard, standardOf } from "./scores.ts";

/** Training examples whose codes a density is fitted to, at most. */
const FITTED = 10_000;
/** Numbers of the covariances of a density, at most: more would take minutes to fit. */
const LARGEST = 2 ** 20;

export interface DetectorOptions {
  /** A score, several with plus signs between, or "combined" for all; the model's first unless told. */
  readonly score?: string;
  /** Gaussians in the density of codes; 1 unless told. */
  readonly components?: number;
  /** Flags what scores higher than so many new normal examples would, above 0 and below 1. */
  readonly falseAlarmRate?: number;
  /** Normal examples that the run was not trained on; its validation split unless given. */
  readonly heldOut?: Split;
  /** The run's own data, where they are at hand. */
  readonly data?: Dataset;
}

/** What a detector asks of a run. */
type Scored = Pick<OpenRun, "description" | "roles" | "shape" | "apply" | "data">;

export interface Detection {
  /** Higher for what is stranger, [count]. */
  readonly scores: Float32Array;
  /** The scores that these are made of, each on its own scale. */
  readonly parts: Readonly<Partial<Record<DetectionScore, Float32Array>>>;
  /** 1 for what is above the threshold, else 0; where there is a threshold. */
  readonly flags?: Uint8Array;
}

export interface AnomalyDetector {
  /** What examples are scored by: one score, or several that are combined. */
  readonly names: readonly DetectionScore[];
  /** Scores of the held-out normal examples, where these had a part in it. */
  readonly heldOut?: Float32Array;
  readonly threshold?: AlarmThreshold;
  /** Scores examples, [count, …shape of the run's]; the same examples always have the same scores. */
  score(examples: Float32Array): Promise<Detection>;
  /** Scores a split, some of it at a time. */
  scoreSplit(split: Split, onProgress?: (done: number) => void): Promise<Detection>;
}

/**
 * Makes a detector of a run.
 *
 * Combined scores and a threshold take held-out normal examples: the validation split of the run, which has only
 * normal ones where it was trained with `normal`, or others. Nothing is learnt of the examples that are scored.
 *
 * @throws UserError where the model has no such score, there are no held-out examples, or too few for the rate, or
 * where an example has no finite score
 * @example
 * const model = await open("runs/vae-cardio-1");
 * const detector = await anomalyDetector(model, { score: "combined", falseAlarmRate: 0.05 });
 * const { scores, flags } = await detector.score(rows);
 */
export async function anomalyDetector(run: Scored, options: DetectorOptions = {}): Promise<AnomalyDetector> {
  const { falseAlarmRate } = options;
  const names = chooseScores(run.description.model, run.roles, options.score);
  if (options.components !== undefined && !names.includes("code-density"))
    throw new UserError("components are of the density of codes; leave them out, or score by code-density");
  let data = options.data;
  const own = async () => {
    data ??= await run.data();
    return data;
  };
  const density = names.includes("code-density")
    ? await densityOf(run, (await own()).train, options.components ?? 1)
    : undefined;
  const parted = (examples: Float32Array) => partsOf(run, names, density, examples);

  const needsHeldOut = names.length > 1 || falseAlarmRate !== undefined;
  const heldOut = options.heldOut ?? (needsHeldOut ? (await own()).validation : undefined);
  if (heldOut?.count === 0)
    throw new UserError(
      "this takes held-out normal examples, and there are none; train with --validation 0.1, or name some with --held-out",
    );
  const heldOutParts = heldOut && (await inChunks(run, heldOut, names, parted));
  const standards =
    names.length > 1 && heldOutParts ? names.map((name) => standardOf(heldOutParts[name]!)) : undefined;
  const joined = (parts: Parts): Float32Array => joinedOf(names, parts, standards);
  const heldOutScores =
    heldOutParts && requireFinite(joined(heldOutParts), { example: "held-out example", value: "score" });
  const threshold = falseAlarmRate === undefined ? undefined : alarmThreshold(heldOutScores!, falseAlarmRate);

  const detection = (parts: Parts): Detection => {
    const scores = requireFinite(joined(parts), { value: "score" });
    return {
      scores,
      parts,
      ...(threshold && { flags: Uint8Array.from(scores, (score) => (score > threshold.threshold ? 1 : 0)) }),
    };
  };
  return {
    names,
    ...(heldOutScores && { heldOut: heldOutScores }),
    ...(threshold && { threshold }),
    score: async (examples) => detection(await parted(examples)),
    scoreSplit: async (split, onProgress) => detection(await inChunks(run, split, names, parted, onProgress)),
  };
}

type Parts = Partial<Record<DetectionScore, Float32Array>>;

function joinedOf(
  names: readonly DetectionScore[],
  parts: Parts,
  standards: readonly Standard[] | undefined,
): Float32Array {
  if (standards === undefined) return parts[names[0]!]!;
  return combine(
    names.map((name) => parts[name]!),
    standards,
  );
}

async function partsOf(
  run: Scored,
  names: readonly DetectionScore[],
  density: GaussianMixture | undefined,
  examples: Float32Array,
): Promise<Parts> {
  const count = examples.length / sizeOf(run.shape);
  const parts: Parts = {};
  for (const name of names)
    parts[name] =
      name === "code-density"
        ? Float32Array.from(
            logDensity(density!, (await run.apply("encode", examples)).data),
            (value) => -value,
          )
        : await scoreAnomalies(run.apply, name, examples, count);
  return parts;
}

async function inChunks(
  run: Scored,
  split: Split,
  names: readonly DetectionScore[],
  parted: (examples: Float32Array) => Promise<Parts>,
  onProgress: (done: number) => void = () => {},
): Promise<Parts> {
  const parts: Parts = Object.fromEntries(names.map((name) => [name, new Float32Array(split.count)]));
  const atOnce = examplesAtOnce(run.shape);
  for (let start = 0; start < split.count; start += atOnce) {
    const end = Math.min(start + atOnce, split.count);
    const found = await parted(exampleValues(split, run.shape, end, start));
    for (const name of names) parts[name]!.set(found[name]!, start);
    onProgress(end);
  }
  return parts;
}

async function densityOf(run: Scored, train: Split, components: number): Promise<GaussianMixture> {
  const { codes, count, dimensions } = await encodeSplit(run, train, FITTED);
  if (count < components)
    throw new UserError(`${components} Gaussians take as many training examples, and there are ${count}`);
  if (components * dimensions ** 2 > LARGEST)
    throw new UserError(
      `codes of ${dimensions} numbers are too long for a density of ${components} Gaussians; score by something else`,
    );
  return fitGaussianMixture(codes, { dimensions, components, stream: randomStream(0, "detection/density") })
    .mixture;
}
