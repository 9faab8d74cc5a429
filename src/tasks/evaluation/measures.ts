// What can be measured of a trained run, and whether little or much of it is good. Measures that come of one
// computation are a group; `groups.ts` names the computations.

/** Groups of measures, in the order of the report: what each is about, what it needs and what it costs. */
export const groups = {
  reconstruction: {
    summary: "how near reconstructions are to test examples",
    needs: "a model that encodes and decodes",
    cost: "seconds",
  },
  similarity: {
    summary: "how alike reconstructions look, on up to 1,000 test images",
    needs: "a model that encodes and decodes, images",
    cost: "seconds",
  },
  distance: {
    summary: "how far samples are from test examples, in features",
    needs: "a model that generates; features: of labelled data, vectors, or --feature-network",
    cost: "seconds to a minute",
  },
  manifold: {
    summary: "how real samples are, and how much of the data they cover, on up to 5,000 of each, in features",
    needs: "as distance",
    cost: "a minute",
  },
  classes: {
    summary: "which classes samples are of, by the classifier of the data's domain",
    needs: "a model that generates, labelled data",
    cost: "seconds",
  },
  modes: {
    summary: "which components of a mixture 2,500 samples are of",
    needs: "a model that generates, data of a mixture: ring or grid",
    cost: "no time",
  },
  likelihood: {
    summary: "how likely up to 1,000 test examples are, in nats an example",
    needs: "a model with a likelihood (vae)",
    cost: "seconds to minutes, by --draws",
  },
  codes: {
    summary: "what codes of up to 2,000 test examples are like",
    needs: "a model that encodes",
    cost: "seconds",
  },
  probe: {
    summary: "how well labels can be told from codes, of 10,000 training and 5,000 test examples at most",
    needs: "a model that encodes, labelled data",
    cost: "seconds to a minute",
  },
  memorisation: {
    summary:
      "whether up to 1,000 samples are copies of training examples, and whether up to 10,000 of them tell 2,000 of " +
      "these from as many test examples, in features",
    needs: "as distance",
    cost: "a minute",
  },
  detection: {
    summary: "how well the model's score tells the test examples of classes that it was not trained on",
    needs: "a model that detects, trained on some classes only: --normal",
    cost: "seconds",
  },
  membership: {
    summary: "whether the model's scores of up to 2,000 examples tell those that it was trained on",
    needs: "a model that detects",
    cost: "seconds",
  },
  translation: {
    summary: "how near translations are to the true partners",
    needs: "a model that translates, paired data",
    cost: "seconds",
  },
} as const;

export type GroupName = keyof typeof groups;

export interface Measure {
  readonly group: GroupName;
  /** What is good: much, little, or some number. */
  readonly better: "higher" | "lower" | number;
  /** What it is, with its range and unit. */
  readonly summary: string;
}

/** All measures by name. */
export const measures = {
  mse: { group: "reconstruction", better: "lower", summary: "mean squared error of a value" },
  mae: { group: "reconstruction", better: "lower", summary: "mean absolute error of a value" },
  psnr: { group: "reconstruction", better: "higher", summary: "peak signal-to-noise ratio, decibels" },
  ssim: { group: "similarity", better: "higher", summary: "structural similarity, up to 1" },
  multiScaleSsim: {
    group: "similarity",
    better: "higher",
    summary: "the same over as many of five scales as fit, 0 to 1",
  },
  frechet: {
    group: "distance",
    better: "lower",
    summary: "squared Fréchet distance (FID, on these features)",
  },
  kernel: {
    group: "distance",
    better: "lower",
    summary: "kernel distance (KID, on these features), 0 for the same distribution",
  },
  precision: { group: "manifold", better: "higher", summary: "share of samples among real examples, 0 to 1" },
  recall: { group: "manifold", better: "higher", summary: "share of real examples among samples, 0 to 1" },
  density: {
    group: "manifold",
    better: "higher",
    summary: "how crowded with real examples samples are, 1 for real",
  },
  coverage: {
    group: "manifold",
    better: "higher",
    summary: "share of real examples with a sample near, 0 to 1",
  },
  classes: { group: "classes", better: "higher", summary: "classes that samples are of" },
  classDivergence: {
    group: "classes",
    better: "lower",
    summary: "divergence of the classes' shares from the training examples', nats",
  },
  modes: { group: "modes", better: "higher", summary: "components with a sample within 3 deviations" },
  highQuality: { group: "modes", better: "higher", summary: "share of samples within 3 deviations, 0 to 1" },
  modeDivergence: {
    group: "modes",
    better: "lower",
    summary: "divergence of the components' shares from equal ones, nats",
  },
  elbo: { group: "likelihood", better: "higher", summary: "evidence lower bound, nats" },
  logLikelihood: {
    group: "likelihood",
    better: "higher",
    summary: "log p(x) by importance sampling, nats: a tighter bound",
  },
  effectiveRank: {
    group: "codes",
    better: "higher",
    summary: "directions that codes use, up to their length",
  },
  activeUnits: { group: "codes", better: "higher", summary: "share of units that vary, 0 to 1" },
  distinctCodes: { group: "codes", better: "higher", summary: "share of different codes, 0 to 1" },
  distanceCorrelation: {
    group: "codes",
    better: "higher",
    summary: "correlation of distances between codes and between examples, up to 1",
  },
  trustworthiness: {
    group: "codes",
    better: "higher",
    summary: "whether neighbours among codes are neighbours among examples, 0 to 1",
  },
  continuity: {
    group: "codes",
    better: "higher",
    summary: "whether neighbours among examples are neighbours among codes, 0 to 1",
  },
  nearestLabel: {
    group: "probe",
    better: "higher",
    summary: "share of test examples with the label of the nearest training code, 0 to 1",
  },
  logisticLabel: {
    group: "probe",
    better: "higher",
    summary: "share whose label logistic regression on codes tells, 0 to 1",
  },
  nearer: {
    group: "memorisation",
    better: 0.5,
    summary: "chance that a sample is nearer to the training examples than a test example is; copies give 1",
  },
  copyRatio: {
    group: "memorisation",
    better: 1,
    summary: "median distance of samples to the training examples, by that of test examples; copies give 0",
  },
  copies: {
    group: "memorisation",
    better: "lower",
    summary:
      "share of samples nearer to a training example than 95 % of test examples are; new draws give 0.05",
  },
  sampleMembership: {
    group: "memorisation",
    better: 0.5,
    summary:
      "chance that a training example has a sample nearer than a test example does; 1 tells who was trained on",
  },
  auroc: {
    group: "detection",
    better: "higher",
    summary: "chance that an example of another class scores as stranger than a normal one",
  },
  averagePrecision: {
    group: "detection",
    better: "higher",
    summary: "mean precision over all thresholds, 0 to 1",
  },
  membership: {
    group: "membership",
    better: 0.5,
    summary: "chance that a training example scores as less strange than a test example; 1 tells all",
  },
  translationMse: { group: "translation", better: "lower", summary: "mean squared error to the partners" },
  translationBackMse: {
    group: "translation",
    better: "lower",
    summary: "the same from the second set to the first",
  },
} as const satisfies Readonly<Record<string, Measure>>;

export type MeasureName = keyof typeof measures;

export const measureNames = Object.keys(measures) as MeasureName[];
export const groupNames = Object.keys(groups) as GroupName[];

/** A number that was measured. */
export interface Measured {
  readonly value: number;
  readonly standardError?: number;
  /** Examples, or samples, that it was measured on. */
  readonly count: number;
  /** What something known gets, to hold the value against. */
  readonly reference?: { readonly value: number; readonly of: string };
}

export type Measurements = Partial<Record<MeasureName, Measured>>;
