// Fusions that begin with an autoencoder: it learns alone for a part of the training, and is then at rest.

import { z } from "zod";
import type { Phase, Player, Turn } from "../../game/model.ts";
import type { Tensor } from "../../tensor/index.ts";
import { type HalvingSettings, halvingOf } from "../halving.ts";

/** @param share the part of the training that goes to the autoencoder */
export const autoencodingOptions = (share: number) => ({
  autoencoding: z
    .number()
    .gt(0)
    .lt(1)
    .default(share)
    .describe("part of the training in which the autoencoder alone learns, before the game begins"),
  autoencoderLearningRate: z.number().positive().default(1e-3).describe("learning rate of Adam in that part"),
});

interface AutoencodingSettings extends HalvingSettings {
  readonly autoencoding: number;
  readonly autoencoderLearningRate: number;
}

/** The player who minimises the round's `reconstruction`. */
export function autoencoderPlayer(
  { autoencoderLearningRate, ...halving }: AutoencodingSettings,
  moves: Player<unknown>["moves"],
): Player<unknown> {
  return {
    moves,
    loss: (round) => (round as { readonly reconstruction: Tensor }).reconstruction,
    optimiser: { kind: "adam", learningRate: autoencoderLearningRate, ...halvingOf(halving) },
  };
}

/** The autoencoder's phase, then the game's. */
export function afterAutoencoding(
  { autoencoding }: Pick<AutoencodingSettings, "autoencoding">,
  turns: readonly Turn[],
): Phase[] {
  return [
    { name: "autoencode", share: autoencoding, turns: ["autoencoder"] },
    { name: "play", share: 1 - autoencoding, turns },
  ];
}
