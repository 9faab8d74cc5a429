// Translation learnt without pairs (Liu, Breuel, Kautz 2017, UNIT): two VAE-GANs whose codes share one latent space,
// since the deepest layers of both encoders, and the first of both decoders, are the same. With codes
// q(z|x) = N(E(x), I), decoders G₁ and G₂, and an image x of the first domain (the second's y alike),
//
//   VAE           λ₂·E_q|x − G₁(z)|₁ + λ₁·KL(q(z|x) ‖ N(0, I))
//   translation   x′ = G₂(z), λ₀ times an adversarial loss against the critic of the second domain
//   cycle         λ₄·E_q|x − G₁(z′)|₁ + λ₃·KL(q(z′|x′) ‖ N(0, I)), z′ ~ q(z′|x′)
//
// The published weights are λ₀ = 10, λ₁ = λ₃ = 0.1, λ₂ = λ₄ = 100; the absolute error is a mean over values in
// [−1, 1], the divergence, ½·E(x)² a value, a mean over the code's values, as in the authors' program. The adversarial
// loss is least squares unless told: against the published logarithms, critics that are sure drown the errors.

import { z } from "zod";
import { type DataSpecification, defineModel, game } from "../../game/model.ts";
import { meanAbsoluteError } from "../../losses/index.ts";
import { activation, conv2d, instanceNormalisation, type Layer, sequential } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { criticFirst, criticPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { optimiserOf } from "../adversary/options.ts";
import { asSettings, patchCritic, patchOptions } from "../adversary/patch-critic.ts";
import { imageDomains, inBoth } from "../domains.ts";
import { doublings, halvings, pyramid, signedRange } from "../networks.ts";
import { filtersOption } from "../options.ts";

const CRITICS = ["critic-first", "critic-second"] as const;
const TRANSLATORS = [
  "encoder-first",
  "encoder-second",
  "encoder-shared",
  "decoder-shared",
  "decoder-first",
  "decoder-second",
] as const;

const weight = (value: number, of: string) => z.number().min(0).default(value).describe(`weight of ${of}`);

export const unit = defineModel({
  name: "unit",
  family: "fusion",
  summary:
    "Translates images both ways without pairs: two VAE-GANs, one latent space (Liu, Breuel, Kautz 2017)",
  options: z.strictObject({
    filters: filtersOption(32),
    codeChannels: z
      .int()
      .min(1)
      .max(1024)
      .default(64)
      .describe("channels of the shared code, an image of the smallest size"),
    reconstruction: weight(100, "the error of an image rebuilt in its own domain"),
    cycle: weight(100, "the error of an image translated there and back"),
    divergence: weight(0.1, "the codes' divergence from the prior"),
    adversarialWeight: weight(10, "the critics' say on translations"),
    ...patchOptions({ loss: "least-squares", batch: 16, learningRate: 2e-4, beta1: 0.5 }),
  }),
  routing: { critic: CRITICS, translator: TRANSLATORS },
  build({ data, options, network }) {
    const { first, second } = imageDomains(data, { model: "unit", paired: false });
    const settings = asSettings(options);
    const range = signedRange(data);
    const layers = layersOf(options, range.last);
    const [enterFirst, enterSecond] = [
      network(TRANSLATORS[0], sequential(layers.entering(first))),
      network(TRANSLATORS[1], sequential(layers.entering(second))),
    ];
    const encode = network(TRANSLATORS[2], sequential(layers.encoding(first)));
    const decode = network(TRANSLATORS[3], sequential(layers.decoding(first)));
    const [leaveFirst, leaveSecond] = [
      network(TRANSLATORS[4], sequential(layers.leaving(first))),
      network(TRANSLATORS[5], sequential(layers.leaving(second))),
    ];
    const [judgeFirst, judgeSecond] = [
      network(CRITICS[0], patchCritic(first, layers.critic(settings))),
      network(CRITICS[1], patchCritic(second, layers.critic(settings))),
    ];
    const encoders = {
      first: (x: Tensor) => encode(enterFirst(x)),
      second: (y: Tensor) => encode(enterSecond(y)),
    };
    const decoders = {
      first: (z: Tensor) => leaveFirst(decode(z)),
      second: (z: Tensor) => leaveSecond(decode(z)),
    };
    const translators = [enterFirst, enterSecond, encode, decode, leaveFirst, leaveSecond];
    const codeShape = layers.codeShape(first);
    const asCode = (code: Tensor) => code.reshape([code.shape[0]!, ...codeShape]);

    return game({
      round({ x, target, normal, uniform }) {
        const [here, there] = [range.enter(x), range.enter(target)];
        const drawn = (mean: Tensor) => mean.add(normal(...mean.shape));
        const codes = { first: encoders.first(here), second: encoders.second(there) };
        const [z1, z2] = [drawn(codes.first), drawn(codes.second)];
        const [translated, translatedBack] = [decoders.second(z1), decoders.first(z2)];
        const again = { first: encoders.first(translatedBack), second: encoders.second(translated) };
        const play = (critic: typeof judgeFirst, real: Tensor, generated: Tensor) =>
          judge(settings, { uniform }, { critic, real: [real], generated: [[generated]], apart: false });
        return {
          verdict: inBoth(play(judgeFirst, here, translatedBack), play(judgeSecond, there, translated)),
          reconstruction: meanAbsoluteError(here, decoders.first(z1)).add(
            meanAbsoluteError(there, decoders.second(z2)),
          ),
          cycle: meanAbsoluteError(here, decoders.first(drawn(again.second))).add(
            meanAbsoluteError(there, decoders.second(drawn(again.first))),
          ),
          divergence: [codes.first, codes.second, again.first, again.second]
            .map((mean) => mean.square().mean().mul(0.5))
            .reduce((sum, part) => sum.add(part)),
        };
      },
      players: {
        critic: criticPlayer(settings, [judgeFirst, judgeSecond]),
        translator: {
          moves: translators,
          loss: ({ verdict, reconstruction, cycle, divergence }) =>
            verdict.generatorLoss
              .mul(options.adversarialWeight)
              .add(reconstruction.mul(options.reconstruction))
              .add(cycle.mul(options.cycle))
              .add(divergence.mul(options.divergence)),
          report: ({ reconstruction, cycle, divergence }) => ({ reconstruction, cycle, divergence }),
          optimiser: optimiserOf(options),
        },
      },
      phases: [{ name: "play", turns: criticFirst(options, "translator") }],
      roles: {
        encode: (x) => encoders.first(range.enter(x)).flatten(),
        decode: (code) => range.leave(decoders.first(asCode(code))),
        translate: (x) => range.leave(decoders.second(encoders.first(range.enter(x)))),
        translateBack: (y) => range.leave(decoders.first(encoders.second(range.enter(y)))),
        ...realnessBy(options, (x) => judgeFirst(range.enter(x)).score.mean(1)),
      },
      averages: { networks: translators, decay: options.averaging },
    });
  },
});

/** The layers of encoders, decoders and critics; what is shared deals with images of the smallest size. */
function layersOf(
  { filters, codeChannels }: { readonly filters: number; readonly codeChannels: number },
  last: "tanh" | "sigmoid" | "linear",
) {
  const kernelInitialiser = { kind: "normal", deviation: 0.02 } as const;
  const bare = { model: "unit", filters, kernelInitialiser } as const;
  // Normalised image by image: what is shared sees both domains, whose statistics differ.
  const details = { ...bare, batchNorm: true, normalisation: instanceNormalisation };
  const smallest = (domain: DataSpecification) => {
    const { heights, widths } = pyramid(domain, bare.model);
    return { deepest: filters * 2 ** (heights.length - 2), size: [heights.at(-1)!, widths.at(-1)!] };
  };
  const still = { kernelSize: 3, padding: 1, kernelInitialiser } as const;
  const hidden = (domain: DataSpecification, name: "leakyRelu" | "relu") => [
    conv2d({ ...still, filters: smallest(domain).deepest, useBias: false }),
    instanceNormalisation(),
    activation(name),
  ];
  return {
    codeShape: (domain: DataSpecification) => [codeChannels, ...smallest(domain).size],
    entering: (domain: DataSpecification): Layer[] =>
      halvings(domain, { ...details, hidden: "leakyRelu" }).flat(),
    encoding: (domain: DataSpecification): Layer[] => [
      ...hidden(domain, "leakyRelu"),
      conv2d({ ...still, filters: codeChannels }),
    ],
    decoding: (domain: DataSpecification): Layer[] => hidden(domain, "relu"),
    leaving: (domain: DataSpecification): Layer[] => doublings(domain, { ...details, last }).flat(),
    critic: <Options extends object>(options: Options) => ({ ...options, ...bare, batchNorm: false }),
  };
}
