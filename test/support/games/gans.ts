// The adversarial family.

import { adversarialLossSchema } from "../../../src/losses/index.ts";
import { CONV, convolutional, DENSE, type Setting, small, VECTORS } from "./setting.ts";

/**
 * These losses see differences of scores only, hinge as long as all lie within its margin: a constant added to all
 * scores changes nothing.
 */
const RELATIVE = ["wasserstein", "relativistic", "hinge"];
export const lastBias = (loss: string, layer: string): { still?: readonly string[] } =>
  RELATIVE.includes(loss) ? { still: [`critic/${layer}/bias`] } : {};

const roles = ["generate", "realness"] as const;
const gan = { ...small, preset: "points" };

export const GANS: readonly Setting[] = [
  ...adversarialLossSchema.options.map((loss) => ({
    model: "gan",
    label: loss,
    options: { ...gan, loss },
    data: VECTORS,
    roles,
    ...lastBias(loss, "dense3"),
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
];
