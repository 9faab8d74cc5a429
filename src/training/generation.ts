// What the role "generate" is asked with: noise from a named stream of the seed, and a class for each example where
// the model knows classes.

import type { Roles } from "../game/model.ts";
import { randomStream } from "../random/index.ts";

export interface GenerationRequest {
  readonly count: number;
  readonly seed: number;
  /** Name of the stream of randomness. */
  readonly stream: string;
  /** The class of all examples; one after the other unless told. */
  readonly label?: number;
}

/** An array for each input of the role. */
export function generationInputs(
  { latent, classes }: NonNullable<Roles["generate"]>,
  { count, seed, stream, label }: GenerationRequest,
): (Float32Array | Int32Array)[] {
  const noise = randomStream(seed, stream).normal(0, new Float32Array(count * latent));
  if (classes === undefined) return [noise];
  return [noise, Int32Array.from({ length: count }, (_, index) => label ?? index % classes)];
}
