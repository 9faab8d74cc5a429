// What a GAN takes where nothing is said.

import { describe, expect, test } from "vitest";
import { gameFor } from "../../../test/support/catalogue-games.ts";
import { DENSE, VECTORS } from "../../../test/support/games/setting.ts";
import { play } from "../../../test/support/rounds.ts";
import type { Game } from "../../game/game.ts";

const made = (data = VECTORS, options: object = {}) =>
  gameFor({ model: "gan", options: { batch: 4, ...options }, data });
const averages = (game: Game) => game.variables.list().filter(({ kind }) => kind === "average").length;
const reports = async (game: Game) => Object.keys((await play(game, game.phases[0]!)).metrics);

describe("vectors", () => {
  test("R1 and R2 of a small weight, averages, and a learning rate that falls", async () => {
    const game = made();
    expect(game.roles.generate!.latent).toBe(5);
    expect(averages(game)).toBeGreaterThan(0);
    expect(game.players.generator!.optimiser).toMatchObject({
      learningRate: 1e-3,
      halving: { every: 1500, after: 12_000 },
    });
    expect(await reports(game)).toContain("critic/penalty");
    const lossOf = async (options: object) =>
      (await play(made(VECTORS, options), game.phases[0]!)).metrics.critic![0]!;
    const [usual, told, heavy] = [
      await lossOf({}),
      await lossOf({ penalty: "r1r2", penaltyWeight: 1e-3 }),
      await lossOf({ penalty: "r1r2" }),
    ];
    expect(usual).toBe(told);
    expect(heavy).toBeGreaterThan(usual);
  });

  test("none of it where something else is said", async () => {
    const game = made(VECTORS, { penalty: "none", averaging: 0, halveEvery: 0, latent: 7 });
    expect(game.roles.generate!.latent).toBe(7);
    expect(averages(game)).toBe(0);
    expect(game.players.critic!.optimiser).not.toHaveProperty("halving");
    expect(await reports(game)).not.toContain("critic/penalty");
  });
});

test("images: the plain game", async () => {
  const game = made(DENSE);
  expect(game.roles.generate!.latent).toBe(100);
  expect(averages(game)).toBe(0);
  expect(game.players.generator!.optimiser).toMatchObject({ learningRate: 2e-4 });
  expect(game.players.generator!.optimiser).not.toHaveProperty("halving");
  expect(await reports(game)).not.toContain("critic/penalty");
});
