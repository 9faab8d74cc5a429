// What the published settings come to.

import { describe, expect, test } from "vitest";
import { gameFor } from "../../../test/support/catalogue-games.ts";
import { CONV, convolutional, VECTORS } from "../../../test/support/games/setting.ts";
import { numbersOf, play } from "../../../test/support/rounds.ts";

const game = (model: string, data = CONV) =>
  gameFor({ model, options: data === CONV ? convolutional : { batch: 4, widths: [6] }, data });
const norms = (model: string, network: string) =>
  game(model)
    .variables.weightsOf(network)
    .filter(({ name }) => name.endsWith("/gamma")).length;

describe("wgan", () => {
  test("RMSprop for both, weights of the critic cut, five of its steps for one of the generator", async () => {
    const played = game("wgan", VECTORS);
    expect(played.phases[0]!.turns).toEqual([...new Array<string>(5).fill("critic"), "generator"]);
    const rmsprop = { kind: "rmsprop", learningRate: 5e-5, rho: 0.99, epsilon: 1e-8 };
    expect(Object.values(played.players).map(({ optimiser }) => optimiser)).toEqual([rmsprop, rmsprop]);
    const { state } = await play(played, played.phases[0]!);
    const largest = (network: string) =>
      Math.max(
        ...played.variables.weightsOf(network).flatMap(({ name }) => numbersOf(state, name).map(Math.abs)),
      );
    expect(largest("critic")).toBeCloseTo(0.01, 6);
    expect(largest("generator")).toBeGreaterThan(0.1);
  });
});

test("who normalises: both in wgan and lsgan, neither in r3gan", () => {
  for (const [model, generator, critic] of [
    ["wgan", 2, 1],
    ["lsgan", 2, 1],
    ["r3gan", 0, 0],
  ] as const) {
    expect([norms(model, "generator"), norms(model, "critic")], model).toEqual([generator, critic]);
  }
});

test("a critic that is kept smooth otherwise does not normalise", () => {
  const normsWith = (model: string, options: object) =>
    gameFor({ model, options: { ...convolutional, ...options }, data: CONV })
      .variables.weightsOf("critic")
      .filter(({ name }) => name.endsWith("/gamma")).length;
  for (const model of ["dcgan", "lsgan", "infogan", "entropy-gan"]) {
    expect(normsWith(model, {}), model).toBe(1);
    expect(normsWith(model, { penalty: "clip" }), model).toBe(1);
    for (const options of [{ spectralNorm: true }, { penalty: "r1" }, { penalty: "gradient" }])
      expect(normsWith(model, options), `${model} ${JSON.stringify(options)}`).toBe(0);
  }
});

test("learning rates fall with the rounds, however often a critic steps in one", () => {
  for (const model of ["lsgan", "vae-gan", "alad", "alpha-gan"]) {
    const { players } = gameFor({
      model,
      options: { ...convolutional, latent: 3, criticSteps: 5, halveAfter: 100, halveEvery: 10 },
      data: CONV,
    });
    for (const [name, { optimiser }] of Object.entries(players)) {
      const factor = /critic/i.test(name) ? 5 : 1;
      expect(optimiser.halving, `${model}, ${name}`).toEqual({ after: factor * 100, every: factor * 10 });
    }
  }
});

test("the entropy of a single sample is refused in one line", () => {
  const alone = () => gameFor({ model: "entropy-gan", options: { ...convolutional, batch: 1 }, data: CONV });
  expect(alone).toThrow("take a batch of 2 or more");
});

test("r3gan keeps an average of its generator", () => {
  const averages = game("r3gan")
    .variables.list()
    .filter(({ kind }) => kind === "average");
  expect(averages.length).toBe(game("r3gan").variables.weightsOf("generator").length);
});

test("vectors get dense layers, and images on request", () => {
  const kernels = (architecture: string) =>
    gameFor({ model: "lsgan", options: { ...convolutional, widths: [7], architecture }, data: CONV })
      .variables.weightsOf("critic")
      .filter(({ name }) => name.endsWith("/kernel"))
      .map(({ shape }) => shape.join("×"));
  expect(kernels("dense")).toEqual(["512×7", "7×1"]);
  expect(kernels("conv")).toEqual(["2×2×4×4", "4×2×4×4", "64×1"]);
});
