// What a game remembers: first values, running statistics, averages.

import { describe, expect, test } from "vitest";
import { numbersOf, phaseOf, play } from "../../test/support/rounds.ts";
import { type Build, descent, gameOf, number } from "../../test/support/small-games.ts";
import { batchNormalisation, type Scope } from "../nn/index.ts";
import { float32 } from "../runtime/engine.ts";
import type { Tensor } from "../tensor/index.ts";
import { DATA } from "./game.ts";
import { game } from "./model.ts";
import { roleFunctions } from "./roles.ts";

describe("first values", () => {
  const build =
    (...names: string[]): Build =>
    ({ network }) => {
      const networks = names.map((name) =>
        network(name, (scope: Scope, x: Tensor) =>
          x.matmul(scope.weight("kernel", [2, 2], "heNormal", { input: 2, output: 2 })),
        ),
      );
      return game({
        round: ({ x }) => ({ y: networks.reduce((value, each) => each(value), x) }),
        players: {
          p: { moves: networks, loss: (r) => r.y.sum(), optimiser: { kind: "adam", learningRate: 1 } },
        },
        roles: {},
      });
    };

  test("are functions of seed and name alone", () => {
    const alone = gameOf(build("a")).variables.initialise(3);
    const more = gameOf(build("b", "a")).variables.initialise(3);
    expect(more.get("a/kernel")).toEqual(alone.get("a/kernel"));
    expect(more.get("b/kernel")).not.toEqual(alone.get("a/kernel"));
    expect(gameOf(build("a")).variables.initialise(4).get("a/kernel")).not.toEqual(alone.get("a/kernel"));
    expect(gameOf(build("a")).variables.initialise(3)).toEqual(alone);
  });

  test("of slots and counters are zeros", () => {
    for (const { name, kind, first } of gameOf(build("a")).variables.list()) {
      if (kind !== "weight") expect([name, new Set(first(1))]).toEqual([name, new Set([0])]);
    }
  });
});

describe("running statistics", () => {
  /** Forward passes over x, 2x and 4x; each player's loss reads some of them. */
  const build: Build = ({ network }) => {
    const norm = network("norm", batchNormalisation({ momentum: 0.5 }));
    const weigh = (x: Tensor) => x.square().mul(x).sum();
    return game({
      round: ({ x }) => ({ one: norm(x), two: norm(x.mul(2)), four: norm(x.mul(4)) }),
      players: {
        single: {
          moves: [norm],
          loss: (r) => weigh(r.two),
          report: (r) => ({ four: r.four.sum() }),
          optimiser: descent(),
        },
        double: { moves: [norm], loss: (r) => weigh(r.one).add(weigh(r.four)), optimiser: descent() },
      },
      phases: [{ name: "train", turns: ["single", "double"] }],
      roles: { encode: norm },
    });
  };
  // All rows are alike, so that a batch's mean is the row whatever the batch.
  const data = {
    [DATA.values]: float32(
      Float32Array.from({ length: 12 }, (_, index) => (index % 2 ? 3 : 1)),
      [6, 2],
    ),
  };

  test("follow the forward passes that a loss reads, in their order, and no other", async () => {
    const played = gameOf(build);
    const single = await play(played, phaseOf("single"), { data });
    expect(numbersOf(single.state, "norm/mean")).toEqual([1, 3]);
    const double = await play(played, phaseOf("double"), { data });
    expect(numbersOf(double.state, "norm/mean")).toEqual([0.25 + 2, 0.75 + 6]);
    const both = await play(played, phaseOf("single", "double"), { data });
    expect(numbersOf(both.state, "norm/mean")).toEqual([0.25 + 0.25 + 2, 0.75 + 0.75 + 6]);
  });

  test("do not follow passes of networks that are called untracked, which normalise by their batch all the same", async () => {
    const untracked: Build = ({ network }) => {
      const norm = network("norm", batchNormalisation({ momentum: 0.5 }));
      return game({
        round: ({ x }) => ({ tracked: norm(x), untracked: norm.untracked(x.mul(4)) }),
        players: {
          p: {
            moves: [norm],
            loss: (r) => r.tracked.square().sum().add(r.untracked.square().sum()),
            report: (r) => ({ sum: r.untracked.sum() }),
            optimiser: descent(),
          },
        },
        roles: { encode: norm },
      });
    };
    const { state, metrics } = await play(gameOf(untracked), phaseOf("p"), { data });
    expect(numbersOf(state, "norm/mean")).toEqual([0.5, 1.5]);
    // By the batch all rows are 0; by the running mean, still 0, they would be 4 and 12.
    expect(metrics["p/sum"]![0]).toBeCloseTo(0, 4);
  });

  test("are not weights: no optimiser has slots for them", () => {
    const names = gameOf(build)
      .variables.list()
      .map(({ name, kind }) => `${kind} ${name}`);
    expect(names.filter((name) => name.startsWith("statistic"))).toEqual([
      "statistic norm/mean",
      "statistic norm/variance",
    ]);
    expect(
      gameOf(build)
        .variables.weightsOf("norm")
        .map(({ name }) => name),
    ).toEqual(["norm/gamma", "norm/beta"]);
  });
});

describe("averages", () => {
  /** w falls by 0.1 a round. */
  const build =
    (decay: number): Build =>
    ({ network }) => {
      const falling = network("falling", number(2));
      const other = network("other", number(7));
      return game({
        round: () => ({ w: falling(), v: other() }),
        players: { p: { moves: [falling, other], loss: (r) => r.w.add(r.v), optimiser: descent() } },
        roles: { generate: { latent: 1, from: (noise) => noise.mul(falling()).mul(other()) } },
        averages: { networks: [falling], decay },
      });
    };

  test.each([0.2, 0.999])("of decay %d follow the weights, quickly at first", async (decay) => {
    const { state } = await play(gameOf(build(decay)), phaseOf("p"), { rounds: 5 });
    let average = 2;
    for (let t = 0; t < 5; t++) {
      const d = Math.min(decay, (1 + t) / (10 + t));
      average = d * average + (1 - d) * (2 - 0.1 * (t + 1));
    }
    expect(numbersOf(state, "average/falling/w")[0]).toBeCloseTo(average, 6);
    expect(numbersOf(state, "falling/w")[0]).toBeCloseTo(1.5, 6);
    expect(numbersOf(state, "average/rounds/falling")).toEqual([5]);
    expect(Object.keys(state)).not.toContain("average/other/w");
  });

  test("are taken once a round, however many turns it has", async () => {
    const { state } = await play(gameOf(build(0.999)), phaseOf("p", "p"), { rounds: 2 });
    expect(numbersOf(state, "average/rounds/falling")).toEqual([2]);
  });

  test("count rounds of phases in which something averaged is moved, and no others", async () => {
    const phased: Build = (context) => {
      const still = context.network("still", number(1));
      const { players, ...rest } = build(0.999)(context);
      return {
        ...rest,
        players: {
          ...players,
          q: { moves: [still], loss: () => still(), optimiser: descent() },
        },
        phases: [phaseOf("q"), phaseOf("p")],
      };
    };
    const played = gameOf(phased);
    const [first, second] = played.phases;
    expect(played.compileRound(first!).state.map(({ name }) => name)).not.toContain("average/rounds/falling");
    const { state } = await play(played, second!, { rounds: 2 });
    expect(numbersOf(state, "average/rounds/falling")).toEqual([2]);
  });

  test("go on where a network has come to rest, and begin with the first phase that moves it", async () => {
    const phased: Build = ({ network }) => {
      const early = network("early", number(2));
      const late = network("late", number(5));
      return game({
        round: () => ({ w: early(), v: late() }),
        players: {
          p: { moves: [early], loss: ({ w }) => w, optimiser: descent() },
          q: { moves: [late], loss: ({ v }) => v, optimiser: descent() },
        },
        roles: { generate: { latent: 1, from: (noise) => noise.mul(early()).mul(late()) } },
        averages: { networks: [early, late], decay: 0.999 },
        phases: [phaseOf("p"), phaseOf("q")],
      });
    };
    const played = gameOf(phased);
    const [first, second] = played.phases;
    const { state: between } = await play(played, first!, { rounds: 3 });
    expect(numbersOf(between, "average/rounds/early")).toEqual([3]);
    expect(numbersOf(between, "average/rounds/late")).toEqual([0]);
    const { state } = await play(played, second!, { rounds: 40, state: between });
    expect(numbersOf(state, "average/rounds/early")).toEqual([43]);
    expect(numbersOf(state, "average/rounds/late")).toEqual([40]);
    const away = (average: string, weight: string) =>
      numbersOf(state, average)[0]! - numbersOf(state, weight)[0]!;
    expect(numbersOf(state, "early/w")[0]).toBeCloseTo(1.7, 6);
    expect(Math.abs(away("average/early/w", "early/w"))).toBeLessThan(1e-4);
    expect(away("average/late/w", "late/w")).toBeGreaterThan(0.1);
  });

  test("stand in for the weights in roles", () => {
    const { generate } = roleFunctions(gameOf(build(0.9)));
    expect([...generate!.trace(1).weights.keys()].sort()).toEqual(["average/falling/w", "other/w"]);
  });
});
