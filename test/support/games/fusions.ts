// Fusions of autoencoders and adversarial networks.

import { PUBLISHED_FUSIONS } from "./fusions-published.ts";
import { CONV, convolutional, DENSE, type Setting, small, VECTORS } from "./setting.ts";

const coding = ["encode", "reconstruct", "decode"] as const;
const all = [...coding, "generate", "realness"] as const;
const varying = [...coding, "vary", "realness"] as const;

const dense = { ...small, architecture: "dense", widths: [6] };
/** A constant added to all scores changes nothing. */
const still = ["critic/dense2/bias"];

export const FUSIONS: readonly Setting[] = [
  { model: "noise-encoded-gan", label: "conv", options: convolutional, data: CONV, roles: all },
  {
    model: "noise-encoded-gan",
    label: "plain, normal noise",
    options: { ...dense, pipeline: "plain", noise: "normal" },
    data: DENSE,
    roles: [...coding, "generate"],
  },
  {
    model: "noise-encoded-gan",
    label: "vectors, as the codes are",
    options: { ...dense, standardise: false, noise: "normal" },
    data: VECTORS,
    roles: all,
  },
  {
    model: "feature-gan",
    label: "both",
    options: convolutional,
    data: CONV,
    roles: all,
    estimated: ["critic"],
  },
  {
    model: "feature-gan",
    label: "features, penalty",
    options: { ...dense, sees: "features", criticWidths: [6], penalty: "gradient", spectralNorm: false },
    data: DENSE,
    roles: all,
  },
  {
    model: "latent-gan",
    label: "conv",
    options: { ...convolutional, codeWidths: [8], noise: 5, criticSteps: 2 },
    data: CONV,
    roles: all,
    still,
  },
  ...(["sum", "average", "learned"] as const).map((fusion) => ({
    model: "shared-fusion",
    label: fusion,
    options: { ...dense, fusion, logitWeight: 0.7, errorWeight: 0.4 },
    data: DENSE,
    roles: all,
  })),
  {
    model: "shared-fusion",
    label: "conv, spectral norm",
    options: { ...convolutional, spectralNorm: true, penalty: "none" },
    data: CONV,
    roles: all,
    estimated: ["trunk", "code", "realness"],
  },
  ...(["weighted-sum", "pointwise-min"] as const).map((objective) => ({
    model: "contractive-fusion",
    label: objective,
    options: { ...dense, objective, lambda: 0.1, criticSteps: 2, jacobian: "exact" },
    data: DENSE,
    roles: varying,
    still,
  })),
  {
    model: "contractive-fusion",
    label: "conv",
    options: { ...convolutional, criticSteps: 1 },
    data: CONV,
    roles: varying,
    still: ["critic/dense1/bias"],
  },
  ...(["contractive", "collapsing", "free"] as const).map((encoder) => ({
    model: "code-noise-gan",
    label: encoder,
    options: { ...dense, encoder, noise: 4, lambda: 0.1 },
    data: DENSE,
    roles: varying,
  })),
  { model: "vae-gan", label: "conv", options: convolutional, data: CONV, roles: all },
  {
    model: "vae-gan",
    label: "two steps of the critic, penalty, augmented",
    options: {
      ...convolutional,
      criticSteps: 2,
      penalty: "r1",
      augmentation: ["colour", "translation", "cutout"],
    },
    data: CONV,
    roles: all,
  },
  {
    model: "vae-gan",
    label: "packed, augmented",
    options: { ...convolutional, packing: 2, augmentation: ["translation"] },
    data: CONV,
    roles: ["encode", "reconstruct", "decode", "generate"],
  },
  ...PUBLISHED_FUSIONS,
];
