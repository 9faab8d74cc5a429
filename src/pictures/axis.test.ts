import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Axis, linearAxis, logAxis, quantiles } from "./axis.ts";

const texts = ({ ticks }: Axis) => ticks.map(({ text }) => text).filter((text) => text !== "");

describe("linearAxis", () => {
  test.each<[number, number, string[]]>([
    [0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]],
    [0, 20_000, ["0", "5,000", "10,000", "15,000", "20,000"]],
    [-1.1, 1.1, ["−1.0", "−0.5", "0", "0.5", "1.0"]],
    [0.0101, 0.0114, ["0.0102", "0.0104", "0.0106", "0.0108", "0.0110", "0.0112", "0.0114"]],
    [2e-7, 7e-7, ["2e−7", "3e−7", "4e−7", "5e−7", "6e−7", "7e−7"]],
    [0, 2.1e7, ["0", "5e6", "1e7", "1.5e7", "2e7"]],
    [0, 1.2e8, ["0", "2e7", "4e7", "6e7", "8e7", "1e8", "1.2e8"]],
    [1, 1 + 2 ** -52, ["0.6", "0.8", "1.0", "1.2", "1.4"]],
    [5, 5, ["3", "4", "5", "6", "7"]],
    [0, 0, ["−1.0", "−0.5", "0", "0.5", "1.0"]],
  ])("from %d to %d", (low, high, expected) => {
    expect(texts(linearAxis(low, high))).toEqual(expected);
  });

  test("keeps to whole numbers where they are asked for", () => {
    expect(texts(linearAxis(1, 3, 10, 1))).toEqual(["1", "2", "3"]);
  });

  test("over any range: a handful of marks, evenly apart, inside, with texts that differ and say the value", () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(number, fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (low, size) => {
        const axis = linearAxis(low, low + size, 6);
        fc.pre(axis.high - axis.low > 1e-7 * Math.abs(low)); // Else the numbers themselves are too coarse.
        expect(axis.ticks.length).toBeGreaterThanOrEqual(3);
        expect(axis.ticks.length).toBeLessThanOrEqual(11);
        for (const { value, text } of axis.ticks) {
          expect(axis.place(value)).toBeGreaterThan(-1e-6);
          expect(axis.place(value)).toBeLessThan(1 + 1e-6);
          const said = Number(text.replaceAll("−", "-").replaceAll(",", ""));
          expect(Math.abs(said - value)).toBeLessThanOrEqual(
            1e-5 * Math.abs(value) + 0.01 * (axis.high - axis.low),
          );
        }
        if (axis.high - axis.low > 1e-4 * Math.abs(low)) {
          expect(new Set(texts(axis)).size).toBe(axis.ticks.length);
        }
      }),
      { seed: 2 },
    );
  });
});

describe("logAxis", () => {
  test.each<[number, number, string[]]>([
    [0.005, 20, ["0.01", "0.1", "1", "10"]],
    [1, 30, ["1", "2", "3", "5", "10", "20", "30"]],
    [0.9, 300, ["1", "2", "5", "10", "20", "50", "100", "200"]],
    [1e-12, 1e12, ["1e−12", "1e−9", "1e−6", "0.001", "1", "1,000", "1,000,000", "1e9", "1e12"]],
    [2, 3, ["2.0", "2.2", "2.4", "2.6", "2.8", "3.0"]],
  ])("from %d to %d", (low, high, expected) => {
    expect(texts(logAxis(low, high))).toEqual(expected);
  });

  test("places by ratio, and refuses what has none", () => {
    const { place } = logAxis(0.01, 100);
    expect([0.01, 1, 100].map(place)).toEqual([0, expect.closeTo(0.5, 9), 1]);
    expect(place(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(() => logAxis(0, 1)).toThrow(RangeError);
    expect(logAxis(3, 3)).toMatchObject({ low: 1.5, high: 6 });
  });
});

test("quantiles count what is finite, whatever the order", () => {
  expect(quantiles([5, Number.NaN, 1, 3, Infinity, 2, 4], 0, 1)).toEqual([1, 5]);
  expect(quantiles([5, 1, 3, 2, 4], 0.25, 0.5)).toEqual([2, 3]);
  expect(quantiles([Number.NaN], 0, 1)).toBeUndefined();
});
