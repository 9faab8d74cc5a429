// Every model of the catalogue in the forms that its options give it, small enough to be played in milliseconds.

import { Game, type TrainingData } from "../../src/game/game.ts";
import { adversarialLossSchema } from "../../src/losses/index.ts";
import { findModel } from "../../src/models/find-model.ts";

/** Which networks each player moves. */
export type Moves = Readonly<Record<string, readonly string[]>>;

export interface Setting {
  readonly model: string;
  readonly label: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: TrainingData;
  readonly moves: Moves;
  /** Weights that a player moves and whose slope is 0 by the loss's own nature. */
  readonly still?: readonly string[];
}

const images = (...shape: number[]): TrainingData => ({
  specification: { kind: "image", shape },
  count: 12,
  dtype: "uint8",
  labelled: false,
});
const DENSE = images(1, 4, 3);
/** Two levels of a pyramid: 16, 8, 4. */
const CONV = images(2, 16, 16);
const VECTORS: TrainingData = { ...DENSE, specification: { kind: "vector", shape: [5] }, dtype: "float32" };

const alone = { autoencoder: ["encoder", "decoder"] };
const vae = { vae: ["encoder", "decoder"] };
const adversaries = { critic: ["critic"], generator: ["generator"] };

/**
 * These losses see differences of scores only, hinge as long as all lie within its margin: a constant added to all
 * scores changes nothing.
 */
const RELATIVE = ["wasserstein", "relativistic", "hinge"];
const lastBias = (loss: string, layer: string) =>
  RELATIVE.includes(loss) ? { still: [`critic/${layer}/bias`] } : {};

const small = { batch: 4, latent: 3 };
const gan = { ...small, preset: "points" };
const conv = { ...small, filters: 2 };

export const SETTINGS: readonly Setting[] = [
  ...(["mse", "mae", "bce"] as const).map((loss) => ({
    model: "autoencoder",
    label: `dense, ${loss}`,
    options: { ...small, widths: [8, 6], loss },
    data: DENSE,
    moves: alone,
  })),
  {
    model: "autoencoder",
    label: "conv",
    options: { ...conv, architecture: "conv" },
    data: CONV,
    moves: alone,
  },
  { model: "autoencoder", label: "vectors", options: { ...small, widths: [6] }, data: VECTORS, moves: alone },
  ...(["estimate", "exact"] as const).map((jacobian) => ({
    model: "contractive-autoencoder",
    label: jacobian,
    options: { ...small, widths: [6], jacobian, projections: 2, lambda: 0.1 },
    data: DENSE,
    moves: alone,
  })),
  { model: "vae", label: "conv, bernoulli", options: conv, data: CONV, moves: vae },
  {
    model: "vae",
    label: "dense, gaussian, free bits",
    options: {
      ...small,
      architecture: "dense",
      widths: [6],
      likelihood: "gaussian",
      freeBits: 0.01,
      beta: 4,
    },
    data: DENSE,
    moves: vae,
  },
  { model: "vae", label: "vectors", options: { ...small, widths: [6] }, data: VECTORS, moves: vae },
  ...adversarialLossSchema.options.map((loss) => ({
    model: "gan",
    label: loss,
    options: { ...gan, loss },
    data: VECTORS,
    moves: adversaries,
    ...lastBias(loss, "dense3"),
  })),
  ...(["gradient", "clip"] as const).map((penalty) => ({
    model: "gan",
    label: `penalty ${penalty}`,
    options: { ...gan, penalty, averaging: 0.9 },
    data: DENSE,
    moves: adversaries,
  })),
  {
    model: "gan",
    label: "relu, small",
    options: { ...small, preset: "small" },
    data: DENSE,
    moves: adversaries,
  },
  { model: "dcgan", label: "as published", options: conv, data: CONV, moves: adversaries },
  {
    model: "dcgan",
    label: "penalty through batch normalisation",
    options: { ...conv, penalty: "gradient", loss: "least-squares" },
    data: CONV,
    moves: adversaries,
  },
  {
    model: "wgan-gp",
    label: "as published, two steps of the critic",
    options: { ...conv, criticSteps: 2 },
    data: CONV,
    moves: adversaries,
    ...lastBias("wasserstein", "dense1"),
  },
];

export const nameOf = ({ model, label }: Setting): string => `${model}: ${label}`;

export function gameFor({ model, options, data }: Setting): Game {
  const definition = findModel(model);
  return new Game(definition, definition.options.parse(options), data);
}
