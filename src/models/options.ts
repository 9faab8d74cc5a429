// Options that many models have, written once: their ranges, defaults and explanations.

import { z } from "zod";

export const batchOption = (size: number) =>
  z.int().min(1).max(65536).default(size).describe("examples a step");

export const latentOption = (size: number) =>
  z.int().min(1).max(65536).default(size).describe("length of a code");

export const learningRateOption = (rate: number) =>
  z.number().positive().default(rate).describe("learning rate of Adam");

export const widthsOption = (widths: readonly number[]) =>
  z
    .array(z.int().min(1).max(65536))
    .default([...widths])
    .describe("units of the encoder's hidden layers; the decoder mirrors them");

export const architectureOption = z
  .enum(["dense", "conv"])
  .describe("fully connected, or convolutional for images");

export const averagingOption = z
  .number()
  .min(0)
  .lt(1)
  .default(0)
  .describe("decay of the average of the generator's weights that generates (0: none; 0.999 is usual)");
