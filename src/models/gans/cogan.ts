// Coupled generative adversarial networks (Liu, Tuzel 2016): two domains, each with a generator and a critic,
//
//   V(D₁, G₁) + V(D₂, G₂),   G₁(z) = g₁(g(z)), G₂(z) = g₂(g(z)),   D₁(x) = d(d₁(x)), D₂(y) = d(d₂(y))
//
// V being a GAN's game. The layers g and d, which deal with what is in an image, are shared; those nearest to the
// image, g₁, g₂, d₁ and d₂, deal with how it looks. So one noise gives a pair, an image in each domain, though no
// pairs were ever seen. The networks are DCGAN's, but for the critics, whose shared layers would mix the statistics of
// both domains: their kernels are normalised (Miyato 2018) and not what passes through, and they are told how much a
// batch's examples differ (Karras 2018), since without either the pairs soon repeat each other.

import { z } from "zod";
import { UserError } from "../../errors.ts";
import { type DataSpecification, defineModel, game } from "../../game/model.ts";
import { flatten, type Layer, outputsOf, type Scope, sequential } from "../../nn/index.ts";
import type { Tensor } from "../../tensor/index.ts";
import { criticOf, criticScope } from "../adversary/critics.ts";
import { criticFirst, criticPlayer, generatorPlayer, judge, realnessBy } from "../adversary/judge.ts";
import { adversarialOptions } from "../adversary/options.ts";
import { imageDomains, inBoth } from "../domains.ts";
import { doublings, halvings, seedImages, signedRange } from "../networks.ts";
import { filtersOption } from "../options.ts";

const GENERATORS = ["generator-shared", "generator-first", "generator-second"] as const;
const CRITICS = ["critic-shared", "critic-first", "critic-second"] as const;

export const cogan = defineModel({
  name: "cogan",
  family: "gan",
  summary: "Two coupled GANs: one noise makes a pair of images, one in each domain (Liu, Tuzel 2016)",
  options: z.strictObject({
    filters: filtersOption(32),
    ownLayers: z
      .int()
      .min(1)
      .max(8)
      .default(1)
      .describe(
        "convolutions that each domain has for itself, counted from the image; the others are shared",
      ),
    ...adversarialOptions({
      loss: "non-saturating",
      spectralNorm: true,
      minibatchDeviation: true,
      latent: 64,
      batch: 64,
      learningRate: 2e-4,
      beta1: 0.5,
    }),
  }),
  routing: { critic: CRITICS, generator: GENERATORS },
  build({ data, options, network }) {
    const { first, second } = imageDomains(data, { model: "cogan", paired: false });
    const { latent, averaging } = options;
    const range = signedRange(data);
    const layers = layersOf(options, range.last);
    const [high, makesFirst, makesSecond] = [
      network(GENERATORS[0], sequential(layers.seed(first))),
      network(GENERATORS[1], sequential(layers.lastDoublings(first))),
      network(GENERATORS[2], sequential(layers.lastDoublings(second))),
    ];
    const seesAs = (domain: DataSpecification) => (scope: Scope, x: Tensor) =>
      outputsOf(layers.firstHalvings(domain), x, criticScope(scope, options)).at(-1)!;
    const [judges, seesFirst, seesSecond] = [
      network(CRITICS[0], criticOf(layers.judging(first), options)),
      network(CRITICS[1], seesAs(first)),
      network(CRITICS[2], seesAs(second)),
    ];
    const critics = {
      first: (x: Tensor) => judges(seesFirst(x)),
      second: (y: Tensor) => judges(seesSecond(y)),
    };
    const generators = [high, makesFirst, makesSecond];

    return game({
      round({ x, target, batch, normal, uniform }) {
        const content = high(normal(batch, latent));
        const play = (critic: (x: Tensor) => ReturnType<typeof judges>, real: Tensor, generated: Tensor) =>
          judge(
            options,
            { uniform },
            { critic, real: [range.enter(real)], generated: [[generated]], apart: false },
          );
        return {
          verdict: inBoth(
            play(critics.first, x, makesFirst(content)),
            play(critics.second, target, makesSecond(content)),
          ),
        };
      },
      players: {
        critic: criticPlayer(options, [judges, seesFirst, seesSecond]),
        generator: generatorPlayer(options, generators),
      },
      phases: [{ name: "play", turns: criticFirst(options) }],
      roles: {
        generate: {
          latent,
          from: (noise) => range.leave(makesFirst(high(noise))),
          partner: (noise) => range.leave(makesSecond(high(noise))),
        },
        ...realnessBy(options, (x) => critics.first(range.enter(x)).score),
      },
      averages: { networks: generators, decay: averaging },
    });
  },
});

/** DCGAN's layers of a domain, cut where the domains part. */
function layersOf(
  { filters, ownLayers }: { readonly filters: number; readonly ownLayers: number },
  last: "tanh" | "sigmoid" | "linear",
) {
  const details = {
    model: "cogan",
    filters,
    kernelInitialiser: { kind: "normal", deviation: 0.02 },
  } as const;
  const down = (domain: DataSpecification) => {
    const levels = halvings(domain, { ...details, batchNorm: false, hidden: "leakyRelu" });
    if (ownLayers > levels.length)
      throw new UserError(
        `cogan has ${levels.length} convolutions for images of ${domain.shape.slice(1).join("×")}; ownLayers is at most that, not ${ownLayers}`,
      );
    return levels;
  };
  const up = (domain: DataSpecification) => doublings(domain, { ...details, batchNorm: true, last });
  return {
    seed: (domain: DataSpecification): Layer[] => [
      ...seedImages(domain, { ...details, batchNorm: true }),
      ...up(domain).slice(0, -ownLayers).flat(),
    ],
    lastDoublings: (domain: DataSpecification): Layer[] => up(domain).slice(-ownLayers).flat(),
    firstHalvings: (domain: DataSpecification): Layer[] => down(domain).slice(0, ownLayers).flat(),
    judging: (domain: DataSpecification): Layer[] => [...down(domain).slice(ownLayers).flat(), flatten()],
  };
}
