// Examples made from codes that nobody encoded: drawn from a prior, and decoded, or varied where the model has that
// instead.

import { UserError } from "../errors.ts";
import type { Game } from "../game/game.ts";
import type { RoleName } from "../game/roles.ts";
import { sampleGaussianMixture } from "../metrics/gaussian-mixture.ts";
import { randomStream } from "../random/index.ts";
import { type Codes, codeMixture } from "./code-mixture.ts";
import { normalNoise } from "./generation.ts";

/** What codes are drawn from: N(0, I), or a mixture of Gaussians fitted to codes of training examples. */
export type Prior = (typeof priors)[number];
export const priors = ["normal", "mixture"] as const;

/** Models with the role "generate" were trained for its noise; of codes that follow no prior a mixture knows more. */
export const defaultPrior = ({ roles }: Game): Prior =>
  roles.generate === undefined && canDecode(roles) ? "mixture" : "normal";

const canDecode = ({ encode, decode, vary }: Game["roles"]) =>
  encode !== undefined && (decode ?? vary) !== undefined;

type Batch = { readonly shape: readonly number[]; readonly data: Float32Array };

/** @throws UserError where the model has no codes, or they are too long for a mixture */
export async function generateFromCodes(
  count: number,
  {
    seed,
    prior,
    components,
    truncation,
    stream: name = "generate",
  }: {
    readonly seed: number;
    readonly prior: Prior;
    readonly components?: number | undefined;
    readonly truncation?: number | undefined;
    readonly stream?: string;
  },
  {
    game,
    apply,
    lengthOf,
    codes,
  }: {
    readonly game: Game;
    readonly apply: (role: RoleName, ...inputs: Float32Array[]) => Promise<Batch>;
    /** How many numbers the first input of a role has. */
    readonly lengthOf: (role: "decode" | "vary") => number;
    readonly codes: Omit<Codes, "dimensions" | "encode">;
  },
): Promise<Batch> {
  const { roles, model } = game;
  if (!canDecode(roles)) {
    const instead = roles.generate === undefined ? "" : "; leave out the prior";
    throw new UserError(
      `${model.name} does not encode and decode, so no codes can be drawn for it${instead}`,
    );
  }
  if (prior === "mixture" && truncation !== undefined)
    throw new UserError("a truncation is of normal noise, and these codes come from a mixture; leave it out");
  const dimensions = lengthOf(roles.vary === undefined ? "decode" : "vary");
  const drawn =
    prior === "normal"
      ? normalNoise({ seed, stream: name, truncation }, count * dimensions)
      : sampleGaussianMixture(
          await codeMixture(
            { ...codes, dimensions, encode: (examples) => apply("encode", examples) },
            components,
          ),
          count,
          randomStream(seed, name),
        );
  if (roles.vary === undefined) return apply("decode", drawn);
  if (roles.vary.noise === 0) return apply("vary", drawn);
  const noise = randomStream(seed, `${name}/vary`).normal(0, new Float32Array(count * roles.vary.noise));
  return apply("vary", drawn, noise);
}
