import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { type Distance, nearestNeighbours, neighbourAccuracy } from "./neighbours.ts";

const document = reference<{
  codes: Numbers[];
  labels: Numbers[];
  neighbours: { distance: Distance; k: number; indices: Numbers; distances: Numbers; accuracy: number }[];
}>("metrics");
const codes = Float64Array.from(document.codes[0]!.data);
const labels = document.labels[0]!.data;
const [train, other] = [codes.subarray(0, 60 * 4), codes.subarray(60 * 4)];

test.each(document.neighbours.map((row) => [row.distance, row.k, row] as const))(
  "agrees with scikit-learn: %s, %i",
  (distance, k, row) => {
    const found = nearestNeighbours(other, train, { dimensions: 4, k, distance });
    expect([...found.indices]).toEqual(row.indices.data);
    expectAgreement({ shape: row.distances.shape, data: found.distances }, row.distances, 1e-8);
    const accuracy = neighbourAccuracy(
      { codes: train, labels: labels.slice(0, 60) },
      { codes: other, labels: labels.slice(60) },
      { latent: 4, k, distance },
    );
    expect(accuracy).toBeCloseTo(row.accuracy, 8);
  },
);

test("more rows than are compared at a time, by looking at every pair", () => {
  const points = randomStream(1, "points").normal(0, new Float32Array(700 * 2));
  const queries = randomStream(1, "queries").normal(0, new Float32Array(300 * 2));
  const nearest = (x: number, y: number, without = -1): number => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let row = 0; row < 700; row++) {
      const distance = Math.hypot(points[row * 2]! - x, points[row * 2 + 1]! - y);
      if (distance < least && row !== without) [best, least] = [row, distance];
    }
    return best;
  };
  const found = nearestNeighbours(queries, points, { dimensions: 2 }).indices;
  found.forEach((row, query) => {
    expect(row).toBe(nearest(queries[query * 2]!, queries[query * 2 + 1]!));
  });
  nearestNeighbours("points", points, { dimensions: 2 }).indices.forEach((row, query) => {
    expect(row).toBe(nearest(points[query * 2]!, points[query * 2 + 1]!, query));
  });
});

test("equal points are at the distance 0, however far from 0; of them the first comes first", () => {
  const points = Float32Array.of(1000.1, 1000.2, 5, 5, 1000.1, 1000.2, 1000.1, 1000.2);
  const { indices, distances } = nearestNeighbours(points, points, { dimensions: 2, k: 3 });
  expect([...indices.subarray(0, 3)]).toEqual([0, 2, 3]);
  expect([...distances.subarray(0, 3)]).toEqual([0, 0, 0]);
  expect([...nearestNeighbours("points", points, { dimensions: 2 }).indices]).toEqual([2, 0, 0, 0]);
});

test("under the cosine only directions count, and 0 is at 1 from all", () => {
  const found = nearestNeighbours(Float32Array.of(0, 0, 3, 3), Float32Array.of(-1, -1, 0, 0, 5, 5, 1, 0), {
    dimensions: 2,
    distance: "cosine",
    k: 4,
  });
  expect([...found.indices]).toEqual([0, 1, 2, 3, 2, 3, 1, 0]);
  [1, 1, 1, 1, 0, 1 - Math.SQRT1_2, 1, 2].forEach((distance, place) => {
    expect(found.distances[place]).toBeCloseTo(distance, 12);
  });
});

test("most votes win, and the lowest label of as many", () => {
  const known = { codes: Float32Array.of(0, 1, 2, 10), labels: [9, 4, 4, 1] };
  const asked = { codes: Float32Array.of(0, 0), labels: [4, 9] };
  expect(neighbourAccuracy(known, asked, { latent: 1, k: 3 })).toBe(0.5);
  expect(neighbourAccuracy(known, { codes: Float32Array.of(0), labels: [4] }, { latent: 1, k: 2 })).toBe(1);
  expect(neighbourAccuracy(known, { codes: Float32Array.of(0), labels: [9] }, { latent: 1 })).toBe(1);
});

test("what cannot be compared is refused", () => {
  const one = Float32Array.of(1);
  expect(() => nearestNeighbours("points", one, { dimensions: 1 })).toThrow(
    "points: at least 2 are needed, and there are 1",
  );
  expect(() => nearestNeighbours(one, one, { dimensions: 1, k: 0 })).toThrow(
    "the number of neighbours must be",
  );
  const labelled = { codes: one, labels: [1] };
  expect(() => neighbourAccuracy(labelled, { codes: one, labels: [] }, { latent: 1 })).toThrow(
    "1 test codes need as many labels, not 0",
  );
});
