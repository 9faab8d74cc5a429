import { describe, expect, test } from "vitest";
import { randomStream } from "../../random/index.ts";
import { planeOfCodes, planeOfNoise } from "./plane.ts";

const mean = (codes: Float32Array, dimensions: number): number[] =>
  Array.from({ length: dimensions }, (_, axis) => {
    let sum = 0;
    for (let at = axis; at < codes.length; at += dimensions) sum += codes[at]!;
    return (sum * dimensions) / codes.length;
  });

describe("the plane of a map", () => {
  test("is the codes' own where they have two numbers", () => {
    const { directions, labels, least, most } = planeOfCodes(Float32Array.of(0, 0, 2, 4, 1, 2), 2, [1, 2]);
    expect(directions).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(labels).toEqual(["z1", "z2"]);
    [least, most].flat().forEach((value, index) => {
      expect(value).toBeCloseTo([-0.12, -0.24, 2.12, 4.24][index]!, 6);
    });
  });

  test("has the same principal components from the smaller matrix as from the larger", () => {
    const [count, dimensions] = [12, 8];
    const codes = randomStream(0, "codes").normal(0, new Float32Array(count * dimensions));
    // Two directions that stand out.
    for (let row = 0; row < count; row++) {
      codes[row * dimensions]! *= 9;
      codes[row * dimensions + 3]! *= 4;
    }
    const narrow = planeOfCodes(codes, dimensions, mean(codes, dimensions));
    // With more numbers than codes, all of them 0, nothing else changes.
    const wide = new Float32Array(count * 20);
    for (let row = 0; row < count; row++)
      wide.set(codes.subarray(row * dimensions, (row + 1) * dimensions), row * 20);
    const other = planeOfCodes(wide, 20, mean(wide, 20));
    expect(other.labels).toEqual(narrow.labels);
    for (const index of [0, 1] as const) {
      const [a, b] = [narrow.directions[index], other.directions[index]];
      const sign = Math.sign(a[0]! * b[0]!);
      for (const [axis, value] of b.entries()) expect(sign * value).toBeCloseTo(a[axis] ?? 0, 5);
    }
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
