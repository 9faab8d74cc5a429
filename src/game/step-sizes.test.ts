import { expect, test } from "vitest";
import { phaseOf, play } from "../../test/support/rounds.ts";
import { descent, gameOf, numbers, VECTORS } from "../../test/support/small-games.ts";
import type { Optimiser } from "../nn/index.ts";
import { Game } from "./game.ts";
import { game } from "./model.ts";

/** A player who minimises ‖w‖² from w = (3, 3). */
function descending(optimiser: Optimiser, sizes = true): Game {
  const { model } = gameOf(({ network }) => {
    const body = network<[], ReturnType<ReturnType<typeof numbers>>>("body", numbers(2, 3));
    return game({
      round: () => body(),
      players: { walker: { moves: [body], loss: (w) => w.square().sum(), optimiser } },
      roles: {},
    });
  });
  return new Game(model, { batch: 3 }, VECTORS, { sizes });
}

test("the norm of the gradient, and how long a step is beside the weights", async () => {
  const { metrics } = await play(descending(descent(0.1)), phaseOf("walker"), { rounds: 2 });
  // The gradient is 2w, and a step takes a fifth of w.
  const [first, second] = metrics["walker/gradientNorm"]!;
  expect(first).toBeCloseTo(6 * Math.SQRT2, 5);
  expect(second).toBeCloseTo(6 * Math.SQRT2 * 0.8, 5);
  expect(metrics["walker/stepSize"]![0]).toBeCloseTo(0.2, 6);
  expect(metrics["walker/stepSize"]![1]).toBeCloseTo(0.2, 6);
});

test("are means over the steps of a round", async () => {
  const { metrics } = await play(descending(descent(0.1)), phaseOf("walker", "walker"));
  expect(metrics["walker/gradientNorm"]![0]).toBeCloseTo((6 * Math.SQRT2 * 1.8) / 2, 5);
});

test("the gradient is measured before it is clipped, the step as it is", async () => {
  const clipped = { ...descent(0.1), clipNorm: 1 };
  const { metrics } = await play(descending(clipped), phaseOf("walker"));
  expect(metrics["walker/gradientNorm"]![0]).toBeCloseTo(6 * Math.SQRT2, 5);
  expect(metrics["walker/stepSize"]![0]).toBeCloseTo(0.1 / (3 * Math.SQRT2), 6);
});

test("only where they are asked for, and the step is the same", async () => {
  const plain = await play(descending(descent(0.1), false), phaseOf("walker"));
  const measured = await play(descending(descent(0.1)), phaseOf("walker"));
  expect(Object.keys(plain.metrics)).toEqual(["walker"]);
  expect(plain.state["body/w"]!.data).toEqual(measured.state["body/w"]!.data);
});
