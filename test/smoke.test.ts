// Every model of the catalogue trains for a few rounds on drawn characters: in every phase each player's loss moves
// and stays a number, and afterwards every role gives numbers.

import { describe, expect, test } from "vitest";
import { type RoleName, roleFunctions } from "../src/game/roles.ts";
import { catalogue } from "../src/models/catalogue.ts";
import { checkOptions, describeOptions } from "../src/models/settings.ts";
import { randomStream } from "../src/random/index.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import { sizeOf } from "../src/tensor/index.ts";
import { phaseEnds, planOf } from "../src/training/plan.ts";
import { prepare } from "../src/training/prepare.ts";
import { initialState, Trainer } from "../src/training/trainer.ts";

/** Small networks; of these a model takes the options that it has. */
const SMALL: Readonly<Record<string, unknown>> = {
  batch: 8,
  filters: 4,
  latent: 4,
  widths: [16],
  codeWidths: [16],
  criticWidths: [16],
  noise: 4,
  preset: "points",
  criticSteps: 2,
};
const ROUNDS = 4;
const DATA = "glyphs:classes=digits,train=64,validation=8,test=8";

describe("a few rounds on glyphs", () => {
  test.each(catalogue.map((model) => [model.name, model] as const))("%s", async (_, model) => {
    const names = describeOptions(model)
      .filter(({ name, type }) => name in SMALL && (name !== "noise" || type === "whole number"))
      .map(({ name }) => name);
    const options = checkOptions(model, Object.fromEntries(names.map((name) => [name, SMALL[name]])));
    const to = ["cogan", "pix2pix", "unit"].includes(model.name) ? { to: `${DATA}+negative` } : {};
    const { game, dataset } = await prepare(model, options, DATA, { seed: 1, imageSize: 16, ...to });
    const rounds = ROUNDS * game.phases.length;
    const trainer = new Trainer({
      game,
      dataset,
      seed: 1,
      engine: nodeEngine,
      session: { device: "cpu", threads: 1 },
      plan: planOf(game, phaseEnds(game, { rounds })),
      round: 0,
      state: initialState(game, 1),
    });
    try {
      const seen = new Map<string, Set<number>>();
      while (trainer.round < rounds) {
        for (const [name, values] of Object.entries(await trainer.advance(rounds)))
          for (const value of values) seen.set(name, (seen.get(name) ?? new Set()).add(value));
      }
      const players = new Set(game.phases.flatMap(({ turns }) => turns.flat()));
      for (const player of players) {
        expect(seen.get(player)?.size, `different losses of ${player}`).toBeGreaterThan(1);
      }
      for (const [name, { inputs }] of Object.entries(roleFunctions(game))) {
        const asked = inputs.map(({ name: port, shape, dtype }) =>
          dtype === "int32"
            ? Int32Array.of(0, 1, 2)
            : randomStream(2, port).uniform(0, new Float32Array(3 * sizeOf(shape))),
        );
        const { data } = (await trainer.role(name as RoleName, ...asked))!;
        expect(data.length, name).toBeGreaterThan(0);
        expect(data.every(Number.isFinite), name).toBe(true);
      }
    } finally {
      await trainer.release();
    }
  });
});
