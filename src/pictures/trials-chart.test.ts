import { decode } from "fast-png";
import { expect, test } from "vitest";
import { type TrialsChartOptions, trialsChart, trialsChartSvg } from "./trials-chart.ts";

const OPTIONS: TrialsChartOptions = {
  title: "vae on glyphs",
  yLabel: "mse",
  groups: ["9 epochs", "3 epochs"],
  best: 1,
  panels: [
    { label: "latent", choices: ["8", "16"], x: [0, 1, 1] },
    { label: "beta", scale: "log", x: [0.01, 1, 100] },
    { label: "widths", x: [2, 3, 4] },
  ],
  trials: [
    { y: 0.03, group: 1 },
    { y: 0.02, spread: 0.001, group: 0 },
    { y: undefined, group: 1 },
  ],
};

const count = (svg: string, part: RegExp) => svg.match(part)?.length ?? 0;

test("a panel an option, a dot a trial, a ring for the best, a whisker for the error, a cross for what failed", () => {
  const svg = trialsChartSvg(OPTIONS);
  expect(count(svg, /<clipPath id="plot\d"/g)).toBe(3);
  expect(count(svg, /r="4" /g)).toBe(3 * 2);
  expect(count(svg, /r="8" /g)).toBe(3);
  expect(count(svg, /stroke-width="1.5"/g)).toBe(3);
  expect(count(svg, /l8 8m0 -8l-8 8/g)).toBe(3);
  // The legend: two groups, the best, the failed.
  expect(count(svg, /r="4.5"/g)).toBe(4);
});

test("a value twice as good lies lower, and choices lie in their order", () => {
  const [first, second] = [...trialsChartSvg(OPTIONS).matchAll(/cx="([\d.]+)" cy="([\d.]+)" r="4" /g)];
  expect(Number(second![1])).toBeGreaterThan(Number(first![1]));
  expect(Number(second![2])).toBeGreaterThan(Number(first![2]));
});

test("what failed lies where y is bad", () => {
  const height = (good: "least" | "most") =>
    Number(/<path d="M[\d.]+ ([\d.]+)l8 8m0 -8l-8 8/.exec(trialsChartSvg({ ...OPTIONS, good }))![1]);
  const [, dot] = /cy="([\d.]+)" r="4" /.exec(trialsChartSvg(OPTIONS))!;
  expect(height("least")).toBeLessThan(Number(dot));
  expect(height("most")).toBeGreaterThan(Number(dot));
});

test("a line joins the best of each value", () => {
  const trials = [
    { y: 3, group: 0 },
    { y: 2, group: 0 },
    { y: 1, group: 0 },
  ];
  const panels = [{ label: "latent", choices: ["8", "16"], x: [0, 0, 1] }];
  const svg = trialsChartSvg({ ...OPTIONS, panels, trials, line: true });
  const [, path] = /<path d="M([^"]*)" stroke="#8a8a8a"/.exec(svg)!;
  const heights = [...svg.matchAll(/cy="([\d.]+)" r="4" /g)].map(([, y]) => y);
  expect(path!.split("L").map((point) => point.split(" ")[1])).toEqual([heights[1], heights[2]]);
});

test("nothing but failures is a picture too", async () => {
  const trials = OPTIONS.trials.map(() => ({ y: undefined, group: 0 }));
  const { best: _, ...rest } = OPTIONS;
  const { png } = await trialsChart({ ...rest, trials, panels: OPTIONS.panels.slice(0, 1) });
  expect(decode(png)).toMatchObject({ width: 960, channels: 3 });
});
