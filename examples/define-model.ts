// A model that Gamelan does not have: the denoising autoencoder (Vincent et al. 2008). It sees the example with noise
// added, x + σ·ε, and must give back the example without it:
//
//   d(x, G(E(x + σ·ε))),  ε ~ N(0, I),  d the mean squared error
//
// Added to the catalogue, it is trained, resumed and opened by its name like any other.

import { defineModel, game, losses, nn, open, registerModel, train } from "gamelan";
import { z } from "zod";

const { dense, flatten, reshape, sequential } = nn;

const denoiser = defineModel({
  name: "denoiser",
  family: "autoencoder",
  summary: "An autoencoder that takes noise away (Vincent et al. 2008)",
  options: z.strictObject({
    latent: z.int().min(1).default(32).describe("length of a code"),
    noise: z.number().min(0).default(0.3).describe("standard deviation of the noise"),
    batch: z.int().min(1).default(256).describe("examples a step"),
    learningRate: z.number().positive().default(1e-3).describe("learning rate of Adam"),
  }),
  build({ data, options, network }) {
    const size = data.shape.reduce((product, length) => product * length, 1);
    const encoder = network(
      "encoder",
      sequential([
        flatten(),
        dense({ units: 256, activation: "relu" }),
        dense({ units: options.latent, activation: "relu" }),
      ]),
    );
    const decoder = network(
      "decoder",
      sequential([
        dense({ units: 256, activation: "relu" }),
        dense({ units: size, activation: "sigmoid" }),
        reshape(data.shape),
      ]),
    );
    return game({
      round({ x, batch, normal }) {
        const noisy = x.add(normal(batch, ...data.shape).mul(options.noise));
        return { x, rebuilt: decoder(encoder(noisy)) };
      },
      players: {
        denoiser: {
          moves: [encoder, decoder],
          loss: ({ x, rebuilt }) => losses.meanSquaredError(x, rebuilt),
          optimiser: { kind: "adam", learningRate: options.learningRate },
        },
      },
      roles: { encode: encoder, decode: decoder },
    });
  },
});

registerModel(denoiser);

const run = await train({ model: "denoiser", data: "glyphs", rounds: 800, threads: 1 });
for await (const event of run.events()) {
  if (event.type === "end") console.log(`mean squared error on the test split: ${event.test.mse}`);
}

const model = await open(run.path);
const { test } = await model.data();
const examples = Float32Array.from(test.values.subarray(0, 784), (byte) => byte / 255);
const { shape } = await model.encode(examples);
console.log(`${run.path}: the code of one image has the shape [${shape.join(", ")}]`);
await model.close();
