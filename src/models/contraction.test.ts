import { expect, test } from "vitest";
import { gameFor } from "../../test/support/catalogue-games.ts";
import { DENSE } from "../../test/support/games/setting.ts";
import { play } from "../../test/support/rounds.ts";

/** The mean squared norm of the Jacobian in the last rounds of a short training. */
async function contractionWith(model: string, options: Record<string, unknown>): Promise<number> {
  const game = gameFor({
    model,
    options: { latent: 3, batch: 8, learningRate: 1e-2, jacobian: "exact", widths: [8], ...options },
    data: DENSE,
  });
  const { metrics } = await play(game, game.phases[0]!, { rounds: 200 });
  const last = metrics["autoencoder/contraction"]!.slice(-20);
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}

test.each([
  ["contractive-autoencoder", {}],
  ["contractive-fusion", { architecture: "dense" }],
])("%s: the norm of the code's Jacobian falls as lambda grows", async (model, options) => {
  const norms: number[] = [];
  for (const lambda of [0, 0.01, 0.1, 1]) norms.push(await contractionWith(model, { ...options, lambda }));
  expect(norms).toEqual([...norms].sort((a, b) => b - a));
  expect(norms.at(-1)! / norms[0]!).toBeLessThan(0.1);
});
