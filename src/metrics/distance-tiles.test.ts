import { expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { distanceTiles } from "./distance-tiles.ts";
import { euclidean } from "./neighbours.ts";

test("more rows than a tile holds, pair by pair, and no further off than it says", () => {
  const draw = (name: string, count: number) =>
    randomStream(1, name)
      .normal(0, new Float32Array(count * 3))
      .map((value) => value + 1000);
  const [queries, points] = [draw("queries", 150), draw("points", 300)];
  let seen = 0;
  for (const { first, count, squared, error } of distanceTiles(queries, points, { dimensions: 3 })) {
    expect(first).toBe(seen);
    expect(error).toBeLessThan(1e-11);
    let furthest = 0;
    for (let row = 0; row < count; row++)
      for (let point = 0; point < 300; point++) {
        const exact = euclidean(queries, (first + row) * 3, points, point * 3, 3) ** 2;
        furthest = Math.max(furthest, Math.abs(squared[row * 300 + point]! - exact));
      }
    expect(furthest).toBeLessThanOrEqual(error);
    seen += count;
  }
  expect(seen).toBe(150);
});
