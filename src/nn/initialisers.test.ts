import { describe, expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { sizeOf } from "../tensor/index.ts";
import { type Initialiser, initialise, initialiserSchema } from "./initialisers.ts";

const fans = { input: 30, output: 70 };
const SHAPE = [200, 100];

const values = (initialiser: Initialiser, shape: readonly number[] = SHAPE, seed = 1) =>
  initialise(initialiser)(shape, fans, randomStream(seed, "weight"));

const moment = (data: Float32Array, power: number, centre = 0) =>
  data.reduce((sum, value) => sum + (value - centre) ** power, 0) / data.length;

const largest = (data: Float32Array) => data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe("moments, over 20,000 draws", () => {
  // Variances by the papers: Glorot 2/(in + out), He 2/in, LeCun 1/in.
  test.each([
    ["glorotUniform", 2 / 100, "uniform"],
    ["heUniform", 2 / 30, "uniform"],
    ["lecunUniform", 1 / 30, "uniform"],
    ["glorotNormal", 2 / 100, "truncated"],
    ["heNormal", 2 / 30, "truncated"],
    ["lecunNormal", 1 / 30, "truncated"],
  ] as const)("%s has variance %d", (name, variance, kind) => {
    const data = values(name);
    const deviation = Math.sqrt(variance);
    // Four deviations of the estimates.
    expect(Math.abs(moment(data, 1))).toBeLessThan((4 * deviation) / Math.sqrt(data.length));
    expect(Math.abs(moment(data, 2) / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / data.length));
    const limit = kind === "uniform" ? Math.sqrt(3) * deviation : (2 * deviation) / 0.8796256610342398;
    expect(largest(data)).toBeLessThanOrEqual(limit * (1 + 1e-6));
    expect(largest(data)).toBeGreaterThan(0.99 * limit);
    // The fourth moment tells the two apart: 9/5 of the squared variance if uniform, 2.37 if a cut normal.
    expect(moment(data, 4) / moment(data, 2) ** 2).toBeCloseTo(kind === "uniform" ? 1.8 : 2.3655, 1);
  });

  test("normal", () => {
    const data = values({ kind: "normal", deviation: 0.02, mean: 1 });
    expect(Math.abs(moment(data, 1) - 1)).toBeLessThan((4 * 0.02) / Math.sqrt(data.length));
    expect(Math.sqrt(moment(data, 2, 1)) / 0.02).toBeCloseTo(1, 1);
    // Not cut: some of 20,000 lie beyond three deviations.
    expect(largest(data.map((value) => value - 1))).toBeGreaterThan(0.06);
  });

  test("truncatedNormal is cut at two deviations and narrower by 0.8796", () => {
    const data = values({ kind: "truncatedNormal", deviation: 0.5 });
    expect(largest(data)).toBeLessThanOrEqual(1);
    expect(largest(data)).toBeGreaterThan(0.999);
    expect(Math.abs(Math.sqrt(moment(data, 2)) / (0.5 * 0.87962566) - 1)).toBeLessThan(0.02);
    // What was beyond is drawn again, not pushed to the edge.
    expect(data.filter((value) => Math.abs(value) > 0.9999).length).toBeLessThan(10);
    expect(new Set(data).size).toBeGreaterThan(0.99 * data.length);
  });

  test("uniform", () => {
    const data = values({ kind: "uniform", minimum: 2, maximum: 6 });
    expect(data.every((value) => value >= 2 && value <= 6)).toBe(true);
    expect(moment(data, 1)).toBeCloseTo(4, 1);
    expect(moment(data, 2, 4)).toBeCloseTo(16 / 12, 1);
  });

  test("zeros, ones and a constant", () => {
    expect(new Set(values("zeros"))).toEqual(new Set([0]));
    expect(new Set(values("ones"))).toEqual(new Set([1]));
    expect(new Set(values({ kind: "constant", value: -0.5 }))).toEqual(new Set([-0.5]));
  });
});

describe("orthogonal", () => {
  test.each([
    [[4, 4], 1],
    [[3, 8], 1],
    [[8, 3], 2],
    [[6, 2, 3, 3], 0.5],
    [[1, 5], 1],
  ] as const)("[%s] with gain %d: the shorter side is orthogonal", (shape, gain) => {
    const data = values({ kind: "orthogonal", gain }, shape);
    const rows = shape[0];
    const columns = sizeOf(shape) / rows;
    const [count, at] =
      rows <= columns
        ? [rows, (vector: number, index: number) => data[vector * columns + index]!]
        : [columns, (vector: number, index: number) => data[index * columns + vector]!];
    for (let one = 0; one < count; one++) {
      for (let other = 0; other <= one; other++) {
        let product = 0;
        for (let index = 0; index < Math.max(rows, columns); index++)
          product += at(one, index) * at(other, index);
        expect(product).toBeCloseTo(one === other ? gain ** 2 : 0, 5);
      }
    }
  });

  test("the signs are as random as the rest", () => {
    const corners = Array.from({ length: 60 }, (_, seed) => values({ kind: "orthogonal" }, [2, 2], seed)[0]!);
    const positive = corners.filter((value) => value > 0).length;
    expect(positive).toBeGreaterThan(15);
    expect(positive).toBeLessThan(45);
  });

  test("a side longer than a function may have arguments", () => {
    const data = values({ kind: "orthogonal" }, [1, 300_000]);
    expect(data.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4);
  });
});

describe("seeds and names", () => {
  const every = [
    ...initialiserSchema.options[0].options.filter((name) => name !== "zeros" && name !== "ones"),
    { kind: "normal", deviation: 1 },
    { kind: "uniform", minimum: -1, maximum: 1 },
    { kind: "truncatedNormal", deviation: 1 },
    { kind: "orthogonal" },
  ] as const satisfies readonly Initialiser[];

  test.each(every.map((initialiser) => [JSON.stringify(initialiser), initialiser] as const))(
    "%s depends on both and on nothing else",
    (_, initialiser) => {
      const draw = (seed: number, name: string) =>
        Array.from(initialise(initialiser)([6, 5], fans, randomStream(seed, name)));
      expect(draw(1, "a")).toEqual(draw(1, "a"));
      expect(draw(1, "a")).not.toEqual(draw(2, "a"));
      expect(draw(1, "a")).not.toEqual(draw(1, "b"));
    },
  );
});

test.each([
  "glorot",
  { kind: "normal", deviation: 0 },
  { kind: "truncatedNormal", deviation: -1 },
  { kind: "orthogonal", gain: 0 },
  { kind: "constant" },
  { kind: "uniform", minimum: 0, maximum: 1, extra: 1 },
])("the schema refuses %j", (initialiser) => {
  expect(initialiserSchema.safeParse(initialiser).success).toBe(false);
});
