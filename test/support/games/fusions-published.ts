// Fusions as their papers have them.

import { CONV, convolutional, DENSE, labelled, type Setting, small, VECTORS } from "./setting.ts";

const coding = ["encode", "reconstruct", "decode"] as const;
const generative = [...coding, "generate"] as const;
const all = [...generative, "realness"] as const;
const detecting = [...all, "anomaly"] as const;

const critics = { criticWidths: [6] };
const dense = { ...small, ...critics, architecture: "dense", widths: [6] };
const conv = { ...convolutional, ...critics };
/** Of losses that see differences of scores only, a constant added to all scores changes nothing. */
const lastBiases = (layer: string, ...networks: string[]) => ({
  still: networks.map((network) => `${network}/${layer}/bias`),
});

export const PUBLISHED_FUSIONS: readonly Setting[] = [
  { model: "adversarial-autoencoder", label: "conv", options: conv, data: CONV, roles: generative },
  {
    model: "adversarial-autoencoder",
    label: "mixture, penalty, two steps of the critic",
    options: {
      ...dense,
      prior: "mixture",
      modes: 4,
      loss: "wasserstein",
      penalty: "gradient",
      criticSteps: 2,
    },
    data: VECTORS,
    roles: generative,
    ...lastBiases("dense2", "critic"),
  },
  {
    model: "adversarial-autoencoder",
    label: "labels, packed",
    options: { ...dense, prior: "label", packing: 2 },
    data: labelled(DENSE),
    roles: generative,
  },
  { model: "bigan", label: "conv", options: conv, data: CONV, roles: all },
  {
    model: "bigan",
    label: "least squares, penalty, features",
    options: { ...dense, loss: "least-squares", penalty: "gradient", featureMatching: 0.1 },
    data: DENSE,
    roles: all,
  },
  {
    model: "bigan",
    label: "dense, normalised, uniform codes",
    options: { ...dense, widths: [8, 6], normaliseDense: true, prior: "uniform" },
    data: DENSE,
    roles: all,
  },
  {
    model: "bigan",
    label: "relativistic, packed",
    options: { ...dense, loss: "relativistic", packing: 2 },
    data: VECTORS,
    roles: generative,
    ...lastBiases("dense2", "critic"),
  },
  {
    model: "alad",
    label: "conv",
    options: conv,
    data: CONV,
    roles: detecting,
    estimated: ["critic", "exampleCritic", "codeCritic"],
  },
  {
    model: "alad",
    label: "vectors, two steps, penalty",
    options: { ...dense, criticSteps: 2, spectralNorm: false, penalty: "r1r2", averaging: 0 },
    data: VECTORS,
    roles: detecting,
  },
  { model: "alpha-gan", label: "conv", options: conv, data: CONV, roles: all },
  {
    model: "alpha-gan",
    label: "hinge, two steps, augmented",
    options: { ...conv, loss: "hinge", criticSteps: 2, spectralNorm: true, augmentation: ["translation"] },
    data: CONV,
    roles: all,
    still: ["critic/dense1/bias", "codeCritic/dense2/bias"],
    estimated: ["critic", "codeCritic"],
  },
  { model: "began", label: "conv", options: convolutional, data: CONV, roles: detecting },
  {
    model: "began",
    label: "squared errors, averages",
    options: { ...small, widths: [6], architecture: "dense", power: 2, averaging: 0.9 },
    data: DENSE,
    roles: detecting,
  },
  { model: "ebgan", label: "conv", options: convolutional, data: CONV, roles: detecting },
  { model: "ebgan", label: "vectors", options: { ...small, widths: [6] }, data: VECTORS, roles: detecting },
  {
    model: "ganomaly",
    label: "conv",
    options: convolutional,
    data: CONV,
    roles: [...coding, "realness", "anomaly"],
  },
  {
    model: "ganomaly",
    label: "dense, penalty, augmented",
    options: { ...small, architecture: "dense", widths: [6], penalty: "gradient", augmentation: ["cutout"] },
    data: DENSE,
    roles: [...coding, "realness", "anomaly"],
  },
];
