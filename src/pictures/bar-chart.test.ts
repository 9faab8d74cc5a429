import { decode } from "fast-png";
import { expect, test } from "vitest";
import { type BarChartOptions, barChart, barChartSvg } from "./bar-chart.ts";

const OPTIONS: BarChartOptions = {
  title: "a round",
  xLabel: "milliseconds",
  series: ["forward", "backward"],
  panels: [
    {
      label: "operator",
      bars: [
        { name: "Conv", values: [2, 4] },
        { name: "Add", values: [1, 0] },
      ],
    },
    { label: "layer", bars: [{ name: "critic/conv2d1", values: [3, 3] }] },
  ],
};

/** x, y, width and colour of every bar's part. */
const partsOf = (svg: string) =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="17.3" fill="(#\w+)"/g)].map(
    ([, x, y, width, colour]) => ({ x: Number(x), y: Number(y), width: Number(width), colour }),
  );

test("a bar's parts follow one another, as long as their values", () => {
  const [first, second, third] = partsOf(barChartSvg(OPTIONS));
  expect(partsOf(barChartSvg(OPTIONS))).toHaveLength(6);
  expect(second!.x).toBeCloseTo(first!.x + first!.width, 0);
  expect(second!.width / first!.width).toBeCloseTo(2, 1);
  expect(third!.y).toBeGreaterThan(first!.y);
  expect(first!.colour).not.toBe(second!.colour);
  expect(first!.colour).toBe(third!.colour);
  const lengths = [first!, third!].map(({ width }) => width);
  expect(lengths[0]! / lengths[1]!).toBeCloseTo(2, 1);
});

test("nothing to show is a picture all the same", async () => {
  const { png } = await barChart({ ...OPTIONS, panels: [{ label: "operator", bars: [] }] });
  expect(decode(png).width).toBe(1600);
});

test("the picture is as high as its bars need", async () => {
  const many = Array.from({ length: 30 }, (_, index) => ({ name: `layer ${index}`, values: [index, 1] }));
  const { png } = await barChart({ ...OPTIONS, panels: [{ label: "layer", bars: many }] });
  expect(decode(png).height).toBeGreaterThan(30 * 24 * 2);
});
