import { expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { sampleMembership } from "./sample-membership.ts";

const draw = (name: string, count: number): Float32Array =>
  randomStream(2, name).normal(0, new Float32Array(3 * count));

test("four pairs by hand", () => {
  const found = sampleMembership(
    {
      generated: Float64Array.of(0, 5),
      members: Float64Array.of(0.25, 5.5),
      others: Float64Array.of(2, 4.75),
    },
    { dimensions: 1 },
  );
  // 0.25 < 2, 0.25 = 0.25, 0.5 < 2, 0.5 > 0.25.
  expect(found.area).toBeCloseTo((1 + 0.5 + 1 + 0) / 4, 12);
});

test("fresh samples give nobody away, copies of members do, and copies of half of them half", () => {
  const [members, others] = [draw("members", 600), draw("others", 600)];
  const told: number[] = [];
  const fresh = sampleMembership(
    { generated: draw("generated", 900), members, others },
    { dimensions: 3, onProgress: ({ done, total }) => told.push(done / total) },
  );
  expect(told).toEqual([512 / 1200, 600 / 1200, 1112 / 1200, 1]);
  expect(Math.abs(fresh.area - 0.5)).toBeLessThan(3 * fresh.standardError);
  const copied = sampleMembership({ generated: members, members, others }, { dimensions: 3 });
  expect(copied).toMatchObject({ area: 1, advantage: 1, detectionRate: 1 });
  const half = sampleMembership({ generated: members.subarray(0, 900), members, others }, { dimensions: 3 });
  // The half that is copied is told from all others; the rest are as near as these: 1/2 + 1/2 · 1/2.
  expect(half.area).toBeCloseTo(0.75, 1);
  expect(half.detectionRate).toBeCloseTo(0.5, 1);
});

test("no rows are refused", () => {
  const [one, none] = [Float32Array.of(1), new Float32Array(0)];
  const sets = { generated: one, members: one, others: one };
  const ask = (some: object) => () => sampleMembership({ ...sets, ...some }, { dimensions: 1 });
  expect(ask({ generated: none })).toThrow("generated samples: at least 1 are needed");
  expect(ask({ members: none })).toThrow("training examples: at least 1 are needed");
  expect(ask({ others: none })).toThrow("held-out examples: at least 1 are needed");
});
