// The generative adversarial network (Goodfellow et al. 2014) of dense layers: min over G, max over D of
//
//   E log D(x) + E log(1 − D(G(z)))
//
// played as two losses, by default the non-saturating ones. Preset "full" is 100-4096-4096-2048-2048-784 against
// its mirror, 62 million weights; "small" trains in minutes, "points" is for data of a few dimensions, and "tiny" is
// half as wide, for where every millisecond counts.
//
// Points lie on modes far narrower than the gaps between them. There a plain game finds most modes and never comes to
// rest on them; so for vectors the critic is held back by R1 and R2 with a small weight (Mescheder et al. 2018), the
// generator's weights are averaged, and the learning rate falls late.

import { z } from "zod";
import { type DataSpecification, defineModel } from "../../game/model.ts";
import { sizeOf } from "../../tensor/index.ts";
import { criticOf } from "../adversary/critics.ts";
import { type AdversarialSettings, adversarialOptions, ofSlopes } from "../adversary/options.ts";
import { unlessTold } from "../effects.ts";
import { ofHalving } from "../halving.ts";
import { denseDecoder, denseStack, unitRange } from "../networks.ts";
import { ADVERSARIAL_ROUTING, adversarialGame } from "./adversarial-game.ts";

const PRESETS = {
  tiny: { generator: [64, 64, 64], critic: [64, 64, 64], hidden: "leakyRelu" },
  points: { generator: [128, 128, 128], critic: [128, 128, 128], hidden: "leakyRelu" },
  small: { generator: [256, 512], critic: [512, 256], hidden: "leakyRelu" },
  full: { generator: [4096, 4096, 2048, 2048], critic: [2048, 2048, 4096, 4096], hidden: "relu" },
} as const;

const family = adversarialOptions({
  loss: "non-saturating",
  latent: 100,
  batch: 128,
  learningRate: 2e-4,
  beta1: 0.5,
});

/** What is taken where nothing is said; a penalty that somebody asks for has the family's weight. */
const FOR_IMAGES = {
  preset: "small",
  latent: 100,
  learningRate: 2e-4,
  penalty: "none",
  penaltyWeight: 10,
  averaging: 0,
  halveEvery: 0,
} as const;
/** The same; the noise has as many numbers as an example. */
const FOR_VECTORS = {
  preset: "points",
  learningRate: 1e-3,
  penalty: "r1r2",
  penaltyWeight: 1e-3,
  averaging: 0.999,
  halveEvery: 1500,
} as const;

const defaultsFor = ({ kind, shape }: DataSpecification) =>
  kind === "image" ? FOR_IMAGES : { ...FOR_VECTORS, latent: sizeOf(shape) };

export const gan = defineModel({
  name: "gan",
  family: "gan",
  summary: "A generator against a critic, both of dense layers (Goodfellow et al. 2014)",
  options: z.strictObject({
    preset: z
      .enum(["tiny", "points", "small", "full"])
      .optional()
      .describe("points for vectors and small for images unless told; full has 62 million weights"),
    ...family,
    penalty: unlessTold(
      family.penalty
        .unwrap()
        .optional()
        .describe("on the critic's slope, or its weights: none for images and r1r2 for vectors unless told"),
      { image: FOR_IMAGES.penalty, vector: FOR_VECTORS.penalty },
    ),
    penaltyWeight: ofSlopes(
      family.penaltyWeight
        .unwrap()
        .optional()
        .describe("weight of a penalty on slopes: 10, or 0.001 of the r1r2 that vectors have unless told"),
    ),
    latent: family.latent
      .unwrap()
      .optional()
      .describe("length of the noise: 100 for images, and as many as features for vectors, unless told"),
    learningRate: family.learningRate
      .unwrap()
      .optional()
      .describe("learning rate of all players: 2e-4 for images and 1e-3 for vectors unless told"),
    halveEvery: unlessTold(
      family.halveEvery
        .unwrap()
        .optional()
        .describe("steps in which learning rates fall to a half (0: never): 1500 for vectors unless told"),
      { image: FOR_IMAGES.halveEvery, vector: FOR_VECTORS.halveEvery },
    ),
    halveAfter: ofHalving(
      z.int().min(0).default(12_000).describe("steps before the learning rates begin to fall"),
    ),
    averaging: family.averaging
      .unwrap()
      .optional()
      .describe("decay of the average of the generator's weights: 0.999 for vectors unless told, else 0"),
  }),
  routing: ADVERSARIAL_ROUTING,
  build({ data, network, options: told }) {
    const defaults = defaultsFor(data);
    const options = {
      ...told,
      latent: told.latent ?? defaults.latent,
      learningRate: told.learningRate ?? defaults.learningRate,
      penalty: told.penalty ?? defaults.penalty,
      penaltyWeight: told.penaltyWeight ?? (told.penalty === undefined ? defaults.penaltyWeight : 10),
      averaging: told.averaging ?? defaults.averaging,
      halveEvery: told.halveEvery ?? defaults.halveEvery,
    } satisfies AdversarialSettings;
    const { generator, critic, hidden } = PRESETS[told.preset ?? defaults.preset];
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
