// The rules of a game: who moves when, what is fed, what comes out.

import { describe, expect, test } from "vitest";
import {
  initialState,
  numbersOf,
  phaseOf,
  play,
  playCompiled,
  someFeeds,
} from "../../test/support/rounds.ts";
import { type Build, descent, gameOf, number, numbers } from "../../test/support/small-games.ts";
import type { Scope } from "../nn/index.ts";
import type { Tensor } from "../tensor/index.ts";
import { DATA, type TrainingData } from "./game.ts";
import { type GameDefinition, game } from "./model.ts";
import { currentTrace } from "./trace.ts";

/** a = 3 minimises ½(a − b)², b = 5 minimises ½a²b². */
const pair: Build = ({ network }) => {
  const a = network("a", number(3));
  const b = network("b", number(5));
  return game({
    round: () => ({ a: a(), b: b() }),
    players: {
      first: { moves: [a], loss: (r) => r.a.sub(r.b).square().mul(0.5), optimiser: descent() },
      second: { moves: [b], loss: (r) => r.a.mul(r.b).square().mul(0.5), optimiser: descent() },
    },
    roles: {},
  });
};

describe("turns", () => {
  test("players of one turn move from the same weights", async () => {
    const { state } = await play(gameOf(pair), phaseOf(["first", "second"]));
    expect(numbersOf(state, "a/w")[0]).toBeCloseTo(3 - 0.1 * (3 - 5), 6);
    expect(numbersOf(state, "b/w")[0]).toBeCloseTo(5 - 0.1 * 9 * 5, 6);
  });

  test("the next turn meets new weights, as given numbers: no gradient flows back through a step", async () => {
    const { state } = await play(gameOf(pair), phaseOf("first", "second"));
    const a = 3 - 0.1 * (3 - 5);
    expect(numbersOf(state, "a/w")[0]).toBeCloseTo(a, 6);
    // With the step differentiated too it would be less by a further 0.1·a·b²·0.1 = 0.8.
    expect(numbersOf(state, "b/w")[0]).toBeCloseTo(5 - 0.1 * a * a * 5, 6);
  });

  test("a phase of a list of players in their order is not that of the other order", async () => {
    const { state } = await play(gameOf(pair), phaseOf("second", "first"));
    const b = 5 - 0.1 * 9 * 5;
    expect(numbersOf(state, "b/w")[0]).toBeCloseTo(b, 6);
    expect(numbersOf(state, "a/w")[0]).toBeCloseTo(3 - 0.1 * (3 - b), 6);
  });

  test("without phases all players move together", () => {
    expect(gameOf(pair).phases).toEqual([{ name: "train", turns: [["first", "second"]] }]);
  });

  test("a slope never touches what its player does not move", async () => {
    const { state } = await play(gameOf(pair), phaseOf("second"));
    expect(numbersOf(state, "a/w")).toEqual([3]);
    expect(state["first/step"]).toEqual(initialState(gameOf(pair))["first/step"]);
  });

  test("metrics are losses before the step, averaged over a player's turns", async () => {
    const { metrics } = await play(gameOf(pair), phaseOf("first", "second", "first"));
    const a = 3.2;
    const b = 5 - 0.1 * a * a * 5;
    expect(metrics.second![0]).toBeCloseTo((a * 5) ** 2 / 2, 3);
    expect(metrics.first![0]).toBeCloseTo(((3 - 5) ** 2 / 2 + (a - b) ** 2 / 2) / 2, 5);
  });

  test("counters count a player's steps", async () => {
    const { state } = await play(gameOf(pair), phaseOf("first", "first", "second"), { rounds: 3 });
    expect(numbersOf(state, "first/step")).toEqual([6]);
    expect(numbersOf(state, "second/step")).toEqual([3]);
  });
});

/** Linear regression with noise, by Adam. */
const regression: Build = ({ network }) => {
  const line = network("line", (scope: Scope, x: Tensor) =>
    x.matmul(scope.weight("w", [2, 1], "glorotNormal", { input: 2, output: 1 })),
  );
  return game({
    round: ({ x, batch, normal }) => ({ error: line(x).sub(normal(batch, 1)) }),
    players: {
      line: {
        moves: [line],
        loss: ({ error }) => error.square().mean(),
        optimiser: { kind: "adam", learningRate: 0.1 },
        report: ({ error }) => ({ bias: error.mean() }),
      },
    },
    roles: { encode: line },
    averages: { networks: [line], decay: 0.9 },
  });
};

describe("rounds", () => {
  test("five in one call are five calls of one, bit for bit", async () => {
    const played = gameOf(regression);
    const phase = phaseOf("line", "line");
    const compiled = played.compileRound(phase);
    const feeds = someFeeds(played, compiled, 5);
    const together = await playCompiled(played, compiled, { rounds: 5, feeds });
    let state = initialState(played);
    const losses: number[] = [];
    for (let round = 0; round < 5; round++) {
      const own = Object.fromEntries(
        Object.entries(feeds).map(([name, { dtype, shape, data }]) => {
          const size = data.length / 5;
          return [
            name,
            { dtype, shape: [1, ...shape.slice(1)], data: data.slice(round * size, (round + 1) * size) },
          ];
        }),
      );
      const result = await playCompiled(played, compiled, { state, feeds: own });
      state = result.state;
      losses.push(result.metrics.line![0]!);
    }
    expect(state).toEqual(together.state);
    expect(losses).toEqual(Array.from(together.metrics.line!));
    expect(new Set(losses).size).toBe(5);
  });

  test("the state that went in is as it was", async () => {
    const played = gameOf(regression);
    const state = initialState(played);
    await play(played, phaseOf("line"), { rounds: 3, state });
    expect(state).toEqual(initialState(played));
  });

  test("reports are named after their player", () => {
    const { metrics } = gameOf(regression).compileRound(phaseOf("line"));
    expect(metrics.map(({ name }) => name)).toEqual(["line", "line/bias"]);
  });
});

describe("what is fed", () => {
  test("every turn draws its own batch and its own noise, once for all its players", () => {
    const build: Build = ({ network }) => {
      const a = network("a", number(1));
      const b = network("b", number(2));
      return game({
        round: ({ x, batch, normal, uniform }) => {
          const noise = x.add(normal(batch, 2)).mul(uniform(batch, 1)).sum();
          return { a: a().mul(noise), b: b().mul(noise) };
        },
        players: {
          a: { moves: [a], loss: (r) => r.a, optimiser: descent() },
          b: { moves: [b], loss: (r) => r.b, optimiser: descent() },
        },
        roles: {},
      });
    };
    const compiled = gameOf(build).compileRound(phaseOf(["a", "b"], "a"));
    expect(compiled.batches).toEqual(["turn0/batch", "turn1/batch"]);
    expect(compiled.draws.map(({ name, kind, tensor }) => [name, kind, tensor.shape])).toEqual([
      ["turn0/normal0", "normal", [3, 2]],
      ["turn0/uniform1", "uniform", [3, 1]],
      ["turn1/normal2", "normal", [3, 2]],
      ["turn1/uniform3", "uniform", [3, 1]],
    ]);
    expect(compiled.shared.map(({ name }) => name)).toEqual([DATA.values]);
  });

  test("what no loss and no report reads is not asked for", () => {
    const build: Build = ({ network }) => {
      const a = network("a", number(1));
      const b = network("b", number(2));
      const idle = network("idle", number(2));
      return game({
        round: ({ x, normal }) => ({
          seen: a().mul(x.sum()),
          dreamt: b().mul(normal(4).sum()),
          wasted: idle().mul(normal(7).sum()),
        }),
        players: {
          looker: { moves: [a], loss: (r) => r.seen, optimiser: descent() },
          dreamer: { moves: [b], loss: (r) => r.dreamt, optimiser: descent() },
        },
        roles: {},
      });
    };
    const idle = gameOf(build);
    const both = idle.compileRound(phaseOf("looker", "dreamer"));
    expect(both.batches).toEqual(["turn0/batch"]);
    expect(both.draws.map(({ tensor }) => tensor.shape)).toEqual([[4]]);
    expect(both.draws[0]!.name).toMatch(/^turn1\//);
    const dreams = idle.compileRound(phaseOf("dreamer"));
    expect(dreams.batches).toEqual([]);
    expect(dreams.shared).toEqual([]);
    expect(dreams.variables.map(({ name }) => name).sort()).toEqual(["b/w", "dreamer/step"]);
    expect(both.variables.some(({ network }) => network === "idle")).toBe(false);
  });

  test("a batch holds the rows of its indices, and labels the same rows", async () => {
    const build: Build = ({ network }) => {
      const a = network("a", number(0));
      return game({
        round: ({ x, labels }) => ({
          loss: a().add(x.flatten().sum(1).mul(labels.cast("float32")).sum()),
          x,
        }),
        players: {
          a: {
            moves: [a],
            loss: (r) => r.loss,
            optimiser: descent(),
            report: (r) => ({ largest: r.x.max() }),
          },
        },
        roles: {},
      });
    };
    const labelled: TrainingData = {
      specification: { kind: "image", shape: [1, 1, 2], classes: 5 },
      count: 6,
      dtype: "uint8",
      labelled: true,
    };
    const played = gameOf(build, labelled);
    const data = {
      [DATA.values]: {
        dtype: "uint8" as const,
        shape: [6, 1, 1, 2],
        data: Uint8Array.of(0, 51, 102, 153, 204, 255, 0, 0, 51, 51, 255, 255),
      },
      [DATA.labels]: { dtype: "int32" as const, shape: [6], data: Int32Array.of(0, 1, 2, 3, 4, 1) },
    };
    const feeds = { "turn0/batch": { dtype: "int32" as const, shape: [1, 3], data: Int32Array.of(4, 1, 2) } };
    const { metrics } = await play(played, phaseOf("a"), { data, feeds });
    // 51/255 is 0.2: 4·(0.2 + 0.2) + 1·(0.4 + 0.6) + 2·(0.8 + 1).
    expect(metrics.a![0]).toBeCloseTo(1.6 + 1 + 3.6, 5);
    expect(metrics["a/largest"]![0]).toBe(1);
  });

  test("labels that the data have not are asked for in vain", () => {
    const build: Build = ({ network }) => {
      const a = network("a", number(0));
      return game({
        round: ({ labels }) => ({ loss: a().add(labels.cast("float32").sum()) }),
        players: { a: { moves: [a], loss: (r) => r.loss, optimiser: descent() } },
        roles: {},
      });
    };
    expect(() => gameOf(build)).toThrow("this model needs labels, and the data has none");
  });
});

describe("limits on a step", () => {
  const build =
    (player: { clipWeights?: number; clipNorm?: number }): Build =>
    ({ network }) => {
      const a = network("a", number(0.25));
      const b = network("b", number(-0.5));
      const { clipNorm, ...rest } = player;
      return game({
        round: () => ({ loss: a().mul(3).sub(b().mul(4)) }),
        players: {
          p: {
            moves: [a, b],
            loss: (r) => r.loss,
            optimiser: { kind: "sgd", learningRate: 1, ...(clipNorm === undefined ? {} : { clipNorm }) },
            ...rest,
          },
        },
        roles: {},
      });
    };

  test("clipNorm bounds the joint slope of all that a player moves", async () => {
    const { state } = await play(gameOf(build({ clipNorm: 0.5 })), phaseOf("p"));
    expect(numbersOf(state, "a/w")[0]).toBeCloseTo(0.25 - 0.3, 6);
    expect(numbersOf(state, "b/w")[0]).toBeCloseTo(-0.5 + 0.4, 6);
  });

  test("clipWeights bounds the weights after the step", async () => {
    const { state } = await play(gameOf(build({ clipWeights: 2 })), phaseOf("p"));
    expect(numbersOf(state, "a/w")).toEqual([-2]);
    expect(numbersOf(state, "b/w")).toEqual([2]);
    const wide = await play(gameOf(build({ clipWeights: 3 })), phaseOf("p"));
    expect(numbersOf(wide.state, "a/w")).toEqual([-2.75]);
  });
});

describe("phases", () => {
  const build: Build = (context) => ({
    ...pair(context),
    phases: [
      { name: "alone", turns: ["first"] },
      { name: "together", turns: [["first", "second"]] },
    ],
  });

  test("know the variables they need; the rest of the state is handed on", async () => {
    const played = gameOf(build);
    const [alone, together] = played.phases;
    expect(
      played
        .compileRound(alone!)
        .variables.map(({ name }) => name)
        .sort(),
    ).toEqual(["a/w", "b/w", "first/step"]);
    const first = await play(played, alone!, { rounds: 2 });
    expect(numbersOf(first.state, "second/step")).toEqual([0]);
    expect(Object.keys(first.state).sort()).toEqual(Object.keys(initialState(played)).sort());
    const second = await play(played, together!, { state: first.state });
    expect(numbersOf(second.state, "first/step")).toEqual([3]);
    expect(numbersOf(second.state, "second/step")).toEqual([1]);
  });
});

describe("games that cannot be", () => {
  const withPlayers = (change: (definition: GameDefinition) => GameDefinition): Build => {
    return (context) => change(pair(context));
  };

  test.each<[string, Build, string]>([
    [
      "a phase of strangers",
      withPlayers((definition) => ({ ...definition, phases: [{ name: "x", turns: ["third"] }] })),
      'phase x has no player "third"',
    ],
    [
      "two movers of one network in one turn",
      withPlayers((definition) => ({
        ...definition,
        players: { ...definition.players, third: definition.players.first! },
        phases: [{ name: "x", turns: [["first", "third"]] }],
      })),
      'phase x moves network "a" twice in one turn',
    ],
    [
      "two networks of one name",
      ({ network }) => {
        network("a", number(1));
        network("a", number(2));
        throw new Error("not reached");
      },
      'two networks are called "a"',
    ],
    [
      "a player whose loss does not see what it moves",
      ({ network }) => {
        const a = network("a", number(1));
        const b = network("b", number(1));
        return game({
          round: () => ({ a: a(), b: b() }),
          players: { p: { moves: [b], loss: (r) => r.a, optimiser: descent() } },
          roles: {},
        });
      },
      'the loss of player "p" does not depend on any network it moves',
    ],
    [
      "a player who is cut off from what it moves",
      ({ network }) => {
        const a = network("a", number(1));
        return game({
          round: () => ({ a: a().stopGradient() }),
          players: { p: { moves: [a], loss: (r) => r.a, optimiser: descent() } },
          roles: {},
        });
      },
      "does not depend on any network it moves",
    ],
    [
      "a network called while the game is built",
      ({ network }) => {
        network("a", number(1))();
        throw new Error("not reached");
      },
      "outside of a model's round",
    ],
    [
      "a network of two shapes",
      ({ network }) => {
        const a = network("a", (scope: Scope, x: Tensor) =>
          x.mul(scope.weight("w", x.shape, "ones", { input: 1, output: 1 })),
        );
        return game({
          round: ({ x }) => ({
            y: a(x)
              .sum()
              .add(a(x.sum(1)).sum()),
          }),
          players: { p: { moves: [a], loss: (r) => r.y, optimiser: descent() } },
          roles: {},
        });
      },
      "a/w has shape [3, 2] and is used as [3]",
    ],
    [
      "a loss that is no scalar",
      ({ network }) => {
        const a = network("a", numbers(2, 1));
        return game({
          round: ({ x }) => ({ y: x.mul(a()) }),
          players: { p: { moves: [a], loss: (r) => r.y, optimiser: descent() } },
          roles: {},
        });
      },
      "needs a float32 scalar",
    ],
  ])("%s", (_, build, message) => {
    expect(() => gameOf(build)).toThrow(message);
    // Whatever failed, nothing is left open.
    expect(() => currentTrace()).toThrow("outside of a model's round");
  });
});
