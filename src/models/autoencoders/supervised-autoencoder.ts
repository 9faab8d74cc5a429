// The supervised autoencoder (Le, Patterson, White 2018): one code both rebuilds the example and tells its label,
//
//   d(x, G(E(x))) + λ·ℓ(y, C(E(x)))
//
// C is linear. ℓ is the cross-entropy of the class, or for a numeric target ½·(C(E(x)) − y)² with y the label's
// number. Reconstruction keeps the code from holding nothing but the labels of the training examples.

import { z } from "zod";
import { UserError } from "../../errors.ts";
import { defineModel, game } from "../../game/model.ts";
import { crossEntropy } from "../../losses/index.ts";
import { dense } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { codeOptions, lossOption, plainNetworks, stepOptions } from "./plain.ts";

const name = "supervised-autoencoder";

export const supervisedAutoencoder = defineModel({
  name,
  family: "autoencoder",
  summary: "A code that rebuilds the example and tells its label (Le, Patterson, White 2018)",
  options: z.strictObject({
    ...codeOptions(32),
    task: z
      .enum(["classification", "regression"])
      .default("classification")
      .describe("what labels are: classes, or numbers to come near to"),
    lambda: z.number().min(0).default(0.1).describe("weight of the label's loss"),
    loss: lossOption,
    ...stepOptions,
  }),
  againstCollapse: { lambda: "lower" },
  routing: { autoencoder: ["encoder", "decoder", "predictor"] },
  build(context) {
    const { data, options, network } = context;
    const { classes } = data;
    if (classes === undefined)
      throw new UserError(`${name} needs labels, and the data have none; without labels use autoencoder`);
    const classifies = options.task === "classification";
    const { encoder, decoder, compare } = plainNetworks(context, { model: name });
    const predictor = network("predictor", dense({ units: classifies ? classes : 1 }));
    const prediction = (output: Tensor, labels: Tensor) =>
      classifies
        ? crossEntropy(output, labels)
        : output
            .sub(labels.cast("float32").reshape([-1, 1]))
            .square()
            .mean()
            .mul(0.5);

    return game({
      round({ x, labels }) {
        const code = encoder(x);
        return {
          reconstruction: compare.loss(x, decoder(code)),
          prediction: prediction(predictor(code), labels),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, decoder, predictor],
          loss: ({ reconstruction, prediction }) => reconstruction.add(prediction.mul(options.lambda)),
          report: (round) => ({ ...round }),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: {
        encode: encoder,
        decode: (code) => compare.mean(decoder(code)),
        ...(classifies ? { classify: (x) => predictor(encoder(x)).softmax() } : {}),
      },
    });
  },
});
