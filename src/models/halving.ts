// Learning rates that fall to a half, again and again (nn/optimisers.ts says by which formula).

import { z } from "zod";
import type { Optimiser } from "../nn/index.ts";
import { onlyWith } from "./effects.ts";

export const ofHalving = <Schema extends z.ZodType>(schema: Schema): Schema =>
  onlyWith(schema, { option: "halveEvery", above: 0 });

export const halvingOptions = {
  halveEvery: z
    .int()
    .min(0)
    .default(0)
    .describe("rounds in which every learning rate falls to a half, again and again (0: never)"),
  halveAfter: ofHalving(z.int().min(0).default(0).describe("rounds before the learning rates begin to fall")),
};

export type HalvingSettings = z.output<z.ZodObject<typeof halvingOptions>>;

/** What these options are to an optimiser that steps once a round. */
export const halvingOf = ({ halveEvery, halveAfter }: HalvingSettings): Pick<Optimiser, "halving"> =>
  halveEvery > 0 ? { halving: { every: halveEvery, after: halveAfter } } : {};
