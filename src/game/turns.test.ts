// Turns played one by one, and what makers of examples want of them.

import { describe, expect, test } from "vitest";
import { initialState, someData, someFeeds } from "../../test/support/rounds.ts";
import { catalogue } from "../models/catalogue.ts";
import { findModel } from "../models/find-model.ts";
import { checkOptions } from "../models/settings.ts";
import { Computation } from "../runtime/computation.ts";
import type { Value } from "../runtime/engine.ts";
import { InferenceProgram } from "../runtime/inference.ts";
import { nodeEngine } from "../runtime/node.ts";
import { RoundProgram, type State } from "../runtime/program.ts";
import { Game } from "./game.ts";
import { roleFunctions } from "./roles.ts";
import { exampleSlopes } from "./slopes.ts";

const device = { device: "cpu", threads: 1 } as const;

function onPoints(model: string, options: Readonly<Record<string, unknown>>): Game {
  const found = findModel(model);
  return new Game(found, checkOptions(found, { batch: 4, ...options }), {
    specification: { kind: "vector", shape: [2], classes: 2 },
    count: 10,
    dtype: "float32",
    labelled: true,
  });
}

describe("a round's turns, one after the other, come to the round", () => {
  test.each([
    ["gan", { penalty: "gradient", averaging: 0.9 }],
    ["wgan", { widths: [8], latent: 2, criticSteps: 2 }],
    ["vae-gan", { widths: [8], latent: 2 }],
    ["alpha-gan", { widths: [8], latent: 2 }],
  ])("%s", async (model, options) => {
    const game = onPoints(model, options);
    const phase = game.phases.at(-1)!;
    const whole = game.compileRound(phase);
    const feeds = { ...someData(game), ...someFeeds(game, whole) };
    const program = await RoundProgram.create(nodeEngine, whole, device);
    const first = initialState(game, 3);
    const { state: wanted, metrics } = await program.run(1, first, feeds);
    await program.release();

    let state: State = first;
    const reported = new Map<string, number[]>();
    for (const place of phase.turns.keys()) {
      const turn = game.compileTurn(phase, place);
      const players = [phase.turns[place]!].flat();
      // Each moves what its players may move, and the averages after the last turn.
      const moved = turn.state
        .filter(({ before, after }) => before !== after)
        .map(({ name }) => game.variables.get(name)!)
        .filter(({ kind }) => kind === "weight")
        .map(({ network }) => network);
      const allowed = players.flatMap((name) =>
        game.players[name]!.moves.map(({ networkName }) => networkName),
      );
      expect(new Set(moved)).toEqual(new Set(allowed));
      const step = await RoundProgram.create(nodeEngine, turn, device);
      const result = await step.run(1, state, feeds);
      await step.release();
      expect(Object.keys(result.metrics).filter((name) => !name.includes("/"))).toEqual(players);
      for (const [name, [value]] of Object.entries(result.metrics))
        reported.set(name, [...(reported.get(name) ?? []), value!]);
      state = result.state;
    }
    for (const [name, { data }] of Object.entries(wanted)) {
      const found = state[name]!.data;
      let farthest = 0;
      for (let at = 0; at < data.length; at++)
        farthest = Math.max(farthest, Math.abs(Number(found[at]) - Number(data[at])));
      expect(farthest, name).toBeLessThan(1e-5);
    }
    for (const [name, [value]] of Object.entries(metrics)) {
      const values = reported.get(name)!;
      expect(values.reduce((sum, each) => sum + each, 0) / values.length).toBeCloseTo(value!, 4);
    }
  });

  test("a turn that there is not is refused", () => {
    const game = onPoints("gan", {});
    expect(() => game.compileTurn(game.phases[0]!, 2)).toThrow("has 2 turns");
  });
});

describe("what makers want of their examples", () => {
  /** Values of one round's inputs, without the axis of rounds. */
  const inputsOf = (game: Game, state: State): Record<string, Value> => {
    const compiled = game.compileRound(game.phases[0]!);
    const rounds = Object.entries(someFeeds(game, compiled)).map(([name, { dtype, data, shape }]) => [
      name,
      { dtype, data, shape: shape.slice(1) },
    ]);
    return { ...someData(game), ...state, ...Object.fromEntries(rounds) };
  };

  test("of an autoencoder under a squared error they point from what is rebuilt to what was to be", async () => {
    const game = onPoints("autoencoder", { widths: [8], latent: 1 });
    const [slopes] = exampleSlopes(game, game.phases[0]!);
    expect(slopes!.player).toBe("autoencoder");
    const feeds = inputsOf(game, initialState(game));
    const computation = await Computation.create(nodeEngine, [slopes!.examples, slopes!.wanted], device);
    const [examples, wanted] = await computation.run(feeds);
    await computation.release();
    const [indices, values] = [feeds["turn0/batch"]!.data, feeds["data/values"]!.data];
    // The loss is the mean of a squared error over examples and features: −N ∂L/∂y = 2 (x − y) ∕ 2.
    for (let at = 0; at < 8; at++) {
      const x = Number(values[2 * Number(indices[at >> 1]) + (at & 1)]);
      expect(Number(wanted!.data[at])).toBeCloseTo(x - Number(examples!.data[at]), 5);
    }
  });

  test("of a Wasserstein generator they are the slope of its critic", async () => {
    const game = onPoints("wgan", { widths: [8], latent: 2, criticSteps: 1 });
    const [slopes, ...others] = exampleSlopes(game, game.phases[0]!);
    expect([slopes!.player, others]).toEqual(["generator", []]);
    const computation = await Computation.create(nodeEngine, [slopes!.examples, slopes!.wanted], device);
    const state = initialState(game);
    const [examples, wanted] = await computation.run(inputsOf(game, state));
    await computation.release();
    const critic = await InferenceProgram.create(nodeEngine, roleFunctions(game).realness!, device);
    const step = 1e-2;
    for (let axis = 0; axis < 2; axis++) {
      const moved = (by: number) =>
        Float32Array.from(examples!.data as Float32Array, (value, at) => value + (at % 2 === axis ? by : 0));
      const [up, down] = [await critic.run([moved(step)], state), await critic.run([moved(-step)], state)];
      for (let row = 0; row < 4; row++)
        expect(Number(wanted!.data[2 * row + axis])).toBeCloseTo(
          (up.data[row]! - down.data[row]!) / (2 * step),
          3,
        );
    }
    await critic.release();
  });

  test("no model of the catalogue that fits the plane is without them, but where only codes are made", () => {
    const without = catalogue.flatMap(({ name }) => {
      let game: Game;
      try {
        game = onPoints(name, {});
      } catch {
        return [];
      }
      return game.phases.flatMap((phase) =>
        exampleSlopes(game, phase).length === 0 ? [`${name} ${phase.name}`] : [],
      );
    });
    expect(without).toEqual(["latent-gan play"]);
  });
});
