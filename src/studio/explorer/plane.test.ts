import { describe, expect, test } from "vitest";
import { randomStream } from "../../random/index.ts";
import { planeOfCodes, planeOfNoise } from "./plane.ts";

describe("the plane of a map", () => {
  test("is the codes' own where they have two numbers", () => {
    const { directions, labels, least, most } = planeOfCodes(Float32Array.of(0, 0, 2, 4, 1, 2), 2);
    expect(directions).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(labels).toEqual(["z1", "z2"]);
    [least, most].flat().forEach((value, index) => {
      expect(value).toBeCloseTo([-0.12, -0.24, 2.12, 4.24][index]!, 6);
    });
  });

  test("is along the first two principal components of longer ones", () => {
    const codes = randomStream(0, "codes").normal(0, new Float32Array(12 * 8));
    for (let row = 0; row < 12; row++) codes[row * 8 + 3]! *= 20;
    const { directions, labels, origin } = planeOfCodes(codes, 8);
    expect(directions[0]![3]).toBeGreaterThan(0.9);
    expect(labels[0]).toMatch(/^first principal component, 9\d % of the variance$/);
    expect(origin).toHaveLength(8);
  });

  test("of noise has the two numbers that do most, in their own order where there are but two", () => {
    expect(planeOfNoise(3, [2, 0, 1])).toMatchObject({
      directions: [
        [0, 0, 1],
        [1, 0, 0],
      ],
      labels: ["z3", "z1"],
    });
    expect(planeOfNoise(2, [1, 0])).toMatchObject({ labels: ["z1", "z2"] });
    expect(planeOfNoise(1, [0])).toMatchObject({ directions: [[1], [0]], labels: ["z1", ""] });
  });
});
