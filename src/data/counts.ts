// How many examples may be asked for of a source that makes them.

import { z } from "zod";

/** Examples have numbers in int32, by which batches name them. */
export const MOST_EXAMPLES = 2 ** 31 - 1;

/** Examples to train on. */
export const trainingCount = z.int().min(1).max(MOST_EXAMPLES);
/** Examples kept apart, where there are to be some. */
export const heldOutCount = z.int().min(0).max(MOST_EXAMPLES);
