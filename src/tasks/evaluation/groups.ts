// How each group of measures is computed: what a subject has to have, and what is measured then. The measures
// themselves, with formula and paper, are in src/metrics.

import type { Split } from "../../data/index.ts";
import { takeEvenly } from "../../data/splits.ts";
import { codeCollapse } from "../../metrics/code-collapse.ts";
import { areaUnderRoc, averagePrecision } from "../../metrics/detection.ts";
import { neighbourhoodsKept } from "../../metrics/embedding-quality.ts";
import { featureDistance } from "../../metrics/frechet.ts";
import {
  absoluteErrors,
  multiScaleSimilarity,
  peakSignalToNoise,
  squaredErrors,
  structuralSimilarity,
} from "../../metrics/image-quality.ts";
import { kernelDistance } from "../../metrics/kernel-distance.ts";
import { importanceLogLikelihood } from "../../metrics/likelihood.ts";
import { densityCoverage, precisionRecall } from "../../metrics/manifold.ts";
import { memorisation } from "../../metrics/memorisation.ts";
import { classCoverage, modeCoverage } from "../../metrics/modes.ts";
import { meanAndError } from "../../metrics/moments.ts";
import { randomStream } from "../../random/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import { chooseAnomalyScore } from "../../training/anomaly.ts";
import { exampleValues } from "../../training/samples.ts";
import { encodeSplit } from "../latent-space.ts";
import { probeCodes } from "../probe.ts";
import { hasDomain } from "./features.ts";
import type { GroupName, Measured, Measurements } from "./measures.ts";
import { closestPairs, codePlaneChart, type EvaluationPicture, rebuiltPairs } from "./pictures.ts";
import { firstRows, type Subject } from "./subject.ts";

/** Examples or samples that a group looks at, at most, where all would take too long. */
const MOST = {
  similarity: 1000,
  manifold: 5000,
  likelihood: 1000,
  codes: 2000,
  memorisation: 1000,
  membership: 2000,
} as const;
/** Samples that mode coverage is counted on (PacGAN's protocol). */
const COVERAGE_SAMPLES = 2500;
/** Numbers of decoded examples at a time, of a likelihood. */
const LIKELIHOOD_VALUES = 2 ** 22;
/** Numbers of the examples whose codes are looked at, together: neighbourhoods need all of them at once. */
const CODED_VALUES = 2 ** 25;

interface Group {
  /** Why a subject has none of these measures; undefined where it has. */
  readonly lacks: (subject: Subject) => string | undefined;
  readonly measure: (subject: Subject) => Promise<Found>;
}

export interface Found {
  readonly measured: Measurements;
  readonly pictures?: readonly EvaluationPicture[];
}

const has = (subject: Subject, role: Parameters<Subject["run"]["inputs"]>[0]): boolean =>
  subject.run.roles.includes(role);
const noTest = ({ test }: Subject) => (test.count < 2 ? "there are no test examples" : undefined);
const noReconstruction = (subject: Subject) =>
  has(subject, "reconstruct") ? noTest(subject) : "the model does not encode and decode";
const noSamples = (subject: Subject) => (subject.generates ? undefined : "the model does not generate");
const noLabels = ({ dataset }: Subject) => (hasDomain(dataset) ? undefined : "the data have no labels");
const noFeatures = (subject: Subject) =>
  noSamples(subject) ??
  noTest(subject) ??
  (subject.hasFeatures
    ? undefined
    : "the data have no labels to learn features from; name a network with --feature-network");

const noScore = (subject: Subject) =>
  (["anomaly", "reconstruct", "realness"] as const).some((role) => has(subject, role))
    ? undefined
    : "the model has no score of examples";

/** How strange examples are, each. */
async function scoresOf(subject: Subject, split: Split, what: string): Promise<number[]> {
  const { run } = subject;
  const score = chooseAnomalyScore(run.description.model, run.roles, undefined);
  const scores: number[] = [];
  for (const examples of subject.chunks(split, what))
    scores.push(...(await run.anomaly(examples, { score })).data);
  return scores;
}

/** A standard error, where there is one. */
const finite = (standardError: number) => (Number.isFinite(standardError) ? { standardError } : {});

/** A mean with its standard error. */
function averaged(values: ArrayLike<number>): Measured {
  const { mean, standardError } = meanAndError(values);
  return {
    value: mean,
    ...finite(standardError),
    count: values.length,
  };
}

/** The shape of examples as an image's: that of vectors is one row. */
const imageShape = (shape: readonly number[]) =>
  (shape.length === 3 ? shape : [1, 1, sizeOf(shape)]) as unknown as readonly [number, number, number];

export const computations: Readonly<Record<GroupName, Group>> = {
  reconstruction: {
    lacks: noReconstruction,
    async measure(subject) {
      const { run, test } = subject;
      const shape = imageShape(run.shape);
      const errors = { mse: [] as number[], mae: [] as number[], psnr: [] as number[] };
      for (const examples of subject.chunks(test, "reconstructions")) {
        const { data } = await run.reconstruct(examples);
        errors.mse.push(...squaredErrors(data, examples, { shape }));
        errors.mae.push(...absoluteErrors(data, examples, { shape }));
        errors.psnr.push(...peakSignalToNoise(data, examples, { shape }));
      }
      const measured = { mse: averaged(errors.mse), mae: averaged(errors.mae) };
      return {
        measured: run.shape.length === 3 ? { ...measured, psnr: averaged(errors.psnr) } : measured,
        pictures: await rebuiltPairs(subject),
      };
    },
  },

  similarity: {
    lacks: (subject) =>
      noReconstruction(subject) ?? (subject.dataset.kind === "image" ? undefined : "the data are no images"),
    async measure(subject) {
      const { run, test } = subject;
      const shape = imageShape(run.shape);
      const [single, several]: [number[], number[]] = [[], []];
      const some = takeEvenly(test, run.shape, MOST.similarity);
      for (const examples of subject.chunks(some, "structural similarity")) {
        const { data } = await run.reconstruct(examples);
        single.push(...structuralSimilarity(data, examples, { shape }));
        several.push(...multiScaleSimilarity(data, examples, { shape }).similarities);
      }
      return { measured: { ssim: averaged(single), multiScaleSsim: averaged(several) } };
    },
  },

  distance: {
    lacks: noFeatures,
    async measure(subject) {
      const real = await subject.realFeatures();
      const made = await subject.sampleFeatures();
      const { dimensions, count } = real;
      const train = takeEvenly(subject.dataset.train, subject.run.shape, count);
      const known = await subject.featuresOf(train, "features of training examples");
      const of = "training examples";
      const kernel = kernelDistance(made.data, real.data, { dimensions });
      return {
        measured: {
          frechet: {
            value: featureDistance(made.data, real.data, { dimensions }),
            count,
            reference: { value: featureDistance(known.data, real.data, { dimensions }), of },
          },
          kernel: {
            value: kernel.distance,
            ...finite(kernel.standardError),
            count,
            reference: { value: kernelDistance(known.data, real.data, { dimensions }).distance, of },
          },
        },
      };
    },
  },

  manifold: {
    lacks: noFeatures,
    async measure(subject) {
      const { data: real, dimensions, count } = firstRows(await subject.realFeatures(), MOST.manifold);
      if (count <= 5) return { measured: {} };
      const { data: made } = firstRows(await subject.sampleFeatures(), MOST.manifold);
      const report = (what: string) => ({
        onProgress: ({ done, total }: { done: number; total: number }) => subject.progress(what, done, total),
      });
      const found = {
        ...precisionRecall(made, real, { dimensions, ...report("precision and recall") }),
        ...densityCoverage(made, real, { dimensions, ...report("density and coverage") }),
      };
      const measured: Measurements = Object.fromEntries(
        Object.entries(found).map(([name, value]) => [name, { value, count }]),
      );
      return { measured };
    },
  },

  classes: {
    lacks: (subject) => noSamples(subject) ?? noLabels(subject) ?? noTest(subject),
    async measure(subject) {
      const labels = await subject.sampleLabels();
      const { classes } = await subject.judge();
      const shares = new Float64Array(classes.length);
      const { labels: real, count } = subject.dataset.train;
      for (const label of real!) shares[label]! += 1 / count;
      const found = classCoverage(labels, { classes: classes.length, proportions: shares });
      return {
        measured: {
          classes: {
            value: found.modes,
            count: labels.length,
            reference: { value: shares.filter((share) => share > 0).length, of: "the training examples" },
          },
          classDivergence: { value: found.reverseKl, count: labels.length },
        },
      };
    },
  },

  modes: {
    lacks: (subject) =>
      noSamples(subject) ?? (subject.dataset.modes ? undefined : "the data are not known to be a mixture"),
    async measure({ run, dataset, options: { seed } }) {
      const { centres, sigma, count: components } = dataset.modes!;
      const { data } = await run.generate(COVERAGE_SAMPLES, { seed });
      const found = modeCoverage(data, centres, { dimensions: sizeOf(run.shape), deviation: sigma });
      const count = COVERAGE_SAMPLES;
      return {
        measured: {
          modes: { value: found.modes, count, reference: { value: components, of: "the data" } },
          highQuality: { value: found.highQuality, count },
          modeDivergence: { value: found.reverseKl, count },
        },
      };
    },
  },

  likelihood: {
    lacks: (subject) => (has(subject, "evidence") ? noTest(subject) : "the model has no likelihood"),
    async measure(subject) {
      const { run, options } = subject;
      const { seed, draws } = options;
      const latent = sizeOf(run.inputs("evidence")![1]!.shape);
      const size = sizeOf(run.shape);
      const some = takeEvenly(subject.test, run.shape, MOST.likelihood);
      const stream = randomStream(seed, "evaluate/likelihood");
      const logWeights = new Float64Array(some.count * draws);
      const atOnce = Math.max(1, Math.floor(LIKELIHOOD_VALUES / (draws * size)));
      for (let start = 0; start < some.count; start += atOnce) {
        const end = Math.min(start + atOnce, some.count);
        const examples = exampleValues(some, run.shape, end, start);
        const repeated = new Float32Array((end - start) * draws * size);
        const noise = new Float32Array((end - start) * draws * latent);
        for (let example = start; example < end; example++) {
          const place = example - start;
          const values = examples.subarray(place * size, (place + 1) * size);
          for (let draw = 0; draw < draws; draw++) repeated.set(values, (place * draws + draw) * size);
          // An example has the same noise however many there are.
          stream.normal(example, noise.subarray(place * draws * latent, (place + 1) * draws * latent));
        }
        logWeights.set((await run.apply("evidence", repeated, noise)).data, start * draws);
        subject.progress("likelihood", end, some.count);
      }
      const bounds = Float64Array.from({ length: some.count }, (_, example) => {
        const own = logWeights.subarray(example * draws, (example + 1) * draws);
        return own.reduce((sum, weight) => sum + weight, 0) / draws;
      });
      const likelihoods = importanceLogLikelihood(logWeights, { samples: draws });
      return { measured: { elbo: averaged(bounds), logLikelihood: averaged(likelihoods) } };
    },
  },

  codes: {
    lacks: (subject) =>
      !has(subject, "encode")
        ? "the model does not encode"
        : subject.test.count < 3
          ? "there are no test examples"
          : undefined,
    async measure(subject) {
      const { run, test } = subject;
      const fitting = Math.max(3, Math.floor(CODED_VALUES / sizeOf(run.shape)));
      const some = takeEvenly(test, run.shape, Math.min(MOST.codes, fitting));
      const { codes, dimensions: latent, count } = await encodeSplit(run, some);
      const inputs = exampleValues(some, run.shape, some.count);
      const scale = has(subject, "evidence") ? "prior" : "widest";
      const found = codeCollapse(codes, inputs, { latent, scale });
      const k = Math.min(12, Math.ceil(count / 2) - 1);
      const kept = neighbourhoodsKept(codes, inputs, {
        latent,
        k,
        onProgress: ({ done, total }) => subject.progress("neighbourhoods of codes", done, total),
      });
      const { effectiveRank, activeUnits, distinctCodes, distanceCorrelation } = found;
      const all = { effectiveRank, activeUnits, distinctCodes, distanceCorrelation, ...kept };
      const measured: Measurements = Object.fromEntries(
        Object.entries(all).map(([name, value]) => [name, { value, count }]),
      );
      const full = { value: latent, of: "the length of a code" };
      return {
        measured: { ...measured, effectiveRank: { ...measured.effectiveRank!, reference: full } },
        pictures: [await codePlaneChart(subject, { codes, latent, labels: some.labels })],
      };
    },
  },

  probe: {
    lacks: (subject) =>
      !has(subject, "encode")
        ? "the model does not encode"
        : subject.normal === undefined
          ? noLabels(subject)
          : "the training examples are of some classes only",
    async measure({ run, dataset }) {
      const { codes, principal, tested: count } = await probeCodes(run, dataset);
      const of = `${principal?.components} principal components`;
      const told = (name: "nearest" | "logistic"): Measured => ({
        value: codes[name],
        count,
        ...(principal && { reference: { value: principal[name], of } }),
      });
      return { measured: { nearestLabel: told("nearest"), logisticLabel: told("logistic") } };
    },
  },

  memorisation: {
    lacks: noFeatures,
    async measure(subject) {
      const heldOut = firstRows(await subject.realFeatures(), MOST.memorisation);
      const generated = firstRows(await subject.sampleFeatures(), MOST.memorisation);
      const training = await subject.featuresOf(subject.dataset.train, "features of training examples");
      const sets = { generated: generated.data, training: training.data, heldOut: heldOut.data };
      const { nearer, standardError, ratio, copies, closest } = memorisation(sets, {
        dimensions: training.dimensions,
        onProgress: ({ done, total }) => subject.progress("nearest training examples", done, total),
      });
      const { count } = generated;
      return {
        measured: {
          nearer: { value: nearer, ...finite(standardError), count },
          copyRatio: { value: ratio, count },
          copies: { value: copies, count },
        },
        pictures: await closestPairs(subject, closest),
      };
    },
  },

  detection: {
    lacks: (subject) =>
      subject.normal === undefined
        ? "the model was not trained on some classes only"
        : (noScore(subject) ?? (subject.test.count === 0 ? "there are no normal test examples" : undefined)),
    async measure(subject) {
      const { run, dataset, options, normal } = subject;
      const some = takeEvenly(dataset.test, run.shape, options.count);
      const scores = await scoresOf(subject, some, "scores of test examples");
      const of = (wanted: boolean) => scores.filter((_, row) => normal!.has(some.labels![row]!) === wanted);
      const both = { positives: of(false), negatives: of(true) };
      const { count } = some;
      if (both.positives.length === 0 || both.negatives.length === 0) return { measured: {} };
      const { area, standardError } = areaUnderRoc(both);
      const share = both.positives.length / count;
      return {
        measured: {
          auroc: { value: area, ...finite(standardError), count },
          averagePrecision: {
            value: averagePrecision(both),
            count,
            reference: { value: share, of: "scores without meaning" },
          },
        },
      };
    },
  },

  membership: {
    lacks: (subject) => noScore(subject) ?? noTest(subject),
    async measure(subject) {
      const { run, dataset, test } = subject;
      const [members, others] = [dataset.train, test].map((split) =>
        takeEvenly(split, run.shape, MOST.membership),
      );
      // The less strange, the likelier a member.
      const positives = (await scoresOf(subject, members!, "scores of training examples")).map(
        (value) => -value,
      );
      const negatives = (await scoresOf(subject, others!, "scores of test examples")).map((value) => -value);
      const { area, standardError } = areaUnderRoc({ positives, negatives });
      return {
        measured: { membership: { value: area, ...finite(standardError), count: negatives.length } },
      };
    },
  },

  translation: {
    lacks: (subject) => {
      if (!has(subject, "translate")) return "the model does not translate";
      return subject.dataset.target?.paired ? noTest(subject) : "the data are not pairs";
    },
    async measure(subject) {
      const { run, dataset } = subject;
      const target = dataset.target!;
      const sides = [
        ["translationMse", "translate", dataset, target],
        ["translationBackMse", "translateBack", target, dataset],
      ] as const;
      const measured: { [Name in "translationMse" | "translationBackMse"]?: Measured } = {};
      for (const [name, role, from, to] of sides) {
        if (!has(subject, role)) continue;
        const count = Math.min(from.test.count, subject.options.count);
        const [given, wanted] = [
          takeEvenly(from.test, from.shape, count),
          takeEvenly(to.test, to.shape, count),
        ];
        const errors: number[] = [];
        for (let start = 0; start < count; start += subject.chunk) {
          const end = Math.min(start + subject.chunk, count);
          const { data } = await run.apply(role, exampleValues(given, from.shape, end, start));
          const partners = exampleValues(wanted, to.shape, end, start);
          errors.push(...squaredErrors(data, partners, { shape: imageShape(to.shape) }));
          subject.progress("translations", end, count);
        }
        measured[name] = averaged(errors);
      }
      return { measured };
    },
  },
};
