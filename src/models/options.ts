// Options that many models have, written once: their ranges, defaults and explanations.

import { z } from "zod";
import { onlyWith, unlessTold } from "./effects.ts";

export const batchOption = (size: number, least = 1) =>
  z.int().min(least).max(65536).default(size).describe("examples a step");

export const latentOption = (size: number) =>
  z.int().min(1).max(65536).default(size).describe("length of a code");

export const noiseOption = (size: number) =>
  z.int().min(1).max(65536).default(size).describe("length of the generator's noise");

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

/** What a body is made of where nothing is said. */
export const ARCHITECTURES = { image: "conv", vector: "dense" } as const;

export const filtersOption = (filters: number) =>
  z
    .int()
    .min(1)
    .max(1024)
    .default(filters)
    .describe("filters of the convolution nearest to the image; each further one has twice as many");

/** For models of either architecture. */
export const ofDense = <Schema extends z.ZodType>(schema: Schema): Schema =>
  onlyWith(schema, { option: "architecture", is: ["dense"] });
export const ofConvolutions = <Schema extends z.ZodType>(schema: Schema): Schema =>
  onlyWith(schema, { option: "architecture", is: ["conv"] });

/** How the bodies of encoder and decoder are built: conv for images and dense for vectors unless told. */
export const bodyOptions = ({ widths, filters }: { widths: readonly number[]; filters: number }) => ({
  architecture: unlessTold(
    architectureOption.optional().describe("conv for images and dense for vectors unless told"),
    ARCHITECTURES,
  ),
  widths: ofDense(widthsOption(widths)),
  filters: ofConvolutions(filtersOption(filters)),
});

/** For models whose convolutional networks are normalised over the batch. */
export const normaliseDenseOption = ofDense(
  z
    .boolean()
    .default(false)
    .describe("batch normalisation between dense layers too, as between convolutions"),
);

/** Weights of the two sides of a fusion. */
export const lambdaOptions = ({ lambda1, lambda2 }: { lambda1: number; lambda2: number }) => ({
  lambda1: z.number().min(0).default(lambda1).describe("weight of the reconstruction error"),
  lambda2: z.number().min(0).default(lambda2).describe("weight of the adversarial side"),
});

export const averagingOption = (decay: number) =>
  z
    .number()
    .min(0)
    .lt(1)
    .default(decay)
    .describe(
      "decay of the average of weights that generates, encodes and decodes (0: none; 0.999 is usual)",
    );
