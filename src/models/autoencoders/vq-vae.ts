// The vector-quantised autoencoder (van den Oord et al. 2017): a grid of vectors for each example, each of them the
// nearest of K code vectors. With z = E(x), q(z) the codes nearest to it (nn/vector-quantiser.ts), and sg what no
// gradient flows through,
//
//   d(x, G(q(z))) + β·E (z − sg q(z))² + E (sg z − q(z))²
//
// the last two means over all elements. The second keeps the encoder near its codes. The third moves the codes; where
// the codebook follows the vectors by moving averages instead, it is left out.
//
// A code, as `encode` gives it and `decode` takes it, is the whole grid before quantising, laid out flat: `decode`
// quantises first. So any numbers are a code, and a reconstruction is what the model was trained to give.

import { z } from "zod";
import { type DataSpecification, defineModel, game } from "../../game/model.ts";
import { meanSquaredError } from "../../losses/index.ts";
import {
  conv2d,
  dense,
  flatten,
  type Layer,
  perplexity,
  reshape,
  sequential,
  usedShare,
  vectorQuantiser,
} from "../../nn/index.ts";
import { constant, sizeOf, type Tensor } from "../../tensor/index.ts";
import { onlyWith } from "../effects.ts";
import {
  architectureOf,
  type Body,
  denseDecoder,
  denseStack,
  doublings,
  halvings,
  pyramid,
} from "../networks.ts";
import { bodyOptions, ofDense } from "../options.ts";
import { lossOption, stepOptions } from "./plain.ts";
import { reconstructionError } from "./reconstruction.ts";

const name = "vq-vae";

export const vqVae = defineModel({
  name,
  family: "autoencoder",
  summary: "Codes made of the vectors of a learnt codebook (van den Oord et al. 2017)",
  options: z.strictObject({
    ...bodyOptions({ widths: [256, 128], filters: 32 }),
    codes: z.int().min(2).max(65536).default(128).describe("vectors in the codebook"),
    dimension: z.int().min(1).max(4096).default(16).describe("length of a code vector"),
    positions: ofDense(
      z.int().min(1).max(4096).default(16).describe("code vectors an example has, where dense"),
    ),
    codebook: z
      .enum(["ema", "loss"])
      .default("ema")
      .describe("ema: follows the encoder by moving averages; loss: moved by a gradient"),
    decay: onlyWith(
      z.number().min(0).lt(1).default(0.99).describe("decay of the codebook's moving averages"),
      { option: "codebook", is: ["ema"] },
    ),
    beta: z.number().min(0).default(0.25).describe("weight of the encoder's commitment to its codes"),
    loss: lossOption,
    ...stepOptions,
  }),
  routing: { autoencoder: ["encoder", "codebook", "decoder"] },
  build({ data, options, network }) {
    const { dimension, beta, decay, codes } = options;
    const follows = options.codebook === "ema";
    const compare = reconstructionError(data, options.loss);
    const { grid, layers, back } = gridNetworks(data, options);
    const positions = sizeOf(grid);
    const encoder = network("encoder", sequential([...layers, reshape([dimension, positions])]));
    const codebook = network("codebook", vectorQuantiser({ codes, ...(follows ? { decay } : {}) }));
    const decoder = network("decoder", sequential([reshape([dimension, ...grid]), ...back]));
    const vectorsOf = (code: Tensor) => code.transpose([0, 2, 1]).reshape([-1, dimension]);
    const decode = (vectors: Tensor) =>
      decoder(vectors.reshape([-1, positions, dimension]).transpose([0, 2, 1]));

    return game({
      round({ x }) {
        const vectors = vectorsOf(encoder(x));
        const quantised = codebook(vectors);
        return {
          reconstruction: compare.loss(x, decode(quantised.vectors)),
          commitment: meanSquaredError(quantised.codes.stopGradient(), vectors),
          attraction: follows ? constant(0) : meanSquaredError(vectors.stopGradient(), quantised.codes),
          perplexity: perplexity(quantised.shares),
          used: usedShare(quantised.shares),
        };
      },
      players: {
        autoencoder: {
          moves: [encoder, codebook, decoder],
          loss: ({ reconstruction, commitment, attraction }) =>
            reconstruction.add(commitment.mul(beta)).add(attraction),
          report: ({ reconstruction, commitment, perplexity, used }) => ({
            reconstruction,
            commitment,
            perplexity,
            used,
          }),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: {
        encode: (x) => encoder(x).flatten(),
        decode: (code) =>
          compare.mean(decode(codebook(vectorsOf(code.reshape([-1, dimension, positions]))).codes)),
      },
    });
  },
});

/** Layers to a grid of vectors, [N, dimension, …grid], and from it back to an example. */
function gridNetworks(
  data: DataSpecification,
  body: Body & { readonly dimension: number; readonly positions: number },
): { grid: number[]; layers: Layer[]; back: Layer[] } {
  const { dimension, positions, widths } = body;
  if (architectureOf(data, body) === "dense") {
    return {
      grid: [positions],
      layers: [...denseStack(widths, "relu"), dense({ units: dimension * positions })],
      back: [flatten(), denseDecoder(data, [...widths].reverse(), { last: "linear" })],
    };
  }
  const { heights, widths: lengths } = pyramid(data, name);
  const shape = { filters: body.filters, batchNorm: false, model: name };
  const filters = body.filters * 2 ** (heights.length - 2);
  const mix = { kernelSize: 3, padding: "same", filters, activation: "relu" } as const;
  return {
    grid: [heights.at(-1)!, lengths.at(-1)!],
    layers: [
      ...halvings(data, { ...shape, hidden: "relu" }).flat(),
      conv2d(mix),
      conv2d({ kernelSize: 1, filters: dimension }),
    ],
    back: [conv2d(mix), ...doublings(data, { ...shape, last: "linear" }).flat()],
  };
}
