import { expect, test } from "vitest";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { membershipInference, memorisation } from "./memorisation.ts";

type Row = Record<"training" | "heldOut" | "generated" | "samples" | "examples" | "distances", Numbers> &
  Record<"quantile" | "nearer" | "ratio" | "threshold" | "copies", number>;
const document = reference<{ memorisation: Row[] }>("quality");
const draw = (name: string, count: number): Float32Array =>
  randomStream(1, name).normal(0, new Float32Array(count));

test("agrees with SciPy's Mann–Whitney statistic of scikit-learn's neighbours", () => {
  for (const row of document.memorisation) {
    const rows = (numbers: Numbers) => Float64Array.from(numbers.data);
    const found = memorisation(
      { generated: rows(row.generated), training: rows(row.training), heldOut: rows(row.heldOut) },
      { dimensions: 3, quantile: row.quantile, pairs: 5 },
    );
    for (const name of ["nearer", "ratio", "threshold", "copies"] as const)
      expect(found[name], name).toBeCloseTo(row[name], 8);
    expect(found.closest.map(({ sample }) => sample)).toEqual(row.samples.data);
    expect(found.closest.map(({ example }) => example)).toEqual(row.examples.data);
    found.closest.forEach(({ distance }, place) => {
      expect(distance).toBeCloseTo(row.distances.data[place]!, 8);
    });
  }
});

test("three samples by hand", () => {
  const found = memorisation(
    {
      training: Float32Array.of(0, 10, 20),
      heldOut: Float32Array.of(2, 13, 24),
      generated: Float32Array.of(0, 10.5, 16),
    },
    { dimensions: 1, pairs: 2 },
  );
  expect(found.nearer).toBeCloseTo(6.5 / 9, 12);
  expect(found).toMatchObject({ ratio: 0.5 / 3, copies: 2 / 3, threshold: 2.1 });
  expect(found.closest).toEqual([
    { sample: 0, example: 0, distance: 0 },
    { sample: 1, example: 1, distance: 0.5 },
  ]);
});

test("new draws of the data are as near as held-out ones, copies nearer; more than a chunk of them", () => {
  const training = draw("training", 2 * 500);
  const heldOut = draw("held out", 2 * 1000);
  const calls: number[] = [];
  const fair = memorisation(
    { generated: draw("generated", 2 * 1500), training, heldOut },
    { dimensions: 2, onProgress: ({ done, total }) => calls.push(done / total) },
  );
  expect(calls).toEqual([1024 / 2500, 1500 / 2500, 1]);
  expect(Math.abs(fair.nearer - 0.5)).toBeLessThan(3 * fair.standardError);
  // The share scatters with the samples and with the held-out examples that set the threshold.
  expect(Math.abs(fair.copies - 0.05)).toBeLessThan(3 * Math.sqrt(0.05 * 0.95 * (1 / 1500 + 1 / 1000)));
  expect(Math.abs(fair.ratio - 1)).toBeLessThan(0.1);
  expect(fair.closest).toHaveLength(16);
  const copied = memorisation({ generated: training, training, heldOut }, { dimensions: 2 });
  expect(copied).toMatchObject({ nearer: 1, standardError: 0, ratio: 0, copies: 1 });
});

test("members by hand, and scores that tell nothing", () => {
  const scores = { members: [0.9, 0.8, 0.4], others: [0.7, 0.3] };
  const found = membershipInference(scores);
  expect(found.area).toBeCloseTo(5 / 6, 12);
  // Above 0.7 lie two of three members and no other; above 0.3 all members and half of the others.
  expect(found.advantage).toBeCloseTo(2 / 3, 12);
  expect(found.detectionRate).toBeCloseTo(2 / 3, 12);
  expect(membershipInference(scores, { falseAlarmRate: 0.5 }).detectionRate).toBe(1);
  const blind = membershipInference({ members: draw("members", 5000), others: draw("others", 5000) });
  expect(Math.abs(blind.area - 0.5)).toBeLessThan(3 * blind.standardError);
  expect(blind.advantage).toBeLessThan(0.05);
  expect(Math.abs(blind.detectionRate - 0.01)).toBeLessThan(0.01);
});

test("what cannot be compared is refused", () => {
  const [one, none] = [Float32Array.of(1), new Float32Array(0)];
  const options = { dimensions: 1 };
  expect(() => memorisation({ generated: one, training: one, heldOut: none }, options)).toThrow(
    "held-out examples: at least 1 are needed, and there are 0",
  );
  expect(() => memorisation({ generated: one, training: none, heldOut: one }, options)).toThrow(
    "training examples: at least 1 are needed, and there are 0",
  );
  const sets = { generated: one, training: one, heldOut: one };
  expect(() => memorisation(sets, { dimensions: 1, quantile: 2 })).toThrow("a quantile must be");
});
