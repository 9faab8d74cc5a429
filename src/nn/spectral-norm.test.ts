// Spectral normalisation over several rounds; PyTorch's values and gradients of one are in layers.test.ts.

import { describe, expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { initialState, numbersOf, phaseOf, play } from "../../test/support/rounds.ts";
import { descent, gameOf, number } from "../../test/support/small-games.ts";
import { game } from "../game/model.ts";
import { dense, type Scope, sequential, spectrallyNormalised } from "./index.ts";

const { singular } = reference<{ singular: { kernel: Numbers; largest: number }[] }>("layers");

/** A game that reads one kernel again and again, and moves something else. */
const reading = ({ shape }: Numbers) =>
  gameOf(({ network }) => {
    const kernel = network("critic", (scope: Scope) =>
      spectrallyNormalised(scope).weight("kernel", shape, "ones", { input: 1, output: 1 }),
    );
    const other = network("other", number(1));
    return game({
      round: () => ({ kernel: kernel(), other: other() }),
      players: {
        reader: {
          moves: [other],
          loss: (round) => round.other.square().add(round.kernel.sum().stopGradient()),
          report: (round) => ({ norm: round.kernel.square().sum().sqrt() }),
          optimiser: descent(),
        },
      },
      roles: {},
    });
  });

const lengthOf = (data: readonly number[]) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));

describe("what a kernel is divided by", () => {
  test.each(singular.map((row) => [row.kernel.shape.join("×"), row] as const))(
    "comes to be the largest singular value of a kernel of %s",
    async (_, { kernel, largest }) => {
      const played = reading(kernel);
      const first = initialState(played);
      const state = {
        ...first,
        "critic/kernel": { ...first["critic/kernel"]!, data: Float32Array.from(kernel.data) },
      };
      const { metrics } = await play(played, phaseOf("reader"), { rounds: 60, state });
      const divisors = metrics["reader/norm"]!.map((norm) => lengthOf(kernel.data) / norm);
      expect(divisors[59]! / largest).toBeCloseTo(1, 5);
      // The estimate is the length of what a unit vector is brought to: never above the largest there is.
      for (const divisor of divisors) expect(divisor).toBeLessThan(largest * (1 + 1e-6));
    },
  );
});

test("kernels at any depth are normalised, biases are not, and each has a vector of its own", () => {
  const played = gameOf(({ network }) => {
    const layers = sequential([dense({ units: 4 }), sequential([dense({ units: 1 })])]);
    const critic = network("critic", (scope: Scope, x) => layers.apply(x, spectrallyNormalised(scope)));
    return game({
      round: ({ x }) => critic(x).mean(),
      players: {
        critic: { moves: [critic], loss: (mean) => mean, optimiser: descent() },
      },
      roles: {},
    });
  });
  const statistics = played.variables.list().filter(({ kind }) => kind === "statistic");
  expect(statistics.map(({ name, shape }) => [name, shape])).toEqual([
    ["critic/dense1/singular", [2]],
    ["critic/sequential1/dense1/singular", [4]],
  ]);
});

test("a round without the critic leaves its vectors alone", async () => {
  const played = gameOf(({ network }) => {
    const critic = network("critic", (scope: Scope, x) =>
      dense({ units: 1 }).apply(x, spectrallyNormalised(scope)),
    );
    const other = network("other", dense({ units: 1 }));
    return game({
      round: ({ x }) => ({ critic: critic(x).mean(), other: other(x).mean() }),
      players: {
        critic: { moves: [critic], loss: (r) => r.critic, optimiser: descent() },
        other: { moves: [other], loss: (r) => r.other, optimiser: descent() },
      },
      roles: {},
    });
  });
  const before = numbersOf(initialState(played), "critic/singular");
  const without = await play(played, phaseOf("other"));
  expect(numbersOf(without.state, "critic/singular")).toEqual(before);
  const { state } = await play(played, phaseOf("critic"));
  expect(numbersOf(state, "critic/singular")).not.toEqual(before);
  expect(lengthOf(numbersOf(state, "critic/singular"))).toBeCloseTo(1, 6);
});
