// The generative adversarial network (Goodfellow et al. 2014) of dense layers: min over G, max over D of
//
//   E log D(x) + E log(1 − D(G(z)))
//
// played as two losses, by default the non-saturating ones. Preset "full" is 100-4096-4096-2048-2048-784 against
// its mirror, 62 million weights; "small" trains in minutes, "points" is for data of a few dimensions.

import { z } from "zod";
import { defineModel } from "../../game/model.ts";
import { sizeOf } from "../../tensor/index.ts";
import { criticOf } from "../adversary/critics.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { denseDecoder, denseStack, unitRange } from "../networks.ts";
import { latentOption, learningRateOption } from "../options.ts";
import { ADVERSARIAL_ROUTING, adversarialGame } from "./adversarial-game.ts";

const PRESETS = {
  points: { generator: [128, 128], critic: [128, 128], hidden: "leakyRelu" },
  small: { generator: [256, 512], critic: [512, 256], hidden: "leakyRelu" },
  full: { generator: [4096, 4096, 2048, 2048], critic: [2048, 2048, 4096, 4096], hidden: "relu" },
} as const;

export const gan = defineModel({
  name: "gan",
  family: "gan",
  summary: "A generator against a critic, both of dense layers (Goodfellow et al. 2014)",
  options: z.strictObject({
    preset: z
      .enum(["points", "small", "full"])
      .optional()
      .describe("points for vectors and small for images unless told; full has 62 million weights"),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 100,
      batch: 128,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
    latent: latentOption(100)
      .unwrap()
      .optional()
      .describe("length of the noise: 100 for images, and as many as features for vectors, unless told"),
    learningRate: learningRateOption(2e-4)
      .unwrap()
      .optional()
      .describe("learning rate of both players' Adam: 2e-4 for images and 1e-3 for vectors unless told"),
  }),
  routing: ADVERSARIAL_ROUTING,
  build({ data, network, ...context }) {
    const isImage = data.kind === "image";
    const options = {
      ...context.options,
      latent: context.options.latent ?? (isImage ? 100 : sizeOf(data.shape)),
      learningRate: context.options.learningRate ?? (isImage ? 2e-4 : 1e-3),
    };
    const { generator, critic, hidden } = PRESETS[options.preset ?? (isImage ? "small" : "points")];
    const range = unitRange(data);
    return adversarialGame(
      { options, network },
      {
        range,
        criticNorm: false,
        generator: denseDecoder(data, generator, { hidden: "relu", last: range.last }),
        critic: criticOf(denseStack(critic, hidden), options),
      },
    );
  },
});
