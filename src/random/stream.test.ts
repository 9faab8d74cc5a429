import { describe, expect, test } from "vitest";
import { randomStream } from "./stream.ts";

const normals = (seed: number, name: string, position: number, count: number): Float32Array =>
  randomStream(seed, name).normal(position, new Float32Array(count));

function moments(values: ArrayLike<number>): {
  mean: number;
  variance: number;
  skew: number;
  kurtosis: number;
} {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let [m2, m3, m4] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const d = values[i]! - mean;
    m2 += (d * d) / n;
    m3 += (d * d * d) / n;
    m4 += (d * d * d * d) / n;
  }
  return { mean, variance: m2, skew: m3 / m2 ** 1.5, kurtosis: m4 / m2 ** 2 };
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [moments(a), moments(b)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - ma.mean) * (b[i]! - mb.mean);
  return sum / a.length / Math.sqrt(ma.variance * mb.variance);
}

/** Abramowitz and Stegun 26.2.17, good to 7.5e-8. */
function cumulativeNormal(x: number): number {
  if (x < 0) return 1 - cumulativeNormal(-x);
  const t = 1 / (1 + 0.2316419 * x);
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI)) * tail;
}

describe("normal", () => {
  test("has the moments of N(0, 1)", () => {
    const { mean, variance, skew, kurtosis } = moments(normals(1, "noise", 0, 1_000_000));
    expect(Math.abs(mean)).toBeLessThan(0.004);
    expect(Math.abs(variance - 1)).toBeLessThan(0.006);
    expect(Math.abs(skew)).toBeLessThan(0.01);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.02);
  });

  test("has the distribution of N(0, 1) (Kolmogorov and Smirnov), and tails", () => {
    const values = normals(2, "noise", 5, 200_000).sort();
    let distance = 0;
    for (let i = 0; i < values.length; i++)
      distance = Math.max(distance, Math.abs(cumulativeNormal(values[i]!) - (i + 0.5) / values.length));
    expect(distance * Math.sqrt(values.length)).toBeLessThan(1.63);
    expect(values[0]).toBeLessThan(-3.9);
    expect(values.at(-1)).toBeGreaterThan(3.9);
    expect(Number.isFinite(values[0]! + values.at(-1)!)).toBe(true);
  });

  test("draws of one pair, of neighbours and of neighbouring positions are uncorrelated", () => {
    const values = normals(3, "noise", 0, 200_000);
    const even = values.filter((_, i) => i % 2 === 0);
    const odd = values.filter((_, i) => i % 2 === 1);
    expect(Math.abs(correlation(even, odd))).toBeLessThan(0.015);
    expect(
      Math.abs(
        correlation(
          even.map((v) => v * v),
          odd.map((v) => v * v),
        ),
      ),
    ).toBeLessThan(0.015);
    expect(Math.abs(correlation(values.subarray(1), values.subarray(0, -1)))).toBeLessThan(0.01);
    expect(Math.abs(correlation(values, normals(3, "noise", 1, 200_000)))).toBeLessThan(0.01);
  });

  test("is Box and Muller's transform of the words", () => {
    // The angle and the radius, taken back from pairs, are uniform and exponential.
    const values = normals(4, "noise", 0, 100_000);
    const angles = new Float64Array(50_000);
    const tails = new Float64Array(50_000);
    for (let i = 0; i < 50_000; i++) {
      const [x, y] = [values[2 * i]!, values[2 * i + 1]!];
      angles[i] = (Math.atan2(y, x) / (2 * Math.PI) + 1) % 1;
      tails[i] = Math.exp(-(x * x + y * y) / 2);
    }
    for (const sample of [angles.sort(), tails.sort()]) {
      let distance = 0;
      for (let i = 0; i < sample.length; i++)
        distance = Math.max(distance, Math.abs(sample[i]! - (i + 0.5) / sample.length));
      expect(distance * Math.sqrt(sample.length)).toBeLessThan(1.63);
    }
  });

  test("stays the same from version to version", () => {
    expect([...normals(0, "noise", 0, 4)]).toEqual([
      -0.485476553440094, 1.1884251832962036, 0.9297879338264465, 1.289373517036438,
    ]);
    expect([...normals(2 ** 53 - 1, "é", 2 ** 53 - 1, 3)]).toEqual([
      0.017161516472697258, 1.2351442575454712, -0.7129194140434265,
    ]);
  });
});

describe("uniform", () => {
  test("lies in [0, 1), evenly", () => {
    const values = randomStream(1, "u").uniform(0, new Float32Array(1_000_000));
    const bins = new Int32Array(100);
    for (const v of values) {
      if (!(v >= 0 && v < 1)) throw new Error(`${v} is out of range`);
      bins[Math.floor(v * 100)]!++;
    }
    let chi = 0;
    for (const n of bins) chi += (n - 10_000) ** 2 / 10_000;
    expect(chi).toBeLessThan(150); // 99 degrees of freedom
    expect(chi).toBeGreaterThan(55);
  });
});

describe("integers", () => {
  test.each([1, 2, 3, 10, 1000])("below %i are even", (below) => {
    const values = randomStream(5, "i").integers(0, below, new Int32Array(100_000));
    const counts = new Int32Array(below);
    for (const v of values) counts[v]!++;
    let chi = 0;
    for (const n of counts) chi += (n - 100_000 / below) ** 2 / (100_000 / below);
    expect(chi).toBeLessThan(below + 5 * Math.sqrt(2 * below));
  });

  test("refuses words without bias where nearly half of them are refused", () => {
    // 2^32 mod 3·2^29 = 2^30, so plain remainders would favour the lowest two thirds by 3 to 2.
    const below = 3 * 2 ** 29;
    const values = randomStream(6, "i").integers(0, below, new Int32Array(60_000));
    const thirds = [0, 0, 0];
    for (const v of values) thirds[Math.floor(v / 2 ** 29)]!++;
    for (const n of thirds) expect(Math.abs(n - 20_000)).toBeLessThan(500);
  });

  test("below 2^31 are within range, and other bounds are refused", () => {
    const stream = randomStream(6, "i");
    for (const v of stream.integers(1, 2 ** 31, new Int32Array(1000))) expect(v).toBeGreaterThanOrEqual(0);
    for (const below of [0, -1, 1.5, 2 ** 31 + 1, Number.NaN])
      expect(() => stream.integers(0, below, new Int32Array(1))).toThrow(RangeError);
  });
});

describe("permutation", () => {
  test("holds every number once", () => {
    for (const count of [0, 1, 2, 1023, 1024, 1025, 60_000]) {
      const order = randomStream(1, "p").permutation(3, count);
      expect(order.length).toBe(count);
      expect([...order].sort((a, b) => a - b).every((v, i) => v === i)).toBe(true);
    }
  });

  test("every order of four is equally likely", () => {
    const stream = randomStream(9, "p");
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const key = stream.permutation(i, 4).join("");
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    let chi = 0;
    for (const n of counts.values()) chi += (n - 1000) ** 2 / 1000;
    expect(counts.size).toBe(24);
    expect(chi).toBeLessThan(45); // 23 degrees of freedom
  });
});

describe("a stream", () => {
  test("gives the same values whatever was drawn before", () => {
    const fresh = randomStream(7, "noise");
    const used = randomStream(7, "noise");
    used.permutation(4, 100);
    used.integers(3, 3 * 2 ** 29, new Int32Array(77));
    used.normal(3, new Float32Array(5001));
    used.uniform(3, new Float32Array(13));
    expect(used.normal(3, new Float32Array(11))).toEqual(fresh.normal(3, new Float32Array(11)));
    expect(used.uniform(3, new Float32Array(11))).toEqual(fresh.uniform(3, new Float32Array(11)));
    expect(used.integers(3, 7, new Int32Array(11))).toEqual(fresh.integers(3, 7, new Int32Array(11)));
    expect(used.permutation(3, 11)).toEqual(fresh.permutation(3, 11));
  });

  test.each([0, 1, 2, 1023, 1024, 1025, 3000])(
    "an array of %i values is a prefix of a longer one",
    (count) => {
      const stream = randomStream(8, "noise");
      expect(stream.normal(1, new Float32Array(count))).toEqual(
        stream.normal(1, new Float32Array(4096)).subarray(0, count),
      );
      expect(stream.uniform(1, new Float32Array(count))).toEqual(
        stream.uniform(1, new Float32Array(4096)).subarray(0, count),
      );
      expect(stream.integers(1, 1000, new Int32Array(count))).toEqual(
        stream.integers(1, 1000, new Int32Array(4096)).subarray(0, count),
      );
    },
  );

  test("differs by seed, name, position and kind", () => {
    const drawn = new Set<string>();
    let made = 0;
    const add = (values: ArrayLike<number>): void => {
      drawn.add(Array.from(values).join());
      made++;
    };
    for (const seed of [0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1])
      for (const name of [
        "",
        "a",
        "b",
        "ab",
        "ba",
        "a\0",
        "noise",
        "noise2",
        "a longer name than four units",
      ])
        for (const position of [0, 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
          add(randomStream(seed, name).normal(position, new Float32Array(4)));
          add(randomStream(seed, name).uniform(position, new Float32Array(4)));
        }
    expect(drawn.size).toBe(made);
  });

  test("neighbouring names and seeds are uncorrelated", () => {
    const base = normals(0, "noise", 0, 100_000);
    for (const other of [normals(1, "noise", 0, 100_000), normals(0, "noisf", 0, 100_000)])
      expect(Math.abs(correlation(base, other))).toBeLessThan(0.015);
  });

  test("refuses bad seeds in one line, and bad positions", () => {
    for (const seed of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => randomStream(seed, "x")).toThrow(
        /^a seed is a whole number from 0 to 9007199254740991, not/,
      );
    for (const position of [-1, 0.5, 2 ** 53])
      expect(() => randomStream(0, "x").normal(position, new Float32Array(1))).toThrow(RangeError);
  });
});
