// The code: how it is made, and what is read from a sample.

import { expect, test } from "vitest";
import { askRole } from "../../../test/support/ask-role.ts";
import { gameFor } from "../../../test/support/catalogue-games.ts";
import { VECTORS } from "../../../test/support/games/setting.ts";
import { initialState, play } from "../../../test/support/rounds.ts";
import { roleFunctions } from "../../game/roles.ts";

const made = (options: object = {}) =>
  gameFor({
    model: "infogan",
    options: { batch: 4, latent: 3, widths: [6], categories: 4, ...options },
    data: VECTORS,
  });

test("generates from noise, normals for the numbers, and a category", async () => {
  const game = made();
  const { generate } = roleFunctions(game);
  expect(generate!.inputs).toEqual([
    { name: "noise", shape: [5] },
    { name: "label", shape: [], dtype: "int32" },
  ]);
  const state = initialState(game);
  const of = async (normals: number[], category: number) => {
    const inputs = [Float32Array.from(normals), Int32Array.of(category)] as const;
    return Array.from((await askRole(game, "generate", state, ...inputs)).data, Number);
  };
  const noise = [0.5, -1, 2];
  expect(await of([...noise, 0, 0], 1)).not.toEqual(await of([...noise, 0, 0], 2));
  expect(await of([...noise, 0, 1], 1)).not.toEqual(await of([...noise, 0, 0], 1));
  // Normals far out are the ends of (−1, 1): nothing lies beyond.
  const [far, further] = [await of([...noise, 8, -8], 1), await of([...noise, 80, -80], 1)];
  expect(further).toEqual(far);
});

test("a guess is probabilities of the categories, then the numbers", async () => {
  const game = made();
  const examples = new Float32Array(10).fill(0.4);
  const { shape, data } = await askRole(game, "encode", initialState(game), examples);
  expect(shape).toEqual([2, 6]);
  expect([0, 1, 2, 3].reduce((sum, at) => sum + Number(data[at]), 0)).toBeCloseTo(1, 6);
});

test("learns to tell the category from samples: the bound nears log k, and never passes it", async () => {
  const game = made({
    batch: 32,
    latent: 2,
    widths: [32],
    learningRate: 5e-3,
    criticLearningRate: 5e-3,
    continuous: 1,
  });
  const { metrics } = await play(game, game.phases[0]!, { rounds: 300 });
  const information = metrics["generator/information"]!;
  expect(information[0]).toBeLessThan(0.3);
  expect(information.at(-1)).toBeGreaterThan(0.9 * Math.log(4));
  expect(Math.max(...information)).toBeLessThanOrEqual(Math.log(4) + 1e-6);
  const numbers = metrics["generator/continuousInformation"]!;
  expect(numbers.at(-1)).toBeGreaterThan(numbers[0]! + 0.5);
});

test("packs have no code of their own", () => {
  expect(() => made({ packing: 2 })).toThrow(/^packing joins examples, .* set packing=1$/);
});
