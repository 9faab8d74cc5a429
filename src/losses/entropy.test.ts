// Estimates of spread against cases worked out by hand and distributions whose entropy is known.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { Feeding } from "../../test/reference/feeding.ts";
import { numericalGradients } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import { randomStream } from "../random/index.ts";
import { evaluate } from "../runtime/evaluate.ts";
import { gradients, input, type Tensor } from "../tensor/index.ts";
import { nearestNeighbourEntropy, pullingAway } from "./entropy.ts";

async function measured(estimate: (points: Tensor) => Tensor, shape: readonly number[], data: Float32Array) {
  const [value] = await evaluate([estimate(input("x", shape))], { x: data });
  return Number(value!.data[0]);
}

describe("nearestNeighbourEntropy", () => {
  test("of four points on a line, by hand", async () => {
    // Distances to the nearest: 1, 1, 2, 4. log V₁ = log 2; ψ(4) − ψ(1) = 1 + 1/2 + 1/3.
    const expected = (Math.log(1) + Math.log(1) + Math.log(2) + Math.log(4)) / 4 + Math.log(2) + 11 / 6;
    const found = await measured(nearestNeighbourEntropy, [4, 1], Float32Array.of(0, 1, 3, 7));
    expect(found).toBeCloseTo(expected, 5);
  });

  test("of three points in space, by hand, wherever they lie", async () => {
    // 3-4-5 and a distance of 2: nearest 2, 2, 5. V₃ = 4π/3; ψ(3) − ψ(1) = 3/2.
    const expected = (3 / 3) * (Math.log(2) * 2 + Math.log(5)) + Math.log((4 * Math.PI) / 3) + 1.5;
    const points = [0, 0, 0, 0, 0, 2, 3, 4, 0];
    for (const shift of [0, 1000]) {
      const data = Float32Array.from(points, (value) => value + shift);
      expect(await measured(nearestNeighbourEntropy, [3, 3], data)).toBeCloseTo(expected, 4);
    }
  });

  test("comes near the entropy of known distributions", async () => {
    const [count, stream] = [1000, randomStream(1, "points")];
    const of = (draws: Float32Array) => measured(nearestNeighbourEntropy, [count, 2], draws);
    // The standard error of the mean of log ρ² and −log p, whose variances are about π²/6 and 0 or 1.
    const error = (variance: number) => Math.sqrt((Math.PI ** 2 / 6 + variance) / count);
    const uniform = await of(stream.uniform(0, new Float32Array(count * 2)).map((value) => 3 * value));
    expect(Math.abs(uniform - 2 * Math.log(3))).toBeLessThan(3 * error(0));
    const normal = await of(stream.normal(0, new Float32Array(count * 2)).map((value) => value / 2));
    const exact = Math.log(2 * Math.PI * Math.E) + 2 * Math.log(1 / 2);
    expect(Math.abs(normal - exact)).toBeLessThan(3 * error(1));
  });

  test("twins cost much, and their slopes are finite", async () => {
    const x = input("x", [3, 2]);
    const entropy = nearestNeighbourEntropy(x);
    const [value, slope] = await evaluate([entropy, ...gradients(entropy, [x])], {
      x: Float32Array.of(1, 1, 1, 1, 0, 0),
    });
    expect(Number(value!.data[0])).toBeLessThan(-15);
    expect([...value!.data, ...slope!.data].map(Number).every(Number.isFinite)).toBe(true);
  });

  test("its gradient is what finite differences measure", () => {
    const feeding = new Feeding();
    const x = feeding.drawn([5, 3]);
    const entropy = nearestNeighbourEntropy(x);
    const [slope] = interpret(gradients(entropy, [x]), feeding.feeds);
    expectAgreement(slope!, numericalGradients(entropy, [x], feeding.feeds)[0]!, 1e-6);
  });
});

describe("pullingAway", () => {
  test.each([
    ["orthogonal points", [1, 0, 0, 3], 0],
    ["points in one line with the origin", [1, 2, -2, -4], 1],
    ["points at 45 degrees", [1, 0, 5, 5], 0.5],
  ])("of %s", async (_, points, expected) => {
    expect(await measured(pullingAway, [2, 2], Float32Array.from(points))).toBeCloseTo(expected, 6);
  });

  test("its gradient is what finite differences measure", () => {
    const feeding = new Feeding();
    const x = feeding.drawn([4, 3]);
    const [slope] = interpret(gradients(pullingAway(x), [x]), feeding.feeds);
    expectAgreement(slope!, numericalGradients(pullingAway(x), [x], feeding.feeds)[0]!, 1e-7);
  });
});

test("one point has no neighbours", () => {
  for (const estimate of [nearestNeighbourEntropy, pullingAway]) {
    expect(() => estimate(input("x", [1, 2]))).toThrow(/needs two points or more/);
  }
});
