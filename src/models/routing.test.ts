// The table of which loss may move which networks, held against every model of the catalogue; and the mistakes of
// other implementations, which the same test must find.

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { gameFor, nameOf, SETTINGS } from "../../test/support/catalogue-games.ts";
import {
  initialState,
  numbersOf,
  phaseOf,
  play,
  playCompiled,
  someFeeds,
} from "../../test/support/rounds.ts";
import { largest, routingFaults } from "../../test/support/routing.ts";
import { type CompiledRound, Game, type TrainingData } from "../game/game.ts";
import { defineModel, type GameDefinition, game } from "../game/model.ts";
import { adversarialLosses, reparameterise, standardNormalDivergence } from "../losses/index.ts";
import { dense, type Optimiser } from "../nn/index.ts";
import type { State } from "../runtime/program.ts";
import { catalogue } from "./catalogue.ts";
import { findModel } from "./find-model.ts";

const named = SETTINGS.map((setting) => [nameOf(setting), setting] as const);

test("every model of the catalogue is in the table", () => {
  expect([...new Set(SETTINGS.map(({ model }) => model))].sort()).toEqual(
    catalogue.map(({ name }) => name).sort(),
  );
});

describe("each loss moves every weight of its own networks and no other", () => {
  test.each(named)("%s", async (_, setting) => {
    const played = gameFor(setting);
    const { routing } = findModel(setting.model);
    expect(routing).toBeDefined();
    expect(await routingFaults(played, routing!, setting.still)).toEqual([]);
  });
});

describe("a round is its turns, one after the other", () => {
  const several = named.filter(([, setting]) =>
    gameFor(setting).phases.some(({ turns }) => turns.length > 1),
  );

  test("there are games of several turns", () => {
    const models = several.map(([, { model }]) => model);
    expect(models).toEqual(expect.arrayContaining(["gan", "dcgan", "wgan-gp"]));
  });

  test.each(several)("%s", async (_, setting) => {
    const played = gameFor({ ...setting, options: { ...setting.options, averaging: 0 } });
    const [phase] = played.phases;
    const whole = played.compileRound(phase!);
    const feeds = someFeeds(played, whole);
    // Not from the start: Adam's first step is the learning rate whatever the slope, so nothing shows in it.
    const earlier = await playCompiled(played, whole, { rounds: 3, feeds: someFeeds(played, whole, 3, 1) });
    const together = await playCompiled(played, whole, { feeds, state: earlier.state });

    let { state } = earlier;
    for (const [index, turn] of phase!.turns.entries()) {
      const single = played.compileRound(phaseOf(turn));
      const ours = (names: readonly string[]) => names.filter((name) => name.startsWith(`turn${index}/`));
      const fed = (round: CompiledRound) => [
        ...round.batches,
        ...round.targetBatches,
        ...round.draws.map(({ name }) => name),
      ];
      const wanted = fed(single);
      const given = ours(fed(whole));
      expect(wanted.length).toBe(given.length);
      const own = Object.fromEntries(wanted.map((name, at) => [name, feeds[given[at]!]!]));
      ({ state } = await playCompiled(played, single, { state, feeds: own }));
    }

    for (const { name, kind } of played.variables.list()) {
      const [one, other] = [numbersOf(together.state, name), numbersOf(state, name)];
      // Adam turns the noise of a slope that should be 0 into a whole step; its weights say nothing.
      if (setting.still?.some((weight) => name.endsWith(weight))) continue;
      const apart = largest(one.map((value, at) => value - other[at]!));
      expect(apart / Math.max(largest(other), 1e-12), `${kind} ${name}`).toBeLessThan(1e-5);
    }
  });
});

/** Adam with steps small enough that first order decides. */
const gentle: Optimiser = { kind: "adam", learningRate: 1e-5, epsilon: 1e-8 };

const POINTS: TrainingData = {
  specification: { kind: "vector", shape: [3] },
  count: 12,
  dtype: "float32",
  labelled: false,
};

type Build = Parameters<typeof defineModel>[0]["build"];

function mutant(build: Build): Game {
  const options = z.strictObject({ batch: z.int().default(4) });
  return new Game(
    defineModel({ name: "mutant", family: "fusion", summary: "", options, build }),
    { batch: 4 },
    POINTS,
  );
}

/** The critic's gap between real and generated scores, before and after a turn of a player, on the same numbers. */
async function gapAround(played: Game, player: string): Promise<readonly [number, number]> {
  const gap = async (state: State) =>
    (await play(played, phaseOf("critic"), { state })).metrics["critic/gap"]![0]!;
  // Feeds are functions of their names: the turn meets the noise that the gap is measured on.
  const state = initialState(played);
  const after = await play(played, phaseOf(player), { state });
  // Weights alone: what is estimated while they move (a kernel's largest singular value) changes all scores too.
  const statistics = played.variables.list().filter(({ kind }) => kind === "statistic");
  const kept = Object.fromEntries(statistics.map(({ name }) => [name, state[name]!]));
  return [await gap(state), await gap({ ...after.state, ...kept })];
}

describe("who wants what", () => {
  const adversarial = named.filter(([, { model }]) => findModel(model).family === "gan");
  test.each(adversarial)("%s: the critic widens its gap, the generator closes it", async (_, setting) => {
    const learning = { learningRate: 1e-4, criticLearningRate: 1e-4, penalty: "none" };
    const played = gameFor({ ...setting, options: { ...setting.options, ...learning } });
    const [before, widened] = await gapAround(played, "critic");
    expect(widened).toBeGreaterThan(before);
    const [same, closed] = await gapAround(played, "generator");
    expect(same).toBe(before);
    expect(closed).toBeLessThan(before);
  });
});

/** A small GAN with its players changed. */
const changedGan = (change: (definition: GameDefinition) => GameDefinition) =>
  mutant(({ network }) => {
    const generator = network("generator", dense({ units: 3 }));
    const critic = network("critic", dense({ units: 1 }));
    const loss = adversarialLosses["non-saturating"];
    return change(
      game({
        round: ({ x, batch, normal }) => {
          const generated = generator(normal(batch, 2));
          return { real: critic(x), generated: critic(generated) };
        },
        players: {
          critic: {
            moves: [critic],
            loss: (r) => loss.critic(r.real, r.generated),
            report: (r) => ({ gap: r.real.mean().sub(r.generated.mean()) }),
            optimiser: gentle,
          },
          generator: {
            moves: [generator],
            loss: (r) => loss.generator(r.generated),
            optimiser: gentle,
          },
        },
        phases: [{ name: "play", turns: ["critic", "generator"] }],
        roles: {},
      }),
    );
  });

const adversaries = { critic: ["critic"], generator: ["generator"] };

describe("known mistakes are found", () => {
  test("none in the game that they are made from", async () => {
    const sound = changedGan((definition) => definition);
    expect(await routingFaults(sound, adversaries)).toEqual([]);
    const [before, closed] = await gapAround(sound, "generator");
    expect(closed).toBeLessThan(before);
  });

  test("a critic whose loss moves the generator as well", async () => {
    const both = changedGan((definition) => {
      const { critic, generator } = definition.players;
      const moves = [...critic!.moves, ...generator!.moves];
      return { ...definition, players: { ...definition.players, critic: { ...critic!, moves } } };
    });
    expect(await routingFaults(both, adversaries)).toEqual([
      "critic moves generator/kernel",
      "critic moves generator/bias",
    ]);
  });

  test("a generator that receives the critic's own loss, so that its term changes sign", async () => {
    const swapped = changedGan((definition) => {
      const { critic, generator } = definition.players;
      return {
        ...definition,
        players: { ...definition.players, generator: { ...generator!, loss: critic!.loss } },
      };
    });
    // The gradient reaches the right weights; only its sense is wrong.
    expect(await routingFaults(swapped, adversaries)).toEqual([]);
    const [before, widened] = await gapAround(swapped, "generator");
    expect(widened).toBeGreaterThan(before);
  });

  test("mean and variance heads that are in no optimiser", async () => {
    const headless = mutant(({ network }) => {
      const trunk = network("trunk", dense({ units: 4, activation: "tanh" }));
      const mean = network("mean", dense({ units: 2 }));
      const logVariance = network("logVariance", dense({ units: 2 }));
      const decoder = network("decoder", dense({ units: 3 }));
      return game({
        round: ({ x, batch, normal }) => {
          const features = trunk(x);
          const code = { mean: mean(features), logVariance: logVariance(features) };
          const error = decoder(reparameterise(code, normal(batch, 2))).sub(x);
          return { loss: error.square().mean().add(standardNormalDivergence(code).mean()) };
        },
        players: { vae: { moves: [trunk, decoder], loss: (r) => r.loss, optimiser: gentle } },
        roles: {},
      });
    });
    const faults = await routingFaults(headless, { vae: ["trunk", "mean", "logVariance", "decoder"] });
    expect(faults).toContain("vae has no slope on mean/kernel");
    expect(faults).toContain("nobody moves logVariance/kernel");
  });
});
