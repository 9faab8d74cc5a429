// The classifier that tells how well generated samples look like what they should be. As a game it has one player:
//
//   trunk    images: 4×4 convolutions of stride 2, batch normalised, until an image is at most 7 pixels wide, with
//            32, 64, 128, 128, … filters; a dense layer of 128, the features
//            vectors: dense layers of 256 and 128
//   head     a dense layer with a logit for each class
//   loss     softmax cross-entropy
//
// Averages of the weights are used, which makes up for the steps of Adam that do not become smaller. `encode` gives
// the features, `classify` the probabilities.

import { z } from "zod";
import { type DataSpecification, defineModel, game } from "../game/model.ts";
import { crossEntropy } from "../losses/index.ts";
import {
  activation,
  batchNormalisation,
  conv2d,
  dense,
  dropout,
  flatten,
  type Layer,
  sequential,
} from "../nn/index.ts";

/** How many features an example has. */
export const FEATURES = 128;

/** Changes whenever the same data give another classifier; what was kept of an older one is not used then. */
export const RECIPE = 1;

export const classifierModel = defineModel({
  name: "domain-classifier",
  // It is in no catalogue, where models are listed by family.
  family: "autoencoder",
  summary: "Tells the classes of a data set apart",
  options: z.strictObject({ batch: z.int().min(2).default(128) }),
  build({ data, network }) {
    const trunk = network("trunk", data.kind === "image" ? imageTrunk(data) : vectorTrunk());
    const head = network("head", dense({ units: data.classes! }));
    return game({
      round: ({ x, labels }) => ({ logits: head(trunk(x)), labels }),
      players: {
        classifier: {
          moves: [trunk, head],
          loss: ({ logits, labels }) => crossEntropy(logits, labels),
          optimiser: { kind: "adam", learningRate: 1e-3 },
        },
      },
      roles: { encode: trunk, classify: (x) => head(trunk(x)).softmax() },
      averages: { networks: [trunk, head], decay: 0.998 },
    });
  },
});

function imageTrunk({ shape: [, height = 1, width = 1] }: DataSpecification): Layer {
  const layers: Layer[] = [];
  let side = Math.max(height, width);
  for (let level = 0; side > 7 || level === 0; level++) {
    side = Math.ceil(side / 2);
    const filters = Math.min(32 * 2 ** level, 128);
    layers.push(
      conv2d({ filters, kernelSize: 4, strides: 2, padding: "same", useBias: false }),
      batchNormalisation(),
      activation("relu"),
    );
  }
  return sequential([
    ...layers,
    flatten(),
    dropout({ rate: 0.3 }),
    dense({ units: FEATURES, activation: "relu" }),
  ]);
}

const vectorTrunk = (): Layer =>
  sequential([dense({ units: 256, activation: "relu" }), dense({ units: FEATURES, activation: "relu" })]);
