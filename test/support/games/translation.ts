// Models of two domains: images of two channels, and grey ones.

import { CONV, convolutional, type Setting, withTarget } from "./setting.ts";

const unpaired = withTarget(CONV, { paired: false, shape: [1, 16, 16] });
const paired = withTarget(CONV, { paired: true, shape: [1, 16, 16] });
/** Halved once; the float64 interpreter takes long over the many passes of a cycle. */
const tiny = withTarget(
  { ...CONV, specification: { kind: "image", shape: [2, 8, 8] } },
  { paired: false, shape: [1, 8, 8] },
);
const translating = { batch: 2, filters: 2 };

export const TRANSLATION: readonly Setting[] = [
  {
    model: "cogan",
    label: "minibatch deviation",
    options: { ...convolutional, spectralNorm: false },
    data: unpaired,
    roles: ["generate", "generatePartner", "realness"],
  },
  {
    model: "cogan",
    label: "normalised kernels, two layers of their own, penalty, packing",
    options: {
      ...convolutional,
      ownLayers: 2,
      penalty: "gradient",
      loss: "least-squares",
      packing: 2,
      minibatchDeviation: false,
    },
    data: unpaired,
    roles: ["generate", "generatePartner"],
    estimated: ["critic-shared", "critic-first", "critic-second"],
  },
  { model: "pix2pix", label: "as published", options: translating, data: paired, roles: ["translate"] },
  {
    model: "pix2pix",
    label: "penalty, augmentation",
    options: { ...translating, penalty: "r1", augmentation: ["translation"], dropout: 0.2, averaging: 0.9 },
    data: paired,
    roles: ["translate"],
  },
  {
    model: "unit",
    label: "as published",
    options: { ...translating, codeChannels: 3 },
    code: 3 * 4 * 4,
    data: tiny,
    roles: ["encode", "reconstruct", "decode", "realness", "translate", "translateBack"],
  },
];
