// The generative adversarial network (Goodfellow et al. 2014) of dense layers: min over G, max over D of
//
//   E log D(x) + E log(1 − D(G(z)))
//
// played as two losses, by default the non-saturating ones. Preset "full" is 100-4096-4096-2048-2048-784 against
// its mirror, 63 million weights; "small" trains in minutes.

import { z } from "zod";
import { defineModel } from "../../game/model.ts";
import { dense, sequential } from "../../nn/index.ts";
import { denseDecoder, denseStack } from "../networks.ts";
import { adversarialGame, adversarialOptions, unitRange } from "./adversarial-game.ts";

const PRESETS = {
  small: { generator: [256, 512], critic: [512, 256], hidden: "leakyRelu" },
  full: { generator: [4096, 4096, 2048, 2048], critic: [2048, 2048, 4096, 4096], hidden: "relu" },
} as const;

export const gan = defineModel({
  name: "gan",
  family: "gan",
  summary: "A generator against a critic, both of dense layers (Goodfellow et al. 2014)",
  options: z.strictObject({
    preset: z.enum(["small", "full"]).default("small").describe("small, or the 63 million weights of full"),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 100,
      batch: 128,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
  }),
  build(context) {
    const { data, options } = context;
    const { generator, critic, hidden } = PRESETS[options.preset];
    const range = unitRange(data);
    return adversarialGame(context, {
      range,
      generator: denseDecoder(data, generator, { hidden: "relu", last: range.last }),
      critic: sequential([...denseStack(critic, hidden), dense({ units: 1 })]),
    });
  },
});
