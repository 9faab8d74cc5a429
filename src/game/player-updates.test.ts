// Small weights are updated end to end: the same numbers, in fewer passes.

import { expect, test } from "vitest";
import { numbersOf, phaseOf, play } from "../../test/support/rounds.ts";
import { type Build, gameOf } from "../../test/support/small-games.ts";
import { dense, type Optimiser, sequential } from "../nn/index.ts";
import { topologicalOrder } from "../tensor/index.ts";
import { game } from "./model.ts";

const build =
  (optimiser: Optimiser, useBias: boolean, width = 3): Build =>
  ({ network }) => {
    const layer = (units: number) => dense({ units, useBias, activation: "tanh" });
    const net = network("net", sequential([layer(width), layer(4), layer(1)]));
    return game({
      round: ({ x }) => ({ y: net(x) }),
      players: { p: { moves: [net], loss: (r) => r.y.sub(1).square().mean(), optimiser, clipWeights: 0.6 } },
      roles: {},
    });
  };

const adam: Optimiser = { kind: "adam", learningRate: 0.1 };

test("all small weights of a player share the optimiser's passes", () => {
  const divisions = (useBias: boolean, width: number) => {
    const { state } = gameOf(build(adam, useBias, width)).compileRound(phaseOf("p"));
    const nodes = topologicalOrder(state.map(({ after }) => after));
    return nodes.filter(({ primitive, size }) => primitive === "divide" && size > 1).map(({ size }) => size);
  };
  // Kernels of 2·3, 3·4 and 4·1, and their biases.
  expect(divisions(false, 3)).toEqual([22]);
  expect(divisions(true, 3)).toEqual([22 + 8]);
  // The first two kernels are too large to be copied, their biases are not.
  expect(divisions(true, 10_000)).toEqual([20_000, 4 + 10_005, 40_000]);
});

test("each vector gets its own step: Adam's first is the learning rate, against the slope", async () => {
  const { state } = await play(gameOf(build(adam, true)), phaseOf("p"));
  for (const layer of ["dense1", "dense2", "dense3"]) {
    const moved = numbersOf(state, `net/${layer}/bias`);
    const slope = numbersOf(state, `p/first/net/${layer}/bias`);
    moved.forEach((value, at) => {
      expect(value).toBeCloseTo(-0.1 * Math.sign(slope[at]!), 4);
    });
    expect(numbersOf(state, `p/second/net/${layer}/bias`)).toEqual(
      slope.map((value) => expect.closeTo(value ** 2)),
    );
  }
});

test("weights are cut, vectors too", async () => {
  const far: Optimiser = { kind: "sgd", learningRate: 50 };
  const { state } = await play(gameOf(build(far, true)), phaseOf("p"));
  const bias = numbersOf(state, "net/dense3/bias");
  expect(bias.map(Math.abs)).toEqual([expect.closeTo(0.6)]);
});
