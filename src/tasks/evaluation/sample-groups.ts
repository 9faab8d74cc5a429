// Samples against examples: in features, in classes, in the components of a mixture.

import { UserError } from "../../errors.ts";
import { featureDistance } from "../../metrics/frechet.ts";
import { kernelDistance } from "../../metrics/kernel-distance.ts";
import { densityCoverage, precisionRecall } from "../../metrics/manifold.ts";
import { memorisation } from "../../metrics/memorisation.ts";
import { classCoverage, modeCoverage } from "../../metrics/modes.ts";
import { nearestNeighbours } from "../../metrics/neighbours.ts";
import { sampleMembership } from "../../metrics/sample-membership.ts";
import { sizeOf } from "../../tensor/index.ts";
import { counted, finite, type Group, noLabels, noTest } from "./group.ts";
import type { Measured } from "./measures.ts";
import { closestPairs } from "./pictures.ts";
import { type FeatureRows, firstRows, partedRows, type Subject, spreadRows, theseRows } from "./subject.ts";

/** Examples or samples that a group looks at, at most, where all would take too long. */
const MOST = { manifold: 5000, memorisation: 1000, membership: 2000, attacking: 10_000 } as const;
/** Features, at most, that the Fréchet distance is of: their covariances have as many rows, and roots are taken of them. */
const MOST_FEATURES = 4096;
/** Samples that mode coverage is counted on (PacGAN's protocol). */
const COVERAGE_SAMPLES = 2500;

const noSamples = (subject: Subject) => (subject.generates ? undefined : "the model does not generate");

const noFeatures = (subject: Subject) =>
  noSamples(subject) ??
  noTest(subject) ??
  (subject.hasFeatures
    ? undefined
    : `${noLabels(subject)}, and features are learnt by labels; name a network with --feature-network`);

export const distanceGroup: Group = {
  lacks: noFeatures,
  async measure(subject) {
    const real = await subject.realFeatures();
    const { dimensions, count } = real;
    if (dimensions > MOST_FEATURES)
      throw new UserError(
        `distances are of at most ${MOST_FEATURES} features, and these are ${dimensions}; name a network of fewer with --feature-network`,
      );
    const made = await subject.sampleFeatures();
    const known = await subject.trainingFeatures(count);
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
};

export const manifoldGroup: Group = {
  lacks: (subject) => noFeatures(subject) ?? noTest(subject, 6),
  async measure(subject) {
    const { data: real, dimensions, count } = spreadRows(await subject.realFeatures(), MOST.manifold);
    const { data: made } = firstRows(await subject.sampleFeatures(), MOST.manifold);
    const report = (what: string) => ({
      onProgress: ({ done, total }: { done: number; total: number }) => subject.progress(what, done, total),
    });
    const found = {
      ...precisionRecall(made, real, { dimensions, ...report("precision and recall") }),
      ...densityCoverage(made, real, { dimensions, ...report("density and coverage") }),
    };
    return { measured: counted(found, count) };
  },
};

export const classesGroup: Group = {
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
};

export const modesGroup: Group = {
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
};

export const memorisationGroup: Group = {
  lacks: noFeatures,
  async measure(subject) {
    const test = await subject.realFeatures();
    const samples = await subject.sampleFeatures();
    const heldOut = spreadRows(test, MOST.memorisation);
    const generated = firstRows(samples, MOST.memorisation);
    const training = await subject.trainingFeatures();
    const sets = { generated: generated.data, training: training.data, heldOut: heldOut.data };
    const { nearer, standardError, ratio, copies, closest } = memorisation(sets, {
      dimensions: training.dimensions,
      onProgress: ({ done, total }) => subject.progress("nearest training examples", done, total),
    });
    const { count } = generated;
    const { dimensions } = test;
    const nearest = theseRows(
      samples,
      Int32Array.from(closest, ({ sample }) => sample),
    ).data;
    const { indices: others } = nearestNeighbours(nearest, test.data, { dimensions });
    return {
      measured: {
        nearer: { value: nearer, ...finite(standardError), count },
        copyRatio: { value: ratio, count },
        copies: { value: copies, count },
        sampleMembership: membershipOf(subject, { samples, training, test }),
      },
      pictures: await closestPairs(subject, closest, others),
    };
  },
};

/**
 * Whether samples tell training from test examples. Beside it the same with test examples in place of samples, since
 * features of a classifier that has learnt from the training examples may differ for these.
 */
function membershipOf(
  subject: Subject,
  { samples, training, test }: Readonly<Record<"samples" | "training" | "test", FeatureRows>>,
): Measured {
  const { dimensions } = samples;
  // Half of the test examples at most, so that the others can take the place of samples.
  const wanted = Math.min(MOST.membership, Math.ceil(test.count / 2));
  const members = spreadRows(training, wanted).data;
  const [others, rest] = partedRows(test, wanted);
  const told = ({ data: generated }: FeatureRows, what: string) =>
    sampleMembership(
      { generated, members, others: others.data },
      { dimensions, onProgress: ({ done, total }) => subject.progress(what, done, total) },
    );
  const { area, standardError } = told(firstRows(samples, MOST.attacking), "nearest samples");
  const beside = told(spreadRows(rest, MOST.attacking), "nearest test examples");
  const reference = { value: beside.area, of: "test examples as samples" };
  return { value: area, ...finite(standardError), count: wanted, reference };
}
