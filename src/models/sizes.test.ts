// Networks of the sizes that papers and workloads name: shapes of all weights, from the data inwards.

import { describe, expect, test } from "vitest";
import { Game } from "../game/game.ts";
import type { DataSpecification } from "../game/model.ts";
import { sizeOf } from "../tensor/index.ts";
import { findModel } from "./find-model.ts";

const MNIST: DataSpecification = { kind: "image", shape: [1, 28, 28], classes: 10 };

function gameOf(name: string, options: Record<string, unknown> = {}, specification = MNIST): Game {
  const model = findModel(name);
  const data = { specification, count: 100, dtype: "uint8", labelled: true } as const;
  return new Game(model, model.options.parse(options), data);
}

/** Shapes of a network's weights but for the biases and norms. */
const kernels = (game: Game, network: string) =>
  game.variables
    .weightsOf(network)
    .filter(({ name }) => name.endsWith("/kernel"))
    .map(({ shape }) => shape.join("×"));

const norms = (game: Game, network: string) =>
  game.variables
    .weightsOf(network)
    .filter(({ name }) => name.endsWith("/gamma"))
    .map(({ shape }) => shape[0]);

const count = (game: Game) =>
  game.variables
    .list()
    .filter(({ kind }) => kind === "weight")
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0);

describe("sizes", () => {
  test("autoencoder: 784-128-64-32 and its mirror", () => {
    const game = gameOf("autoencoder");
    expect(game.batch).toBe(256);
    expect(kernels(game, "encoder")).toEqual(["784×128", "128×64", "64×32"]);
    expect(kernels(game, "decoder")).toEqual(["32×32", "32×64", "64×128", "128×784"]);
  });

  test("contractive-autoencoder: 784-256-32 and its mirror", () => {
    const game = gameOf("contractive-autoencoder");
    expect(kernels(game, "encoder")).toEqual(["784×256", "256×32"]);
    expect(kernels(game, "decoder")).toEqual(["32×256", "256×784"]);
  });

  test("gan, preset full: 100-4096-4096-2048-2048-784 against its mirror", () => {
    const game = gameOf("gan", { preset: "full" });
    expect(kernels(game, "generator")).toEqual([
      "100×4096",
      "4096×4096",
      "4096×2048",
      "2048×2048",
      "2048×784",
    ]);
    expect(kernels(game, "critic")).toEqual(["784×2048", "2048×2048", "2048×4096", "4096×4096", "4096×1"]);
    expect(count(game)).toBe(62_370_577);
  });

  test("vae on images: two convolutions and their mirror", () => {
    const game = gameOf("vae");
    expect(kernels(game, "encoder")).toEqual(["32×1×4×4", "64×32×4×4", "3136×64"]);
    expect(kernels(game, "decoder")).toEqual(["32×3136", "64×32×4×4", "32×1×4×4"]);
  });

  test("dcgan at 28 pixels", () => {
    const game = gameOf("dcgan");
    expect(kernels(game, "generator")).toEqual(["64×6272", "128×64×4×4", "64×1×4×4"]);
    expect(norms(game, "generator")).toEqual([128, 64]);
    expect(kernels(game, "critic")).toEqual(["64×1×4×4", "128×64×4×4", "6272×1"]);
    expect(norms(game, "critic")).toEqual([128]);
  });

  test("dcgan at 32 pixels: halved to 4", () => {
    const game = gameOf("dcgan", {}, { kind: "image", shape: [3, 32, 32] });
    expect(kernels(game, "generator")).toEqual(["64×4096", "256×128×4×4", "128×64×4×4", "64×3×4×4"]);
    expect(kernels(game, "critic")).toEqual(["64×3×4×4", "128×64×4×4", "256×128×4×4", "4096×1"]);
  });

  test("wgan-gp: the same, but nothing is normalised in the critic", () => {
    const game = gameOf("wgan-gp");
    expect(kernels(game, "critic")).toEqual(["64×1×4×4", "128×64×4×4", "6272×1"]);
    expect(norms(game, "critic")).toEqual([]);
    expect(norms(game, "generator")).toEqual([128, 64]);
    expect(game.phases[0]!.turns).toEqual([...new Array<string>(5).fill("critic"), "generator"]);
  });

  test("dcgan at 64 pixels in colour", () => {
    const game = gameOf("dcgan", { latent: 100, filters: 32 }, { kind: "image", shape: [3, 64, 64] });
    expect(kernels(game, "generator")).toEqual([
      "100×4096",
      "256×128×4×4",
      "128×64×4×4",
      "64×32×4×4",
      "32×3×4×4",
    ]);
    expect(norms(game, "generator")).toEqual([256, 128, 64, 32]);
    expect(kernels(game, "critic")).toEqual(["32×3×4×4", "64×32×4×4", "128×64×4×4", "256×128×4×4", "4096×1"]);
    expect(norms(game, "critic")).toEqual([64, 128, 256]);
  });

  test("what is normalised has no bias of its own", () => {
    const game = gameOf("dcgan");
    const biases = game.variables.list().filter(({ kind, name }) => kind === "weight" && /bias$/.test(name));
    expect(biases.map(({ name }) => name)).toEqual([
      "generator/dense1/bias",
      "generator/conv2dTranspose2/bias",
      "critic/conv2d1/bias",
      "critic/dense1/bias",
    ]);
  });

  test("a decoder mirrors its trunk at every depth", () => {
    const game = gameOf(
      "autoencoder",
      { architecture: "conv", filters: 8 },
      { kind: "image", shape: [1, 32, 32] },
    );
    const channels = (network: string) =>
      kernels(game, network)
        .filter((shape) => shape.endsWith("×4×4"))
        .map((shape) => shape.split("×").slice(0, 2).join("×"));
    expect(channels("decoder")).toEqual(channels("encoder").reverse());
  });
});

describe("data that do not fit", () => {
  test("vectors in a convolutional model", () => {
    expect(() => gameOf("dcgan", {}, { kind: "vector", shape: [2] })).toThrow(
      "dcgan needs images, and the data are vectors of 2; gan has dense layers and takes vectors",
    );
    expect(() => gameOf("wgan-gp", {}, { kind: "vector", shape: [2] })).toThrow(
      /; wgan with penalty=gradient has dense layers and takes vectors$/,
    );
    expect(() => gameOf("vae", { architecture: "conv" }, { kind: "vector", shape: [2] })).toThrow(
      /^vae needs images, and the data are vectors of 2; with architecture=dense it takes vectors$/,
    );
  });

  test("images that do not halve", () => {
    expect(() => gameOf("dcgan", {}, { kind: "image", shape: [1, 27, 28] })).toThrow(
      /dcgan halves images, and 27×28 does not halve; resize them/,
    );
    expect(() => gameOf("vae", {}, { kind: "image", shape: [1, 6, 6] })).toThrow(/does not halve/);
  });

  test("a cross-entropy of values beyond [0, 1]", () => {
    expect(() => gameOf("autoencoder", { loss: "bce" }, { kind: "vector", shape: [2] })).toThrow(
      /bce needs values in \[0, 1\]/,
    );
  });
});
