import { expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { kMeans, pick } from "./k-means.ts";

test("clusters that lie apart are found from any start", () => {
  const rows = Float32Array.of(0, 0, 0, 1, 1, 0.5, 10, 0, 10, 1, -20, -20);
  for (let seed = 0; seed < 20; seed++) {
    const { labels, centres } = kMeans(rows, { dimensions: 2, clusters: 3, stream: randomStream(seed, "k") });
    expect(new Set([labels[0], labels[1], labels[2]]).size).toBe(1);
    expect(labels[3]).toBe(labels[4]);
    expect(new Set(labels).size).toBe(3);
    const centre = labels[0]! * 2;
    expect(centres[centre]).toBeCloseTo(1 / 3, 12);
    expect(centres[centre + 1]).toBeCloseTo(0.5, 12);
  }
});

test("fewer different rows than clusters, and fewer rows", () => {
  const stream = randomStream(1, "k");
  const { centres } = kMeans(new Float32Array(8).fill(3), { dimensions: 2, clusters: 3, stream });
  expect([...centres]).toEqual([3, 3, 3, 3, 3, 3]);
  expect(() => kMeans(Float32Array.of(1), { dimensions: 1, clusters: 2, stream })).toThrow(
    "rows: at least 2 are needed, and there are 1",
  );
});

test("places are picked in proportion to their shares", () => {
  expect([0, 0.24, 0.26, 0.99].map((chance) => pick([1, 0, 3, 0], chance))).toEqual([0, 0, 2, 2]);
  expect(pick([0, 0], 0.5)).toBe(0);
});
