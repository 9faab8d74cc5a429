// Pictures are judged by eye when the drawing changes; here is what can be told by program: that a PNG comes out,
// that nothing is cut off at its edge, that no font is needed, and that what the data says is in the drawing.

import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { PALETTE } from "./chart.ts";
import { classChart, classChartSvg } from "./class-chart.ts";
import { lineChart, lineChartSvg } from "./line-chart.ts";
import { scatterChart, scatterChartSvg } from "./scatter-chart.ts";
import { cutToWidth, strokeText, textWidth } from "./text.ts";

/** Numbers that look random and are always the same. */
function* numbers(): Generator<number> {
  for (let state = 1; ; ) {
    state = (state * 16_807) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}
const source = numbers();
const random = () => source.next().value;

const rounds = Array.from({ length: 3000 }, (_, index) => index + 1);
const noisy = (value: (round: number) => number) =>
  rounds.map((round) => value(round) * (1 + 0.2 * random()));
const decays = noisy((round) => 20 * Math.exp(-round / 300) + 0.01);
const long =
  "a name that is really very long, much longer than any name should be, and does not end here either";

/** Whether a frame of this many pixels around the picture is white. */
function edgeIsWhite(png: Uint8Array, pixels: number): boolean {
  const { width, height, channels, data } = decode(png);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = x >= pixels && x < width - pixels && y >= pixels && y < height - pixels;
      if (inside) continue;
      for (let channel = 0; channel < channels; channel++) {
        if (data[(y * width + x) * channels + channel] !== 255) return false;
      }
    }
  }
  return true;
}

describe("a line chart", () => {
  test.each([
    ["usual", { series: [{ name: "critic", x: rounds, y: decays }], title: "losses" }],
    ["without data", { series: [] }],
    ["of nothing finite", { series: [{ name: "lost", x: [1, 2], y: [Number.NaN, Infinity] }] }],
    ["of one point", { series: [{ name: "one", x: [7], y: [0.25] }] }],
    [
      "of huge negative numbers",
      { series: [{ name: "critic", x: rounds, y: decays.map((loss) => -1e9 * loss) }] },
    ],
    ["of tiny numbers", { series: [{ name: "critic", x: [0, 123_456_789], y: [1.23e-9, 1.24e-9] }] }],
    [
      "with long names",
      { series: [long, long, long].map((name) => ({ name, x: [1, 2], y: [1, 2] })), title: long },
    ],
    ["with long labels", { series: [{ name: long, x: [1, 2], y: [1, 900] }], xLabel: long, yLabel: long }],
    [
      "small",
      { series: [{ name: "critic", x: rounds, y: decays }], title: "losses", width: 320, height: 200 },
    ],
  ])("%s is a picture with nothing cut off", async (_, options) => {
    const { svg, png } = await lineChart(options);
    const { width, height } = { width: 800, height: 450, ...options };
    expect(decode(png)).toMatchObject({ width: 2 * width, height: 2 * height, channels: 3, depth: 8 });
    expect(edgeIsWhite(png, 10)).toBe(true);
    expect(svg).not.toMatch(/<text|NaN|Infinity|undefined/);
    expect(svg.length).toBeLessThan(200_000);
  });

  /** The lines of a colour and a width, each as a list of strokes of points. */
  const lines = (svg: string, colour: string, width: string) =>
    [...svg.matchAll(/<path d="([^"]*)" stroke="([^"]*)" [^>]*stroke-width="([^"]*)"/g)]
      .filter(([, , stroke, wide]) => stroke === colour && wide === width)
      .map(([, path]) =>
        path!
          .split("M")
          .slice(1)
          .map((part) => part.split("L").map((pair) => pair.split(" ").map(Number))),
      );

  test("an eighth series has the first one's colour and dashes, in the legend too", () => {
    const series = Array.from({ length: 15 }, (_, index) => ({ name: `${index}`, x: [1, 2], y: [index, 0] }));
    const svg = lineChartSvg({ series });
    const dashed = (count: number) =>
      lineChartSvg({ series: series.slice(0, count) }).split("dasharray").length - 1;
    expect([dashed(7), dashed(8), dashed(15)]).toEqual([0, 2, 16]);
    const own = [...svg.matchAll(/<path d="[^"]*" stroke="#0072b2"[^>]*?(stroke-dasharray="[^"]*")?[^>]*>/g)];
    expect(own.length).toBe(6);
    expect(new Set(own.map(([tag]) => /dasharray="([^"]*)"/.exec(tag)?.[1])).size).toBe(3);
  });

  test("shows each series thin as it is and thick as its mean, in its own colour", () => {
    const series = PALETTE.map((_, index) => ({ name: `player ${index}`, x: rounds, y: decays }));
    const svg = lineChartSvg({ series });
    for (const colour of PALETTE) {
      expect(lines(svg, colour, "0.8")).toHaveLength(1);
      expect(lines(svg, colour, "2.2")).toHaveLength(1);
    }
    expect(lines(lineChartSvg({ series, smoothing: 1 }), PALETTE[0], "0.8")).toHaveLength(0);
  });

  test("leaves a gap where values are not finite", () => {
    const svg = lineChartSvg({ series: [{ name: "a", x: [0, 1, 2, 3, 4], y: [1, 2, Number.NaN, 2, 1] }] });
    const [line] = lines(svg, PALETTE[0], "2.2");
    expect(line).toHaveLength(2);
    expect(svg.match(/<circle/g)).toHaveLength(4);
  });

  test("puts points where they belong, higher values higher", () => {
    const svg = lineChartSvg({ series: [{ name: "a", x: [0, 5, 10], y: [0, 1, 2] }], scale: "linear" });
    const [[first, middle, last]] = lines(svg, PALETTE[0], "2.2")[0] as [number[][]];
    expect(middle![0]).toBeCloseTo((first![0]! + last![0]!) / 2, 0);
    expect(middle![1]).toBeCloseTo((first![1]! + last![1]!) / 2, 0);
    expect(last![1]).toBeLessThan(first![1]!);
  });

  test("takes a logarithmic axis when the range asks for it", () => {
    const isLog = (y: number[], scale?: "linear" | "log") => {
      const x = y.map((_, index) => index);
      const svg = lineChartSvg({ series: [{ name: "a", x, y }], ...(scale ? { scale } : {}) });
      const labelled = strokeText("loss (log scale)", { x: 0, y: 0, size: 13, colour: "#333333" });
      return svg.split("<g transform=")[1]!.length > labelled.length * 0.9;
    };
    expect(isLog([100, 10, 1])).toBe(true);
    expect(isLog([10, 5, 1])).toBe(false);
    expect(isLog([100, 10, -1])).toBe(false);
    expect(isLog([100, 10, 1], "linear")).toBe(false);
    expect(isLog([3, 2, -1], "log")).toBe(true);
  });

  test("one spike does not flatten the rest", () => {
    const spiked = rounds.map((_, index) => (index === 1500 ? 1e9 : 1 + random()));
    const svg = lineChartSvg({
      series: [{ name: "a", x: rounds, y: spiked.map((loss) => -loss) }],
      smoothing: 1,
    });
    const usual = lineChartSvg({
      series: [{ name: "a", x: rounds, y: spiked.map((loss) => -Math.min(2, loss)) }],
    });
    const spread = (drawing: string, width: string) => {
      const heights = lines(drawing, PALETTE[0], width)[0]!
        .flat()
        .map(([, y]) => y!)
        .sort((a, b) => a - b);
      return heights[Math.floor(heights.length * 0.9)]! - heights[Math.floor(heights.length * 0.1)]!;
    };
    expect(spread(usual, "0.8")).toBeGreaterThan(100);
    expect(spread(svg, "2.2")).toBeLessThan(1); // Unsmoothed lines are shown whole, as asked for.
    const smoothed = lineChartSvg({
      series: [{ name: "a", x: rounds, y: spiked.map((loss) => -Math.min(50, loss)) }],
    });
    expect(spread(smoothed, "0.8")).toBeGreaterThan(50);
  });

  test("refuses a series of two lengths", () => {
    expect(() => lineChartSvg({ series: [{ name: "a", x: [1], y: [1, 2] }] })).toThrow(
      /series a: 1 places for 2/,
    );
  });
});

describe("a scatter chart", () => {
  const ring = (spread: number) =>
    Array.from({ length: 800 }, (_, index) => {
      const angle = ((index % 8) * Math.PI) / 4;
      return [Math.cos(angle) + spread * random(), Math.sin(angle) + spread * random()];
    }).flat();

  test.each([
    ["usual", { real: ring(0.02), generated: ring(0.1), title: "ring" }],
    ["without data", { real: [], generated: [] }],
    ["of one place", { real: [3, 3, 3, 3], generated: [3, 3] }],
    ["wide", { real: ring(0.02), generated: ring(0.1), title: long, width: 700, height: 400 }],
    ["of a generator gone wild", { real: ring(0.02), generated: ring(0.1).map((x) => x * 1e12) }],
  ])("%s is a picture with nothing cut off", async (_, options) => {
    const { svg, png } = await scatterChart(options);
    expect(edgeIsWhite(png, 10)).toBe(true);
    expect(svg).not.toMatch(/<text|NaN|Infinity|undefined/);
  });

  const circles = (svg: string) => {
    const [real, generated] = svg.split('<g fill="').slice(1);
    return [real, generated].map((group) =>
      [...(group ?? "").matchAll(/<circle cx="([^"]*)" cy="([^"]*)"/g)].map(([, x, y]) => [
        Number(x),
        Number(y),
      ]),
    );
  };

  test("has one scale for both axes", () => {
    for (const size of [
      { width: 700, height: 400 },
      { width: 300, height: 600 },
    ]) {
      const svg = scatterChartSvg({ real: [0, 0, 4, 0, 0, 1], generated: [2, 0.5], ...size });
      const [[origin, right, up], [middle]] = circles(svg) as [number[][], number[][]];
      const [wide, high] = [right![0]! - origin![0]!, origin![1]! - up![1]!];
      expect(Math.abs(wide - 4 * high)).toBeLessThan(1);
      expect(middle![0]).toBeCloseTo(origin![0]! + wide / 2, 0);
    }
  });

  test("counts the generated points that are far out or not finite, and keeps the real ones in view", () => {
    const real = ring(0.02);
    const generated = [0, 0, 50, 0, Number.NaN, 1, 1, Infinity];
    const [shownReal, shownGenerated] = circles(scatterChartSvg({ real, generated }));
    expect(shownReal).toHaveLength(800);
    expect(shownGenerated).toHaveLength(1);
    const remark = strokeText("generated (1 outside, 2 not finite)", { x: 0, y: 0, size: 13, colour: "" });
    const plain = strokeText("generated", { x: 0, y: 0, size: 13, colour: "" });
    const longer =
      scatterChartSvg({ real, generated }).length - scatterChartSvg({ real, generated: [0, 0] }).length;
    expect(longer).toBeGreaterThan((remark.length - plain.length) * 0.8);
  });
});

describe("text", () => {
  test("is as wide as said, from where it should be", () => {
    for (const anchor of ["start", "middle", "end"] as const) {
      const svg = strokeText("HE", { x: 100, y: 50, size: 20, colour: "red", anchor });
      const xs = [...svg.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x));
      const width = textWidth("HE", 20);
      const left = 100 - { start: 0, middle: width / 2, end: width }[anchor];
      expect(Math.min(...xs)).toBeCloseTo(left, 1);
      expect(Math.max(...xs)).toBeCloseTo(left + width, 1);
    }
  });

  test("is cut to a width with dots", () => {
    expect(cutToWidth("short", 13, 200)).toBe("short");
    const text = cutToWidth(long, 13, 200);
    expect(text).toMatch(/^a name that .*\.\.\.$/);
    expect(textWidth(text, 13)).toBeLessThanOrEqual(200);
    expect(cutToWidth("x", 13, 0)).toBe("...");
  });
});

describe("a chart of classes", () => {
  const cloud = (count: number) => Array.from({ length: 2 * count }, () => random() - 0.5);
  const labels = Array.from({ length: 300 }, (_, index) => index % 30);

  test.each([
    [
      "usual",
      { points: cloud(300), labels: labels.map((label) => label % 10), title: "codes", xLabel: "z1" },
    ],
    ["of 28 classes", { points: cloud(300), labels: labels.map((label) => label % 28) }],
    ["of more", { points: cloud(300), labels }],
    ["without labels", { points: cloud(300) }],
    ["of nothing", { points: [] }],
    ["of one point", { points: [3, 3], labels: [0], classes: [long], title: long }],
    ["of nothing finite", { points: [Number.NaN, 1], labels: [0] }],
  ])("%s is a picture with nothing cut off", async (_, options) => {
    const { svg, png } = await classChart(options);
    expect(decode(png)).toMatchObject({ width: 1280, height: 1360, channels: 3 });
    expect(edgeIsWhite(png, 10)).toBe(true);
    expect(svg).not.toMatch(/<text|NaN|Infinity|undefined/);
  });

  test("each class has a colour and a mark of its own, in the legend and in the plot", () => {
    const svg = classChartSvg({ points: cloud(28), labels: Array.from({ length: 28 }, (_, label) => label) });
    const styles = [
      ...svg.matchAll(/<(circle|path)[^>]*? (fill="#[^"]*"|fill="none" stroke="#[^"]*")[^>]*?\/>/g),
    ]
      .map(([, shape, style]) => `${shape} ${style}`)
      .filter((style) => !/#(ffffff|333333|e4e4e4)/.test(style));
    expect(new Set(styles).size).toBe(28);
  });

  test("of many points 10,000 are drawn, and the wrong labels are refused", () => {
    const svg = classChartSvg({ points: cloud(12_345) });
    expect(svg.match(/<circle/g)).toHaveLength(10_000);
    expect(() => classChartSvg({ points: [1, 2], labels: [] })).toThrow(/need as many labels/);
    expect(() => classChartSvg({ points: [1] })).toThrow(/coordinate left over/);
  });
});
