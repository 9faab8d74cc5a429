// What a class changes, and what is refused.

import { describe, expect, test } from "vitest";
import { askRole } from "../../../test/support/ask-role.ts";
import { gameFor } from "../../../test/support/catalogue-games.ts";
import { CONV, labelled, VECTORS } from "../../../test/support/games/setting.ts";
import { initialState, numbersOf, play } from "../../../test/support/rounds.ts";
import { UserError } from "../../errors.ts";

const small = { batch: 4, latent: 3, widths: [6] };
const made = (options: object, data = labelled(VECTORS)) =>
  gameFor({ model: "conditional-gan", options: { ...small, ...options }, data });

const ask = async (...question: Parameters<typeof askRole>) =>
  Array.from((await askRole(...question)).data, Number);

test("the same noise and another class make another example", async () => {
  const game = made({});
  const noise = new Float32Array(9).fill(0.5);
  const found = await ask(game, "generate", initialState(game), noise, Int32Array.of(0, 2, 0));
  const [first, second, third] = [0, 5, 10].map((at) => found.slice(at, at + 5));
  expect(first).not.toEqual(second);
  expect(third).toEqual(first);
});

test("projection: the realness of an example is that of the class that suits it best", async () => {
  const game = made({});
  const state = initialState(game);
  const x = Float32Array.of(0.1, -0.4, 0.3, 0.8, -0.2);
  const numbers = (name: string) => numbersOf(state, `critic/${name}`);
  // By hand: LeakyReLU features, a score, and three affinities.
  const product = (input: readonly number[], kernel: readonly number[], units: number) =>
    Array.from({ length: units }, (_, unit) =>
      input.reduce((sum, value, row) => sum + value * kernel[row * units + unit]!, 0),
    );
  const features = product([...x], numbers("dense1/kernel"), 6).map((value) =>
    value > 0 ? value : 0.2 * value,
  );
  const [score] = product(features, numbers("dense2/kernel"), 1);
  const affinities = product(features, numbers("projection/kernel"), 3);
  const [realness] = await ask(game, "realness", state, x);
  expect(realness).toBeCloseTo(score! + Math.max(...affinities), 5);
});

test("an auxiliary classifier's probabilities add up to 1", async () => {
  const game = made({ classifier: 1 });
  const found = await ask(game, "classify", initialState(game), new Float32Array(10).fill(0.3));
  for (const at of [0, 3]) expect(found[at]! + found[at + 1]! + found[at + 2]!).toBeCloseTo(1, 6);
});

test("a classifier costs both players", async () => {
  const metricsOf = async (classifier: number) => {
    const game = made({ classifier, condition: "projection" });
    return (await play(game, game.phases[0]!)).metrics;
  };
  const [one, two] = [await metricsOf(1), await metricsOf(2)];
  const recognised = one["generator/classification"]![0]!;
  expect(recognised).toBeGreaterThan(0);
  expect(two.critic![0]! - one.critic![0]!).toBeGreaterThan(1);
  // The critic's step differs a little with the weight, and the generator plays after it.
  expect(two.generator![0]! - one.generator![0]!).toBeCloseTo(recognised, 1);
});

describe("what cannot be is refused in one line", () => {
  test.each<[string, object, RegExp]>([
    ["no class and no classifier", { condition: "none" }, /set classifier=1, or condition=projection$/],
    [
      "a classifier that is told",
      { condition: "concat", classifier: 1 },
      /take condition=projection or none$/,
    ],
    ["a classifier of packs", { packing: 2, classifier: 1 }, /set packing=1 or classifier=0$/],
  ])("%s", (_, options, message) => {
    expect(() => made(options)).toThrow(UserError);
    expect(() => made(options)).toThrow(message);
  });

  test("data without labels", () => {
    for (const data of [VECTORS, CONV])
      expect(() => made({}, data)).toThrow(/^conditional-gan needs labels, and the data has none$/);
  });
});
