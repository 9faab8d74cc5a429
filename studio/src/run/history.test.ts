import { expect, test } from "vitest";
import type { RunHistory } from "../api.ts";
import { chartsOf, collapseCharts, inWords } from "./charts.ts";
import { FollowedLog } from "./history.ts";

const flat = (...values: (number | null)[]) => ({ mean: values, least: values, most: values });
const HISTORY: RunHistory = {
  next: 100,
  events: 2,
  rounds: [10, 20],
  epochs: [1, 2],
  metrics: { critic: flat(1, 2), "critic/gap": flat(3, null) },
  samples: [],
  collapse: [],
  validation: [],
};
const RUN = { name: "run", state: "training", round: 30, metrics: {}, warnings: [] } as const;

test("a followed log grows by what comes, with gaps where a metric has no value", () => {
  const log = new FollowedLog(HISTORY);
  const metrics = { critic: 4, generator: 5 };
  expect(
    log.append(
      [
        { type: "round", round: 30, epoch: 3, metrics },
        { type: "samples", round: 30, file: "samples/generated-0000030.png" },
      ],
      200,
    ),
  ).toBe(true);
  const { curves, samples, thinned } = log.snapshot(RUN);
  expect(log.next).toBe(200);
  expect(curves.get("critic")).toMatchObject({ rounds: [10, 20, 30], mean: [1, 2, 4] });
  expect(curves.get("critic/gap")!.mean).toEqual([3, null, null]);
  expect(curves.get("generator")!.mean).toEqual([null, null, 5]);
  expect(samples).toEqual([{ name: "generated", round: 30, file: "generated-0000030.png" }]);
  expect(thinned).toBe(false);
});

test("a log that goes back is refused, and one that has grown too long is full", () => {
  const log = new FollowedLog(HISTORY);
  expect(log.append([{ type: "round", round: 15, epoch: 1.5, metrics: {} }], 150)).toBe(false);
  expect(log.isFull()).toBe(false);
  const many = Array.from({ length: 601 }, (_, index) => ({
    type: "round" as const,
    round: 30 + index,
    epoch: 3,
    metrics: {},
  }));
  log.append(many, 300);
  expect(log.isFull()).toBe(true);
});

test("losses come first, then sizes, then what else is reported; a player has one colour", () => {
  const log = new FollowedLog({
    ...HISTORY,
    metrics: {
      critic: flat(1, 2),
      "critic/gap": flat(1, 1),
      generator: flat(1, 1),
      "generator/stepSize": flat(1, 1),
    },
  });
  const charts = chartsOf(log.snapshot(RUN));
  expect(charts.map(({ title }) => title)).toEqual(["Losses", "Steps", "Gap between real and generated"]);
  expect(charts[0]!.series.map(({ name, colour }) => [name, colour])).toEqual([
    ["critic", 0],
    ["generator", 1],
  ]);
  expect(charts[1]!.series[0]!.colour).toBe(1);
});

test("measures of collapse are drawn where there are any", () => {
  expect(collapseCharts([])).toEqual([]);
  const [shares, directions] = collapseCharts([
    { type: "collapse", round: 5, measures: { duplicates: 0.5, latent: 8, effectiveRank: 3 }, warnings: [] },
    { type: "collapse", round: 9, measures: { duplicates: null, latent: 8, effectiveRank: 4 }, warnings: [] },
  ]);
  expect(shares!.series).toMatchObject([{ name: "duplicates", x: [5], y: [0.5] }]);
  expect(directions!.series.map(({ y }) => y)).toEqual([
    [3, 4],
    [8, 8],
  ]);
});

test("names in words", () => {
  expect(inWords("gradientNorm")).toBe("Gradient norm");
  expect(inWords("mse")).toBe("Mean squared error");
});

test("looks at the validation split are dashed beside their player's curve, or a chart of their own", () => {
  const log = new FollowedLog({
    ...HISTORY,
    metrics: { vae: flat(3, 2), "vae/distortion": flat(2, 1) },
    validation: [{ type: "validation", round: 10, measures: { vae: 4, "vae/distortion": 3, mse: 0.2 } }],
  });
  log.append([{ type: "validation", round: 20, measures: { vae: null, mse: 0.1 } }], 120);
  const [losses, distortion, mse] = chartsOf(log.snapshot(RUN));
  expect(losses!.series.map(({ name, colour, dashed = false }) => [name, colour, dashed])).toEqual([
    ["vae", 0, false],
    ["vae, validation", 0, true],
  ]);
  expect(losses!.series[1]).toMatchObject({ x: [10, 20], y: [4, null] });
  expect(distortion!.series).toHaveLength(2);
  expect(mse).toMatchObject({
    title: "Mean squared error",
    series: [{ name: "validation", x: [10, 20], y: [0.2, 0.1] }],
  });
});
