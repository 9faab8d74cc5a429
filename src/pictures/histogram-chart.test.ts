import { decode } from "fast-png";
import { expect, test } from "vitest";
import { histogramChart, histogramChartSvg } from "./histogram-chart.ts";

const ramp = (count: number, from: number, to: number) =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));

/** The heights of steps above the floor, in pixels, of each area. */
const areasOf = (svg: string) =>
  [...svg.matchAll(/<path d="M([^"]*)Z" fill="(#\w+)" fill-opacity="0.3"/g)].map(([, path]) => {
    const points = path!.split("L").map((pair) => pair.split(" ").map(Number) as [number, number]);
    const floor = points[0]![1];
    return points.slice(1, -1).map(([x, y]) => ({ x, height: floor - y }));
  });

test.each([
  [
    "of two kinds",
    {
      groups: [
        { name: "normal", values: ramp(500, 0, 1) },
        { name: "odd", values: [3] },
      ],
    },
  ],
  ["of values that are all the same", { groups: [{ name: "a", values: [2, 2] }] }],
  ["without values", { groups: [{ name: "none", values: [] }], mark: { value: 3, name: "threshold" } }],
  ["of nothing finite", { groups: [{ name: "lost", values: [Number.NaN, Number.POSITIVE_INFINITY] }] }],
  ["of many sizes", { groups: [{ name: "a", values: ramp(400, -3, 5).map((value) => 10 ** value) }] }],
])("a histogram %s is a picture", async (_, options) => {
  const { svg, png } = await histogramChart({ ...options, title: "scores", xLabel: "score" });
  expect(decode(png)).toMatchObject({ width: 1600, height: 900 });
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test("areas are shares, whatever the counts, and the mark is where it belongs", () => {
  const groups = [
    { name: "few", values: ramp(60, 0, 10) },
    { name: "many", values: ramp(6000, 0, 10) },
    { name: "at the end", values: [...Array<number>(500).fill(9.99), 1e9] },
  ];
  const svg = histogramChartSvg({ groups, mark: { value: 5, name: "threshold" } });
  const [few, many, end] = areasOf(svg);
  expect(few).toHaveLength(120);
  const mean = (area: { height: number }[]) =>
    area.reduce((sum, { height }) => sum + height, 0) / area.length;
  expect(mean(few!)).toBeCloseTo(mean(many!), 0);
  expect(Math.max(...end!.map(({ height }) => height))).toBeGreaterThan(20 * mean(many!));
  const at = Number(/<path d="M([\d.]+) [\d.]+V[\d.]+" stroke="#000000"/.exec(svg)![1]);
  const [left, right] = [few![0]!.x, few!.at(-1)!.x];
  expect((at - left) / (right - left)).toBeGreaterThan(0.4);
  expect((at - left) / (right - left)).toBeLessThan(0.6);
});
