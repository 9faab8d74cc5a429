// Is something collapsing? While a model trains, its codes and its samples are measured now and then
// (metrics/code-collapse.ts, metrics/duplicates.ts), and where a measure is far below what a healthy model shows,
// a warning names what is collapsing and what to try.
//
// The bounds are wide: they are to tell a model that is lost from one that is not, and not good from better. What a
// model shows in its first fifth is not held against it.

import type { Dataset, Split } from "../data/index.ts";
import { takeEvenly } from "../data/splits.ts";
import { codeCollapse } from "../metrics/code-collapse.ts";
import { duplicates } from "../metrics/duplicates.ts";
import { modeCoverage } from "../metrics/modes.ts";
import { randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/index.ts";
import { generationInputs } from "./generation.ts";
import { exampleValues } from "./samples.ts";
import type { Trainer } from "./trainer.ts";

/** Examples, and samples, that are looked at. */
const COUNT = 256;
/** Samples that modes are counted on. */
const COVERAGE = 1000;
/** The share of examples that have another one so near that it counts as a duplicate. */
const QUANTILE = 0.05;

export type CollapseMeasures = Readonly<Record<string, number>>;

export interface CollapseWarning {
  /** What collapses; the same warning of a later round has the same one. */
  readonly what: "codes" | "samples" | "modes" | "noise";
  readonly message: string;
}

/**
 * Looks whether something is collapsing: what is measured, and what there is to say of it; undefined where the model
 * has nothing that could collapse.
 *
 * @param progress part of the training that is done, from 0 to 1
 */
export async function lookForCollapse(
  trainer: Trainer,
  dataset: Dataset,
  { seed, progress }: { readonly seed: number; readonly progress: number },
): Promise<{ measures: CollapseMeasures; warnings: CollapseWarning[] } | undefined> {
  const looked = lookedAt(dataset);
  const measures = await measureCollapse(trainer, dataset, looked, seed);
  if (Object.keys(measures).length === 0) return undefined;
  const { options, spareUnits = false, againstCollapse = {} } = trainer.game.model;
  const names = new Set(Object.keys(options.shape));
  const model = { options: names, spareUnits, againstCollapse, examples: looked.count };
  return { measures, warnings: collapseWarnings(measures, progress, model) };
}

/** The examples that are looked at, spread over their split, which may be in the order of its classes. */
function lookedAt({ validation, train, shape }: Dataset): Split {
  return takeEvenly(validation.count > 1 ? validation : train, shape, COUNT);
}

/** Measures what can collapse: codes, samples, modes, and what noise changes; for the roles that there are. */
async function measureCollapse(
  trainer: Trainer,
  dataset: Dataset,
  source: Split,
  seed: number,
): Promise<CollapseMeasures> {
  const { roles } = trainer.game;
  const { count } = source;
  if (count < 2) return {};
  const examples = exampleValues(source, dataset.shape, count);
  const measures: Record<string, number> = {};
  if (roles.encode !== undefined) {
    const { data: codes } = (await trainer.role("encode", examples))!;
    // Weights that have just stopped being numbers are told where the run is saved.
    if (!codes.every(Number.isFinite)) return {};
    const latent = codes.length / count;
    // An evidence lower bound fixes the scale of codes, by the prior.
    const { deviation: _, ...collapse } = codeCollapse(codes, examples, {
      latent,
      scale: roles.evidence === undefined ? "widest" : "prior",
    });
    Object.assign(measures, { latent, ...collapse });
    if (roles.vary !== undefined) {
      const { noise } = roles.vary;
      const [first, second] = await Promise.all(
        ["first", "second"].map(async (stream) => {
          const draw = randomStream(seed, `collapse/${stream}`).normal(0, new Float32Array(count * noise));
          return (await trainer.role("vary", codes, draw))!.data;
        }),
      );
      if (noise > 0) measures.noiseEffect = noiseEffect(first!, second!, count);
      if (roles.generate === undefined) Object.assign(measures, duplicatesOf(first!, source, dataset.shape));
    }
  }
  if (roles.generate !== undefined)
    Object.assign(measures, await sampleMeasures(trainer, dataset, source, { count, seed }));
  return measures;
}

async function sampleMeasures(
  trainer: Trainer,
  { shape, modes }: Dataset,
  source: Split,
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<CollapseMeasures> {
  const generate = trainer.game.roles.generate!;
  const asked = modes === undefined ? count : COVERAGE;
  const inputs = generationInputs(generate, { count: asked, seed, stream: "collapse" });
  const { data: samples } = (await trainer.role("generate", ...inputs))!;
  const dimensions = sizeOf(shape);
  const repeated = duplicatesOf(samples.subarray(0, count * dimensions), source, shape);
  if (modes === undefined || !samples.every(Number.isFinite)) return repeated;
  const { centres, sigma, count: all } = modes;
  const coverage = modeCoverage(samples, centres, { dimensions, deviation: sigma });
  const { highQuality, reverseKl } = coverage;
  return { ...repeated, modes: coverage.modes / all, highQuality, modeDivergence: reverseKl };
}

/** The share of samples that have a near double, as many real examples beside them. */
function duplicatesOf(samples: Float32Array, source: Split, shape: readonly number[]): CollapseMeasures {
  if (!samples.every(Number.isFinite)) return {};
  const dimensions = sizeOf(shape);
  const real = exampleValues(source, shape, samples.length / dimensions);
  return { duplicates: duplicates(samples, real, { dimensions, quantile: QUANTILE }).share };
}

/**
 * How much of the difference between samples the noise makes: the mean square distance of two versions of one code,
 * divided by that of versions of two codes. 0: noise changes nothing; 1: the code decides nothing.
 */
function noiseEffect(first: Float32Array, second: Float32Array, count: number): number {
  const size = first.length / count;
  let [within, across] = [0, 0];
  for (let index = 0; index < first.length; index++) {
    within += (first[index]! - second[index]!) ** 2;
    across += (first[index]! - second[(index + size) % first.length]!) ** 2;
  }
  return across === 0 ? 0 : within / across;
}

/**
 * What the measures of a model give reason to say, at a part `progress` of the training, from 0 to 1. What it says to
 * try are options that the model has.
 */
export function collapseWarnings(
  measures: CollapseMeasures,
  progress: number,
  model: {
    readonly options: ReadonlySet<string>;
    readonly spareUnits: boolean;
    readonly againstCollapse: Readonly<Record<string, "lower" | "higher">>;
    /** Whose codes were looked at: they have no more directions than one less. */
    readonly examples: number;
  },
): CollapseWarning[] {
  if (progress < 0.2) return [];
  const { options, spareUnits, againstCollapse, examples } = model;
  const turned = (wanted: readonly string[]): Remedies =>
    Object.entries(againstCollapse).flatMap(([option, way]) =>
      wanted.includes(way) ? [[option, `a ${way} ${option}`] as const] : [],
    );
  const pressure: Remedies = [...turned(["lower", "higher"]), ...LESS_PRESSURE];
  // What presses on codes blurs what is made of them.
  const variety: Remedies = [...MORE_VARIETY, ...turned(["lower"]), CALM];
  const warnings: CollapseWarning[] = [];
  const warn = (what: CollapseWarning["what"], message: string, remedies: Remedies) =>
    warnings.push({ what, message: `${message}; try ${advice(remedies, options)}` });
  const { latent, effectiveRank, activeUnits, distinctCodes, spread, noiseEffect: noise } = measures;
  if (latent !== undefined && effectiveRank !== undefined) {
    if (spread! < 0.01)
      warn(
        "codes",
        `codes are collapsing to one point: they differ by ${percent(spread!)} of their size`,
        pressure,
      );
    else if (
      !spareUnits &&
      latent >= 4 &&
      effectiveRank < Math.min(Math.max(1.5, 0.1 * Math.min(latent, examples - 1)), examples - 1)
    )
      warn("codes", `codes are collapsing: they use ${round(effectiveRank)} of ${latent} directions`, [
        ...pressure,
        ["latent", "a smaller latent"],
      ]);
    else if (!spareUnits && latent >= 4 && activeUnits! < 0.1)
      warn("codes", `codes are collapsing: ${percent(activeUnits!)} of their units are active`, pressure);
    else if (distinctCodes! < 0.5)
      warn(
        "codes",
        `codes are collapsing: only ${percent(distinctCodes!)} of the examples have a code of their own`,
        pressure,
      );
  }
  if (noise !== undefined && noise < 0.01)
    warn(
      "noise",
      `noise changes next to nothing (${percent(noise)} of the differences between samples)`,
      MORE_NOISE,
    );
  if (measures.duplicates !== undefined && measures.duplicates > 0.5)
    warn(
      "samples",
      `samples repeat each other, or are too blurred to differ: ${percent(measures.duplicates)} have a near double, ` +
        `where ${percent(QUANTILE)} of the data have`,
      variety,
    );
  if (measures.modes !== undefined && measures.modes < 0.75)
    warn("modes", `only ${percent(measures.modes)} of the modes are covered`, variety);
  return warnings;
}

/** What helps, each with the option that it is about. */
type Remedies = readonly (readonly [option: string, what: string])[];

const LESS_PRESSURE: Remedies = [
  ["freeBits", "freeBits=0.1"],
  ["autoencoding", "more autoencoding"],
];

const MORE_NOISE: Remedies = [
  ["lambda2", "a higher lambda2"],
  ["lambda", "a higher lambda, which holds codes together"],
];

const MORE_VARIETY: Remedies = [
  ["packing", "packing=2"],
  ["minibatchDeviation", "minibatchDeviation=true"],
  ["penalty", "a penalty on slopes"],
];

const CALM = ["learningRate", "a lower learningRate"] as const;

function advice(remedies: Remedies, options: ReadonlySet<string>): string {
  const here = remedies.filter(([option]) => options.has(option)).map(([, what]) => what);
  return [...here, "a longer training"].join(", or ");
}

const round = (value: number) => String(Number(value.toPrecision(2)));
const percent = (share: number) => `${round(100 * share)} %`;
