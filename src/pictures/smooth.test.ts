import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { movingMean, thinned } from "./smooth.ts";

const { NaN: gap } = Number;

describe("movingMean", () => {
  test("is the mean of the neighbours, and keeps a slope to the ends", () => {
    expect(movingMean([0, 0, 9, 0, 0], 3)).toEqual([0, 3, 3, 3, 0]);
    expect(movingMean([1, 2, 3, 4, 5, 6, 7], 5)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(movingMean([], 5)).toEqual([]);
  });

  test("leaves gaps, which count for nobody", () => {
    expect(movingMean([2, gap, 4, 6, Infinity, 6], 3)).toEqual([2, gap, 5, 5, gap, 6]);
  });

  test("is as exact as the sum of each window, also beside enormous values", () => {
    const series = fc.array(
      fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constantFrom(gap, 1e300)),
    );
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 40 }), (values, width) => {
        const means = movingMean(values, width);
        const most = Math.floor(width / 2);
        values.forEach((value, index) => {
          const half = Math.max(Math.floor(most / 8), Math.min(most, index, values.length - 1 - index));
          const near = values.slice(Math.max(0, index - half), index + half + 1).filter(Number.isFinite);
          const expected = near.reduce((sum, one) => sum + one, 0) / near.length;
          if (Number.isNaN(value)) expect(means[index]).toBeNaN();
          else
            expect(Math.abs(means[index]! - expected)).toBeLessThanOrEqual(
              1e-12 * Math.max(1, Math.abs(expected)),
            );
        });
      }),
      { seed: 3 },
    );
  });
});

describe("thinned", () => {
  const points = (ys: readonly number[]) => ys.map((y, x) => ({ x, y }));

  test("leaves short lines alone", () => {
    const short = points([1, 2, gap, 4]);
    expect(thinned(short, 100)).toEqual(short);
  });

  test("keeps the ends, every column's extremes and the gaps, in order", () => {
    const ys = Array.from({ length: 10_000 }, (_, x) => Math.sin(x / 700) + ((x * 7919) % 101) / 1000);
    ys[5003] = 50;
    ys[7007] = -50;
    for (let x = 2000; x < 2200; x++) ys[x] = gap;
    const kept = thinned(points(ys), 100);
    expect(kept.length).toBeLessThan(410);
    expect(kept[0]).toEqual({ x: 0, y: ys[0] });
    expect(kept.at(-1)).toEqual({ x: 9999, y: ys[9999] });
    expect(kept.map(({ y }) => y)).toEqual(expect.arrayContaining([50, -50, gap]));
    expect(kept.every(({ x }, index) => index === 0 || x > kept[index - 1]!.x)).toBe(true);
    const before = kept.filter(({ x, y }) => x < 2000 && !Number.isNaN(y)).at(-1);
    expect(before?.x).toBe(1999);
    expect(kept.filter(({ y }) => !Number.isNaN(y)).some(({ x }) => x >= 2000 && x < 2200)).toBe(false);
  });
});
