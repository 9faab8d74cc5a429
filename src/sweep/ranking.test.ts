import { expect, test } from "vitest";
import { judge, rank, type TrialResult } from "./ranking.ts";

const trial = { number: 1, options: { latent: 8 }, settings: { latent: 8, batch: 20 } };
const result = (seed: number, mse: number | null, length = 3, seconds = 1) => ({
  ...{ trial: 1, seed, length, run: `runs/${seed}`, seconds },
  measures: { mse },
});

test("a trial's value is the mean of its runs, with its standard error", () => {
  // Deviations −1, 0, 1: s = 1, s/√3.
  const judged = judge(trial, [result(2, 5), result(0, 3), result(1, 4), result(0, 9, 1, 10)], {
    metric: "mse",
    length: 3,
  });
  expect(judged).toMatchObject({ trial: 1, options: { latent: 8 }, value: 4, length: 3, seconds: 13 });
  expect(judged.standardError).toBeCloseTo(1 / Math.sqrt(3), 12);
  expect(judged.runs.map(({ seed, value }) => [seed, value])).toEqual([
    [0, 3],
    [1, 4],
    [2, 5],
  ]);
  expect(judge(trial, [result(0, 3)], { metric: "mse", length: 3 })).not.toHaveProperty("standardError");
});

test("one failed run makes a trial fail", () => {
  const failed = { trial: 1, seed: 1, length: 3, run: "runs/1", failed: "training diverged" };
  const judged = judge(trial, [result(0, 3), failed], { metric: "mse", length: 3 });
  expect(judged.failed).toBe("training diverged");
  expect(judged).not.toHaveProperty("value");
  expect(judge(trial, [result(0, null)], { metric: "mse", length: 3 }).failed).toBe("mse is not finite");
});

test("the best comes first, after more training before less, failed ones last", () => {
  const one = (number: number, value: number | undefined, length = 3): TrialResult => ({
    ...{ trial: number, options: {}, settings: {}, length, seconds: 0, runs: [] },
    ...(value === undefined ? { failed: "" } : { value }),
  });
  const trials = [one(1, undefined), one(2, 0.1, 1), one(3, 0.5), one(4, 0.2), one(5, 0.2)];
  const order = (goal: "least" | "most") => rank(trials, goal).map(({ trial }) => trial);
  expect(order("least")).toEqual([4, 5, 3, 2, 1]);
  expect(order("most")).toEqual([3, 4, 5, 2, 1]);
});
