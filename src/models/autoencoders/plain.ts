// What most autoencoders share: a body, one code for each example, and a reconstruction that is compared with it.

import { z } from "zod";
import type { BuildContext, Network } from "../../game/model.ts";
import { type Activation, dense, sequential } from "../../nn/index.ts";
import { decoderOf, trunkOf } from "../networks.ts";
import { batchOption, bodyOptions, latentOption, learningRateOption } from "../options.ts";
import { type ReconstructionError, reconstructionError } from "./reconstruction.ts";

export const lossOption = z
  .enum(["mse", "mae", "bce"])
  .default("mse")
  .describe("how a reconstruction is compared");

/** Body, code and steps; what is a model's own stands between. */
export const codeOptions = (latent: number) => ({
  ...bodyOptions({ widths: [256, 128], filters: 32 }),
  latent: latentOption(latent),
});
export const stepOptions = { batch: batchOption(128), learningRate: learningRateOption(1e-3) };

type PlainOptions = z.output<z.ZodObject<ReturnType<typeof codeOptions> & { loss: typeof lossOption }>>;

export interface PlainNetworks {
  readonly encoder: Network;
  /** Its raw output is what `compare` compares. */
  readonly decoder: Network;
  readonly compare: ReconstructionError;
}

/** An encoder to codes [N, latent], and its mirror. */
export function plainNetworks(
  { data, options, network }: Pick<BuildContext<PlainOptions>, "data" | "options" | "network">,
  { model, code = "linear" }: { readonly model: string; readonly code?: Activation },
): PlainNetworks {
  const trunk = trunkOf(data, options, { model, hidden: "relu" });
  return {
    compare: reconstructionError(data, options.loss),
    encoder: network("encoder", sequential([...trunk, dense({ units: options.latent, activation: code })])),
    decoder: network("decoder", decoderOf(data, options, { model, last: "linear" })),
  };
}
