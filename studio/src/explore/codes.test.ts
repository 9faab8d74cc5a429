import { describe, expect, test } from "vitest";
import { randomStream } from "../../../src/random/stream.ts";
import type { ExplorerSpace } from "../../../src/studio/explorer/contract.ts";
import {
  codeAt,
  exampleCode,
  nearestExample,
  openSpace,
  percentileOf,
  placeOf,
  randomCode,
} from "./codes.ts";

const known: ExplorerSpace = {
  name: "codes",
  role: "decode",
  dimensions: 3,
  normal: false,
  mean: [1, 0, 0],
  deviation: [1, 1, 1],
  axes: [],
  plane: {
    origin: [1, 0, 0],
    directions: [
      [0, 1, 0],
      [0.6, 0, 0.8],
    ],
    labels: ["", ""],
    least: [-2, -2],
    most: [2, 2],
  },
};
const space = openSpace(known, Float32Array.of(1, 1, 0, 1, -1, 5, 4, 0, 0));

const close = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 4);
};

describe("places", () => {
  test("are products with the directions, from the origin", () => {
    close(space.places, [1, 0, -1, 4, 0, 1.8]);
    expect(nearestExample(space, [0.9, 0.2])).toBe(0);
    expect(nearestExample(openSpace(known), [0, 0])).toBeUndefined();
  });

  test("have codes that lie there", () => {
    for (const beyond of ["nearby", "kept"] as const) {
      const code = codeAt(space, [0.3, -0.7], { beyond, from: Float32Array.of(2, 2, 2) });
      close(placeOf(space, code), [0.3, -0.7]);
    }
  });

  test("of examples have the examples' codes", () => {
    const from = Float32Array.of(0, 0, 0);
    close(codeAt(space, [-1, 4], { beyond: "nearby", from }), [1, -1, 5]);
  });

  test("keep what is off the map where that is wanted", () => {
    // (1, 2, 3) and what stands on both directions: (0.8, 0, −0.6).
    const off = (code: Float32Array) => 0.8 * code[0]! - 0.6 * code[2]!;
    const from = Float32Array.of(1, 2, 3);
    expect(off(codeAt(space, [0, 0], { beyond: "kept", from }))).toBeCloseTo(off(from), 5);
  });
});

describe("random codes", () => {
  test("are the noise of a seed where the networks know noise", () => {
    const noise = openSpace({ ...known, normal: true });
    expect(randomCode(noise, 7)).toEqual(randomStream(7, "generate").normal(0, new Float32Array(3)));
  });

  test("have the covariance of the examples' codes", () => {
    const codes = Float32Array.from({ length: 60 }, (_, index) => Math.sin(index * index));
    const mean = [0, 1, 2].map((axis) =>
      codes.reduce((sum, v, i) => (i % 3 === axis ? sum + v / 20 : sum), 0),
    );
    const given = openSpace({ ...known, mean }, codes);
    const covariance = (rows: readonly Float32Array[], a: number, b: number) =>
      rows.reduce((sum, row) => sum + (row[a]! - mean[a]!) * (row[b]! - mean[b]!), 0) / rows.length;
    const examples = Array.from({ length: 20 }, (_, index) => exampleCode(given, index));
    const drawn = Array.from({ length: 4000 }, (_, seed) => randomCode(given, seed));
    for (const [a, b] of [
      [0, 0],
      [0, 1],
      [1, 2],
    ] as const)
      expect(covariance(drawn, a, b)).toBeCloseTo(covariance(examples, a, b), 1);
  });
});

test("a score stands among those of the examples", () => {
  const scores = Array.from({ length: 101 }, (_, index) => index / 10);
  expect([-1, 5, 20].map((score) => percentileOf(scores, score))).toEqual([0, 50, 100]);
});
