// Phases in their places, and what each is fed: batches follow one another from phase to phase.

import { describe, expect, test } from "vitest";
import { type Build, descent, gameOf, number, VECTORS } from "../../test/support/small-games.ts";
import { BatchOrder } from "../data/batches.ts";
import { game } from "../game/model.ts";
import { Feeds } from "./feeds.ts";
import { phaseEnds, planOf, stretchAt } from "./plan.ts";

/** One batch of x a round, then two of x and one of the second domain. */
const build: Build = ({ network }) => {
  const weight = network("weight", number(1));
  return game({
    round: (inputs) => ({ inputs, w: weight() }),
    players: {
      first: { moves: [weight], loss: ({ inputs, w }) => inputs.x.sum().mul(w), optimiser: descent() },
      second: {
        moves: [weight],
        loss: ({ inputs, w }) => inputs.x.sum().add(inputs.target.sum()).mul(w),
        optimiser: descent(),
      },
    },
    roles: {},
    phases: [
      { name: "begin", share: 1, turns: ["first"] },
      { name: "go on", share: 3, turns: ["first", "second"] },
    ],
  });
};
const played = gameOf(build, {
  ...VECTORS,
  count: 60,
  specification: { ...VECTORS.specification, target: { kind: "vector", shape: [2], paired: false } },
  target: { count: 50, dtype: "float32" },
});

describe("a plan", () => {
  test("shares rounds, or passes over the data, between phases", () => {
    expect(phaseEnds(played, { rounds: 40 })).toEqual([10, 40]);
    for (const length of [{ rounds: 1e10 + 1 }, { epochs: 1e300 }, { epochs: 1e308 }])
      expect(() => phaseEnds(played, length)).toThrow(
        /^(10000000001 rounds|1e\+30[08] epochs) are more than a run may have, 10,000,000,000 rounds; ask for fewer$/,
      );
    // Of 4 epochs the first phase has 1: 20 rounds of 3; the second 3, at 6 examples a round.
    expect(phaseEnds(played, { epochs: 4 })).toEqual([20, 50]);
  });

  test("counts the batches that earlier phases took", () => {
    const plan = planOf(played, [10, 40]);
    expect(plan.map(({ start, end, before }) => [start, end, before])).toEqual([
      [0, 10, { batches: 0, targetBatches: 0 }],
      [10, Number.POSITIVE_INFINITY, { batches: 10, targetBatches: 0 }],
    ]);
    expect(stretchAt(plan, 9).phase.name).toBe("begin");
    expect(stretchAt(plan, 10).phase.name).toBe("go on");
    expect(stretchAt(plan, 1000).phase.name).toBe("go on");
  });
});

describe("feeds", () => {
  const split = (count: number) => ({ count, values: new Float32Array(2 * count) });
  const dataset = {
    train: split(60),
    shape: [2],
    target: { train: split(50), shape: [2] } as never,
  };
  const feedsOf = (index: number) =>
    new Feeds(played.compileRound(played.phases[index]!), {
      seed: 5,
      phase: played.phases[index]!.name,
      dataset,
      batch: 3,
    });
  const [, second] = planOf(played, [10, 40]);

  test("go on where the last phase's batches ended", () => {
    const feeds = feedsOf(1).for(12, 2, second!);
    const order = new BatchOrder(5, 60, 3);
    // Two rounds of two batches each were played in this phase before, and ten in the one before.
    const expected = order.fill(10 + 2 * 2, 4, new Int32Array(12));
    const [one, two] = [feeds["turn0/batch"]!.data, feeds["turn1/batch"]!.data];
    expect([...expected]).toEqual(
      [one.slice(0, 3), two.slice(0, 3), one.slice(3), two.slice(3)].flatMap((part) => [...part].map(Number)),
    );
  });

  test("take the second domain in an order of its own, the same however rounds are cut into calls", () => {
    const whole = feedsOf(1).for(10, 4, second!)["turn1/target"]!.data;
    const parts = [feedsOf(1).for(10, 1, second!), feedsOf(1).for(11, 3, second!)];
    expect([...whole]).toEqual(parts.flatMap((part) => [...part["turn1/target"]!.data]));
    const order = new BatchOrder(5, 50, 3, "data/target");
    expect([...whole]).toEqual([...order.fill(0, 4, new Int32Array(12))]);
  });
});
