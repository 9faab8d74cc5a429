// The deep convolutional GAN (Radford et al. 2016): strided convolutions instead of pooling, batch normalisation
// everywhere but the generator's last and the critic's first layer, ReLU and a tanh in the generator, LeakyReLU
// with slope 0.2 in the critic, weights from N(0, 0.02²), Adam(2·10⁻⁴, β₁ 0.5). `wgan-gp` (Gulrajani et al. 2017)
// is the same pair without normalisation in the critic, on the Wasserstein loss with a gradient penalty and five
// steps of the critic for each of the generator's.

import { z } from "zod";
import { type DataSpecification, defineModel } from "../../game/model.ts";
import { type CriticSettings, criticOf, normalises } from "../adversary/critics.ts";
import { type AdversarialSettings, adversarialOptions } from "../adversary/options.ts";
import { convolutionalDecoder, convolutionalTrunk, imageShapeOf, signedRange } from "../networks.ts";
import { filtersOption } from "../options.ts";
import { ADVERSARIAL_ROUTING, adversarialGame } from "./adversarial-game.ts";

/** Generator and critic of a size; the critic may go without batch normalisation. `dense` is the model for vectors. */
function convolutionalPair(
  data: DataSpecification,
  options: CriticSettings & Pick<AdversarialSettings, "penalty"> & { readonly filters: number },
  { model, dense, ...details }: { criticNorm: boolean; model: string; dense: string },
) {
  imageShapeOf(data, model, `${dense} has dense layers and takes vectors`);
  const { filters } = options;
  const criticNorm = details.criticNorm && normalises(options);
  const kernelInitialiser = { kind: "normal", deviation: 0.02 } as const;
  const range = signedRange(data);
  return {
    range,
    criticNorm,
    generator: convolutionalDecoder(data, {
      filters,
      batchNorm: true,
      last: range.last,
      model,
      kernelInitialiser,
    }),
    critic: criticOf(
      convolutionalTrunk(data, {
        filters,
        batchNorm: criticNorm,
        hidden: "leakyRelu",
        model,
        kernelInitialiser,
      }),
      options,
      { kernelInitialiser },
    ),
  };
}

export const dcgan = defineModel({
  name: "dcgan",
  family: "gan",
  summary: "A convolutional generator against a convolutional critic (Radford et al. 2016)",
  options: z.strictObject({
    filters: filtersOption(64),
    ...adversarialOptions({
      loss: "non-saturating",
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
  }),
  routing: ADVERSARIAL_ROUTING,
  build: (context) =>
    adversarialGame(
      context,
      convolutionalPair(context.data, context.options, { criticNorm: true, model: "dcgan", dense: "gan" }),
    ),
});

export const wganGp = defineModel({
  name: "wgan-gp",
  family: "gan",
  summary: "Wasserstein distance with a penalty on the critic's slope (Gulrajani et al. 2017)",
  options: z.strictObject({
    filters: filtersOption(64),
    ...adversarialOptions({
      loss: "wasserstein",
      penalty: "gradient",
      criticSteps: 5,
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
      beta2: 0.9,
    }),
  }),
  routing: ADVERSARIAL_ROUTING,
  build: (context) =>
    adversarialGame(
      context,
      convolutionalPair(context.data, context.options, {
        criticNorm: false,
        model: "wgan-gp",
        dense: "wgan with penalty=gradient",
      }),
    ),
});
