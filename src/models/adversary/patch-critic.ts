// A critic of patches (PatchGAN, Isola et al. 2017): convolutions that end in a map of scores, each of which judges the
// patch of the image that it sees. What is far apart is judged as if it were independent, so the critic looks at
// texture and edges, and has few weights.

import type { DataSpecification } from "../../game/model.ts";
import {
  activation,
  batchNormalisation,
  conv2d,
  flatten,
  type Initialiser,
  outputsOf,
  type Scope,
} from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { halvings } from "../networks.ts";
import { type CriticSettings, criticScope, type Judgement } from "./critics.ts";
import { type AdversarialDefaults, adversarialOptions } from "./options.ts";

/** The adversarial options that make sense to a critic of patches, in a model that draws nothing from noise. */
export function patchOptions(defaults: Omit<AdversarialDefaults, "latent">) {
  const { latent: _, minibatchDeviation: __, ...options } = adversarialOptions({ ...defaults, latent: 1 });
  return options;
}

/** Such options with those that have no meaning here, as a verdict wants them. */
export const asSettings = <Options extends object>(options: Options) => ({
  ...options,
  latent: 0,
  minibatchDeviation: false,
});

/** More would let a score see more than 54 pixels across. */
const MOST_HALVINGS = 3;

/**
 * A critic whose scores are [N, patches]: up to three halvings, a convolution at the size they lead to, and one that
 * gives the scores.
 */
export function patchCritic(
  data: DataSpecification,
  {
    filters,
    batchNorm,
    model,
    kernelInitialiser,
    ...options
  }: CriticSettings & {
    readonly filters: number;
    readonly batchNorm: boolean;
    readonly model: string;
    readonly kernelInitialiser: Initialiser;
  },
): (scope: Scope, x: Tensor) => Judgement {
  const levels = halvings(data, { filters, batchNorm, hidden: "leakyRelu", model, kernelInitialiser });
  const kept = levels.slice(0, MOST_HALVINGS);
  const still = { kernelSize: 3, padding: 1, kernelInitialiser } as const;
  const layers = [
    ...kept.flat(),
    conv2d({ ...still, filters: filters * 2 ** kept.length, useBias: !batchNorm }),
    ...(batchNorm ? [batchNormalisation()] : []),
    activation("leakyRelu"),
    flatten(),
  ];
  const head = conv2d({ ...still, filters: 1 });
  return (scope, x) => {
    const own = criticScope(scope, options);
    const [hidden, features] = outputsOf(layers, x, own).slice(-2);
    return { features: features!, score: head.apply(hidden!, own.child("score")).flatten() };
  };
}
