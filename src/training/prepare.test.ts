import { expect, test } from "vitest";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { prepare } from "./prepare.ts";

test("a second source reaches the data set and the game", async () => {
  const model = findModel("autoencoder");
  const source = "glyphs:train=20,validation=5,test=5";
  const { dataset, game } = await prepare(model, checkOptions(model, {}), `${source}+edges`, {
    seed: 1,
    to: source,
    imageSize: 16,
  });
  expect(dataset.target).toMatchObject({ shape: [1, 16, 16], paired: true });
  expect(dataset.target!.test.count).toBe(0);
  expect(game.data.target).toEqual({ count: 20, dtype: "uint8" });
  expect(game.data.specification.target).toEqual({ kind: "image", shape: [1, 16, 16], paired: true });
});

test("a model whose weights are larger than memory is refused by its size", async () => {
  const model = findModel("autoencoder");
  const widths = new Array<number>(40).fill(65536);
  await expect(
    prepare(model, checkOptions(model, { widths }), "ring:train=10,validation=0,test=0", { seed: 1 }),
  ).rejects.toThrow(
    /^autoencoder would take at least [\d.]+ TB of memory to train, with 4,294,967,296 weights in one layer, and this computer has [\d.]+ [GT]B; take smaller images or narrower layers$/,
  );
});
