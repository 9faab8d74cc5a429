// Models of two domains: the sizes of their networks, and what they ask of their data.

import { describe, expect, test } from "vitest";
import { withTarget } from "../../test/support/games/setting.ts";
import { Game, type TrainingData } from "../game/game.ts";
import { roleFunctions } from "../game/roles.ts";
import { findModel } from "./find-model.ts";

const images = (...shape: number[]): TrainingData => ({
  specification: { kind: "image", shape },
  count: 100,
  dtype: "uint8",
  labelled: false,
});
const paired = (from: number[], to: number[]) => withTarget(images(...from), { paired: true, shape: to });

function gameOf(name: string, data: TrainingData, options: Record<string, unknown> = {}): Game {
  const model = findModel(name);
  return new Game(model, model.options.parse({ filters: 8, ...options }), data);
}

const kernels = (game: Game, network: string) =>
  game.variables
    .weightsOf(network)
    .filter(({ name }) => name.endsWith("/kernel"))
    .map(({ shape }) => shape.join("×"));

describe("sizes", () => {
  test("pix2pix at 28 pixels: two halvings, what the first had given to the last", () => {
    const game = gameOf("pix2pix", paired([1, 28, 28], [3, 28, 28]));
    expect(kernels(game, "generator")).toEqual(["8×1×4×4", "16×8×4×4", "16×16×3×3", "16×8×4×4", "16×3×4×4"]);
    expect(kernels(game, "critic")).toEqual(["8×4×4×4", "16×8×4×4", "32×16×3×3", "1×32×3×3"]);
  });

  test.each([32, 64])("pix2pix at %i pixels keeps its size", (size) => {
    const game = gameOf("pix2pix", paired([3, size, size], [1, size, size]));
    expect(roleFunctions(game).translate!.trace(2).output.shape).toEqual([2, 1, size, size]);
    expect(kernels(game, "critic")).toHaveLength(5);
  });

  test("unit at 28 pixels: a code of 7 by 7, shared layers of that size", () => {
    const game = gameOf("unit", paired([1, 28, 28], [3, 28, 28]), { codeChannels: 5 });
    expect(kernels(game, "encoder-first")).toEqual(["8×1×4×4", "16×8×4×4"]);
    expect(kernels(game, "encoder-second")).toEqual(["8×3×4×4", "16×8×4×4"]);
    expect(kernels(game, "encoder-shared")).toEqual(["16×16×3×3", "5×16×3×3"]);
    expect(kernels(game, "decoder-shared")).toEqual(["16×5×3×3"]);
    expect(kernels(game, "decoder-second")).toEqual(["16×8×4×4", "8×3×4×4"]);
    const { encode, translate, translateBack } = roleFunctions(game);
    expect(encode!.trace(2).output.shape).toEqual([2, 5 * 7 * 7]);
    expect(translate!.trace(2).output.shape).toEqual([2, 3, 28, 28]);
    expect(translateBack!.inputs[0]!.shape).toEqual([3, 28, 28]);
    expect(translateBack!.trace(2).output.shape).toEqual([2, 1, 28, 28]);
  });

  test("cogan: the layer nearest to the image is each domain's own; a feature more tells of the batch", () => {
    const game = gameOf("cogan", paired([1, 32, 32], [3, 32, 32]));
    expect(kernels(game, "generator-shared")).toEqual(["64×512", "32×16×4×4", "16×8×4×4"]);
    expect(kernels(game, "generator-first")).toEqual(["8×1×4×4"]);
    expect(kernels(game, "generator-second")).toEqual(["8×3×4×4"]);
    expect(kernels(game, "critic-second")).toEqual(["8×3×4×4"]);
    expect(kernels(game, "critic-shared")).toEqual(["16×8×4×4", "32×16×4×4", "513×1"]);
  });
});

describe("data that do not fit are refused in one line", () => {
  const unpaired = withTarget(images(1, 16, 16), { paired: false });

  test.each(["cogan", "pix2pix", "unit"])("%s", (name) => {
    expect(() => gameOf(name, images(1, 16, 16))).toThrow(
      `${name} learns from two sets of data; name the second with --to`,
    );
    expect(() => gameOf(name, paired([1, 16, 16], [1, 32, 32]))).toThrow(
      `${name} needs images of one size, not 16×16 and 32×32; bring both to one with --image-size`,
    );
    const { target, ...data } = paired([1, 16, 16], [1, 16, 16]);
    const specification = {
      ...data.specification,
      target: { ...data.specification.target!, kind: "vector" },
    };
    expect(() => gameOf(name, { ...data, target: target!, specification } as TrainingData)).toThrow(
      `${name} needs images in both sets`,
    );
  });

  test("pairs are needed by pix2pix only", () => {
    expect(() => gameOf("pix2pix", unpaired)).toThrow("pix2pix learns from pairs");
    expect(gameOf("unit", unpaired).roles.translate).toBeDefined();
  });

  test("more layers of their own than there are", () => {
    expect(() => gameOf("cogan", unpaired, { ownLayers: 3 })).toThrow(
      "cogan has 2 convolutions for images of 16×16; ownLayers is at most that, not 3",
    );
  });
});
