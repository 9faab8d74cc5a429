// What phases and fusions need: states that players update, networks at rest, a second domain, routing.

import { describe, expect, test } from "vitest";
import { z } from "zod";
import { numbersOf, phaseOf, play } from "../../test/support/rounds.ts";
import { type Build, descent, gameOf, number, VECTORS } from "../../test/support/small-games.ts";
import { batchNormalisation, dropout, sequential } from "../nn/index.ts";
import { float32 } from "../runtime/engine.ts";
import { DATA, Game } from "./game.ts";
import { defineModel, game } from "./model.ts";

const options = z.strictObject({ batch: z.int().default(3) });

describe("a state that is no weight", () => {
  /** w ← w − 0.1·k, then k ← 2k + w with the w of before. */
  const model = defineModel({
    name: "stateful",
    family: "gan",
    summary: "",
    options,
    build({ network, state }) {
      const weight = network("weight", number(3));
      const k = state("k", 0.5);
      return game({
        round: () => ({ w: weight(), k: k.read() }),
        players: {
          p: {
            moves: [weight],
            loss: ({ w, k }) => w.mul(k),
            updates: ({ w, k: now }) => [{ state: k, value: now.mul(2).add(w) }],
            report: ({ k }) => ({ k }),
            optimiser: descent(),
          },
        },
        roles: {},
      });
    },
  });

  test("is updated from the same forward pass as the loss, and stays", async () => {
    const played = new Game(model, { batch: 3 }, VECTORS);
    const { state, metrics } = await play(played, phaseOf("p"), { rounds: 2 });
    expect([...metrics["p/k"]!]).toEqual([0.5, 4]);
    expect(numbersOf(state, "weight/w")[0]).toBeCloseTo(3 - 0.05 - 0.4, 6);
    expect(numbersOf(state, "state/k")[0]).toBeCloseTo(2 * 4 + 2.95, 6);
  });

  test("begins as told and is one of the game's variables", () => {
    const played = new Game(model, { batch: 3 }, VECTORS);
    expect(played.variables.get("state/k")).toMatchObject({ kind: "state", shape: [] });
    expect([...played.variables.initialise(0).get("state/k")!]).toEqual([0.5]);
  });
});

test("a frozen network uses its running statistics, drops nothing and follows nothing", async () => {
  const build: Build = ({ network }) => {
    const norm = network("norm", sequential([batchNormalisation({ momentum: 0.5 }), dropout({ rate: 0.9 })]));
    const weight = network("weight", number(1));
    return game({
      round: ({ x }) => ({ y: norm.frozen(x), w: weight() }),
      players: {
        p: {
          moves: [weight],
          loss: ({ y, w }) => y.mul(w).sum(),
          report: ({ y }) => ({ sum: y.sum() }),
          optimiser: descent(),
        },
      },
      roles: {},
    });
  };
  const played = gameOf(build);
  const values = float32(
    Float32Array.from({ length: 12 }, (_, at) => at + 1),
    [6, 2],
  );
  const feeds = { "turn0/batch": { dtype: "int32" as const, shape: [1, 3], data: Int32Array.of(0, 1, 2) } };
  const { state, metrics } = await play(played, phaseOf("p"), { data: { [DATA.values]: values }, feeds });
  // The running mean is still 0 and the variance 1: x passes as it is, but for ε.
  expect(metrics["p/sum"]![0]).toBeCloseTo(21, 3);
  expect(numbersOf(state, "norm/batchNormalisation1/mean")).toEqual([0, 0]);
});

describe("a second domain", () => {
  const build: Build = ({ network }) => {
    const weight = network("weight", number(1));
    return game({
      round: (inputs) => ({ inputs, w: weight() }),
      players: {
        own: { moves: [weight], loss: ({ inputs, w }) => inputs.target.mul(w).sum(), optimiser: descent() },
        pair: {
          moves: [weight],
          loss: ({ inputs, w }) => inputs.partner.sub(inputs.x).mul(w).sum(),
          optimiser: descent(),
        },
      },
      roles: {},
      phases: [{ name: "own", turns: ["own"] }],
    });
  };
  const withTarget = (paired: boolean) => ({
    ...VECTORS,
    specification: { ...VECTORS.specification, target: { kind: "vector" as const, shape: [2], paired } },
    target: { count: 6, dtype: "float32" as const },
  });
  const data = {
    [DATA.values]: float32(
      Float32Array.from({ length: 12 }, (_, at) => at),
      [6, 2],
    ),
    [DATA.target]: float32(
      Float32Array.from({ length: 12 }, (_, at) => 100 * at),
      [6, 2],
    ),
  };
  const indices = (...rows: number[]) => ({
    dtype: "int32" as const,
    shape: [1, 3],
    data: Int32Array.from(rows),
  });

  test("has an order of its own", async () => {
    const played = gameOf(build, withTarget(false));
    const compiled = played.compileRound(phaseOf("own"));
    expect(compiled.batches).toEqual([]);
    expect(compiled.targetBatches).toEqual(["turn0/target"]);
    const feeds = { "turn0/target": indices(0, 1, 1) };
    const { metrics } = await play(played, phaseOf("own"), { data, feeds });
    expect(metrics.own![0]).toBe(100 + 2 * 500);
  });

  test("gives partners by the first domain's order", async () => {
    const played = gameOf(build, withTarget(true));
    const compiled = played.compileRound(phaseOf("pair"));
    expect([compiled.batches, compiled.targetBatches]).toEqual([["turn0/batch"], []]);
    const feeds = { "turn0/batch": indices(2, 2, 5) };
    const { metrics } = await play(played, phaseOf("pair"), { data, feeds });
    expect(metrics.pair![0]).toBe(99 * (9 + 9 + 21));
  });

  test("that is missing, or no pairs, is said in one line", () => {
    expect(() => gameOf(build)).toThrow("this model needs a second set of data; name it with --to");
    const played = gameOf(build, withTarget(false));
    expect(() => played.compileRound(phaseOf("pair"))).toThrow(/needs pairs/);
  });
});

test("a player who moves what its routing keeps from it is refused", () => {
  const build = (routing: Record<string, readonly string[]>) =>
    new Game(
      defineModel({
        name: "routed",
        family: "gan",
        summary: "",
        options,
        routing,
        build({ network }) {
          const [one, two] = [network("one", number(1)), network("two", number(2))];
          return game({
            round: () => ({ product: one().mul(two()) }),
            players: { p: { moves: [one, two], loss: (r) => r.product, optimiser: descent() } },
            roles: {},
          });
        },
      }),
      { batch: 3 },
      VECTORS,
    );
  expect(() => build({ p: ["one", "two"] })).not.toThrow();
  expect(() => build({ p: ["one"] })).toThrow("its routing does not let player p move two");
  expect(() => build({})).toThrow("its routing does not let player p move one");
});
