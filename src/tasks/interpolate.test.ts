import { describe, expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { addDirection, attributeDirection } from "./attribute-direction.ts";
import { interpolate, paths } from "./interpolate.ts";
import { evenValues, mostActive, traverse } from "./traverse.ts";

const rowsOf = (values: Float32Array, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => [
    ...values.subarray(row * width, (row + 1) * width),
  ]);
const norm = (row: readonly number[]) => Math.hypot(...row);

describe("ways between codes", () => {
  test("a quarter of a circle in steps of 30 degrees", () => {
    const way = interpolate(Float32Array.of(2, 0, 0, 2), { dimensions: 2, steps: 4, path: "spherical" });
    const expected = [0, 30, 60, 90].flatMap((degrees) => {
      const angle = (degrees * Math.PI) / 180;
      return [2 * Math.cos(angle), 2 * Math.sin(angle)];
    });
    way.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index]!, 6);
    });
  });

  test("the straight one goes through the middle", () => {
    const way = interpolate(Float32Array.of(1, 0, 0, 1, 4, 1), { dimensions: 2, steps: 3, path: "straight" });
    expect(rowsOf(way, 2)).toEqual([
      [1, 0],
      [0.5, 0.5],
      [0, 1],
      [0, 1],
      [2, 1],
      [4, 1],
    ]);
  });

  test.each(paths)("the %s one begins and ends where it should", (path) => {
    const codes = randomStream(0, "codes").normal(0, new Float32Array(3 * 500));
    const ways = rowsOf(interpolate(codes, { dimensions: 500, steps: 5, path }), 500);
    const ends = rowsOf(codes, 500);
    for (const [index, end] of [0, 4, 5, 9].entries())
      ways[end]!.forEach((value, axis) => {
        expect(value).toBeCloseTo(ends[Math.ceil(index / 2)]![axis]!, 5);
      });
    const middle = norm(ways[2]!) / norm(ways[0]!);
    if (path === "spherical") expect(middle).toBeGreaterThan(0.9);
    else expect(middle).toBeLessThan(0.85);
  });

  test.each([
    ["equal", [1, 2, 1, 2]],
    ["opposite", [1, 2, -1, -2]],
    ["at the origin", [0, 0, 1, 2]],
  ])("where the ends are %s, the spherical one is straight", (_, ends) => {
    const codes = Float32Array.from(ends);
    const options = { dimensions: 2, steps: 4 };
    expect(interpolate(codes, { ...options, path: "spherical" })).toEqual(
      interpolate(codes, { ...options, path: "straight" }),
    );
  });

  test("one code or one step is no way", () => {
    const options = { dimensions: 2, steps: 2, path: "straight" } as const;
    expect(() => interpolate(Float32Array.of(1, 2), options)).toThrow(/two codes of 2 numbers/);
    const curved = { ...options, path: "curved" as "straight" };
    expect(() => interpolate(Float32Array.of(1, 2, 3, 4), curved)).toThrow(
      'a way is spherical or straight, not "curved"',
    );
    expect(() => interpolate(Float32Array.of(1, 2, 3, 4), { ...options, steps: 1 })).toThrow(
      /at least 2 steps/,
    );
  });
});

describe("traversals", () => {
  const moments = { mean: [0, 5, 1], deviation: [1, 2, 0] };

  test("move one dimension a row, in deviations from the mean", () => {
    const codes = traverse(Float32Array.of(7, 8, 9), { axes: [1, 0], ...moments, values: [-1, 0, 1] });
    expect(rowsOf(codes, 3)).toEqual([
      [7, 3, 9],
      [7, 5, 9],
      [7, 7, 9],
      [-1, 8, 9],
      [0, 8, 9],
      [1, 8, 9],
    ]);
    expect(() => traverse(Float32Array.of(1), { axes: [1], ...moments, values: [0] })).toThrow(
      /from 0 to 0, not 1/,
    );
  });

  test("of the most active dimensions, over even values", () => {
    expect(mostActive([1, 4, 0, 4, 2], 3)).toEqual([1, 3, 4]);
    expect(evenValues(5, 3)).toEqual([-3, -1.5, 0, 1.5, 3]);
    expect(evenValues(1, 3)).toEqual([0]);
  });
});

describe("attributes", () => {
  const codes = Float32Array.of(1, 0, 3, 0, 9, 5, 11, 1);
  const labels = [0, 0, 1, 2];

  test("are the difference of means", () => {
    expect([...attributeDirection(codes, labels, { dimensions: 2, label: 0 })]).toEqual([-8, -3]);
    expect(() => attributeDirection(codes, labels, { dimensions: 2, label: 3 })).toThrow(
      /none of the examples/,
    );
    expect(() => attributeDirection(codes, [1, 1, 1, 1], { dimensions: 2, label: 1 })).toThrow(
      /all examples/,
    );
    expect(() => attributeDirection(codes, [1], { dimensions: 2, label: 1 })).toThrow(/4 codes need/);
  });

  test("are added in steps", () => {
    const moved = addDirection(Float32Array.of(1, 2, 3, 4), Float32Array.of(10, 0), [0, 0.5]);
    expect([...moved]).toEqual([1, 2, 6, 2, 3, 4, 8, 4]);
  });
});
