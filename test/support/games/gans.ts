// The adversarial family.

import { adversarialLossSchema } from "../../../src/losses/index.ts";
import { CONV, convolutional, DENSE, labelled, type Setting, small, VECTORS } from "./setting.ts";

/**
 * These losses see differences of scores only, hinge as long as all lie within its margin: a constant added to all
 * scores changes nothing.
 */
const RELATIVE = ["wasserstein", "relativistic", "hinge"];
export const lastBias = (loss: string, layer: string): { still?: readonly string[] } =>
  RELATIVE.includes(loss) ? { still: [`critic/${layer}/bias`] } : {};

const roles = ["generate", "realness"] as const;
const gan = { ...small, preset: "points", penalty: "none", averaging: 0 };
/** Dense networks as small as they can be. */
const tiny = { ...small, widths: [6] };

export const GANS: readonly Setting[] = [
  ...adversarialLossSchema.options.map((loss) => ({
    model: "gan",
    label: loss,
    options: { ...gan, loss },
    data: VECTORS,
    roles,
    ...lastBias(loss, "dense4"),
  })),
  ...(["gradient", "clip"] as const).map((penalty) => ({
    model: "gan",
    label: `penalty ${penalty}`,
    options: { ...gan, penalty, averaging: 0.9 },
    data: DENSE,
    roles,
  })),
  { model: "gan", label: "relu, small", options: { ...small, preset: "small" }, data: DENSE, roles },
  { model: "dcgan", label: "as published", options: convolutional, data: CONV, roles },
  {
    model: "dcgan",
    label: "penalty through batch normalisation",
    options: { ...convolutional, penalty: "gradient", loss: "least-squares" },
    data: CONV,
    roles,
  },
  {
    model: "wgan-gp",
    label: "as published, two steps of the critic",
    options: { ...convolutional, criticSteps: 2 },
    data: CONV,
    roles,
    ...lastBias("wasserstein", "dense1"),
  },
  ...(["r1", "r2", "r1r2", "dragan"] as const).map((penalty) => ({
    model: "lsgan",
    label: `penalty ${penalty}`,
    options: { ...tiny, penalty },
    data: VECTORS,
    roles,
  })),
  {
    model: "lsgan",
    label: "convolutional, every part",
    options: {
      ...convolutional,
      spectralNorm: true,
      minibatchDeviation: true,
      featureMatching: 1,
      augmentation: ["colour", "translation", "cutout"],
    },
    data: CONV,
    roles,
    estimated: ["critic"],
  },
  {
    model: "lsgan",
    label: "images in packs",
    options: { ...convolutional, packing: 2, penalty: "gradient" },
    data: CONV,
    roles: ["generate"],
  },
  {
    model: "wgan",
    label: "as published but for Adam",
    options: { ...convolutional, optimiser: "adam", criticSteps: 2 },
    data: CONV,
    roles,
    ...lastBias("wasserstein", "dense1"),
  },
  {
    model: "r3gan",
    label: "as published",
    options: convolutional,
    data: CONV,
    roles,
    ...lastBias("relativistic", "dense1"),
  },
  {
    model: "r3gan",
    label: "vectors in packs",
    options: { ...tiny, packing: 2 },
    data: VECTORS,
    roles: ["generate"],
    ...lastBias("relativistic", "dense2"),
  },
  {
    model: "conditional-gan",
    label: "projection, convolutional",
    options: { ...convolutional, spectralNorm: true },
    data: labelled(CONV),
    roles,
    estimated: ["critic"],
  },
  {
    model: "conditional-gan",
    label: "projection in packs",
    options: { ...tiny, packing: 2 },
    data: labelled(VECTORS),
    roles: ["generate"],
  },
  ...[CONV, DENSE, VECTORS].map((data) => ({
    model: "conditional-gan",
    label: `concat, ${data === CONV ? "convolutional" : data === DENSE ? "dense images" : "vectors"}`,
    options: {
      ...(data === CONV ? convolutional : { ...tiny, architecture: "dense" }),
      condition: "concat",
      penalty: "gradient",
    },
    data: labelled(data),
    roles: ["generate"] as const,
  })),
  {
    model: "conditional-gan",
    label: "classifier alone",
    options: { ...tiny, condition: "none", classifier: 1 },
    data: labelled(VECTORS),
    roles: ["generate", "realness", "classify"],
  },
  {
    model: "conditional-gan",
    label: "projection and classifier",
    options: { ...tiny, classifier: 0.5, minibatchDeviation: true },
    data: labelled(VECTORS),
    roles: ["generate", "realness", "classify"],
  },
  {
    model: "infogan",
    label: "convolutional",
    options: { ...convolutional, categories: 3 },
    data: CONV,
    roles: ["encode", "generate", "realness"],
    code: 5,
  },
  {
    model: "infogan",
    label: "vectors, no numbers",
    options: { ...tiny, categories: 3, continuous: 0 },
    data: VECTORS,
    roles: ["encode", "generate", "realness"],
  },
  ...(["neighbours", "pulling-away"] as const).flatMap((estimator) =>
    (["samples", "features"] as const).map((space) => ({
      model: "entropy-gan",
      label: `${estimator} of ${space}`,
      options: { ...tiny, estimator, space },
      data: VECTORS,
      roles,
    })),
  ),
  {
    model: "entropy-gan",
    label: "convolutional",
    options: { ...convolutional, entropyWeight: 0.01 },
    data: CONV,
    roles,
  },
];
