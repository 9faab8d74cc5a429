// Networks that the fusions share, after DCGAN (Radford et al. 2016): weights from N(0, 0.02²), batch normalisation
// in the generator. Encoders have none unless asked, since a contractive encoder's codes must not depend on the rest of the batch;
// nor have critics whose smoothness is seen to otherwise, by a penalty on slopes or by spectral normalisation.

import type { DataSpecification } from "../../game/model.ts";
import { dense, type Layer, type Scope, sequential } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { criticOf, type Judgement, normalises } from "../adversary/critics.ts";
import type { AdversarialSettings } from "../adversary/options.ts";
import { type Body, decoderOf, signedRange, trunkOf } from "../networks.ts";

export const KERNEL = { kind: "normal", deviation: 0.02 } as const;

/** Examples to codes [N, latent]. */
export function codeEncoder(
  data: DataSpecification,
  body: Body,
  { latent, model, batchNorm = false }: { latent: number; model: string; batchNorm?: boolean },
): Layer {
  return sequential([
    ...trunkOf(data, body, { model, hidden: "leakyRelu", batchNorm }),
    dense({ units: latent }),
  ]);
}

/** Codes to samples, in the range that the critic sees. */
export function sampleDecoder(data: DataSpecification, body: Body, model: string): Layer {
  return decoderOf(data, body, {
    model,
    batchNorm: true,
    last: signedRange(data).last,
    kernelInitialiser: KERNEL,
  });
}

/** A critic of samples, and whether its examples see each other. */
export function sampleCritic(
  data: DataSpecification,
  options: Body & AdversarialSettings,
  model: string,
): { readonly body: (scope: Scope, x: Tensor) => Judgement; readonly apart: boolean } {
  const batchNorm = normalises(options);
  const trunk = trunkOf(data, options, {
    model,
    hidden: "leakyRelu",
    batchNorm,
    kernelInitialiser: KERNEL,
  });
  return { body: criticOf(trunk, options, { kernelInitialiser: KERNEL }), apart: batchNorm };
}
