// Corruptions of examples (Vincent et al. 2010, section 3.3), each a function of the example and of fresh noise.

import { UserError } from "../../errors.ts";
import type { DataSpecification, RoundInputs } from "../../game/model.ts";
import type { Tensor } from "../../tensor/index.ts";

export const noiseKinds = ["gaussian", "masking", "salt-and-pepper"] as const;

export interface Corruption {
  readonly noise: (typeof noiseKinds)[number];
  /** The standard deviation of gaussian noise; else the share of values that are lost. */
  readonly level: number;
}

/** @throws UserError where values cannot be corrupted so */
export function checkCorruption({ kind }: DataSpecification, { noise, level }: Corruption): void {
  if (noise === "salt-and-pepper" && kind !== "image")
    throw new UserError(
      "noise salt-and-pepper needs values in [0, 1], as images have; use gaussian or masking",
    );
  if (noise !== "gaussian" && level > 1)
    throw new UserError(`level ${level} is a share of the values and at most 1; noise ${noise} needs less`);
}

/**
 * x with noise: gaussian adds level·ε to each value, masking sets a share of them to 0, salt and pepper sets one half
 * of a share to 0 and the other to 1.
 */
export function corrupt(
  x: Tensor,
  { noise, level }: Corruption,
  { normal, uniform }: Pick<RoundInputs, "normal" | "uniform">,
): Tensor {
  if (noise === "gaussian") return x.add(normal(...x.shape).mul(level));
  const chance = uniform(...x.shape);
  if (noise === "masking") return chance.less(level).where(0, x);
  return chance.less(level / 2).where(0, chance.less(level).where(1, x));
}
