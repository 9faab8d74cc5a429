import { describe, expect, test } from "vitest";
import { loadDataset } from "./load.ts";

describe.each([
  ["ring", 8, 0.01],
  ["grid", 25, 0.05],
])("%s", (name, modes, sigma) => {
  test("is PacGAN's mixture", async () => {
    const data = await loadDataset(name, { seed: 1 });
    expect(data).toMatchObject({ kind: "vector", shape: [2] });
    expect(data.modes).toMatchObject({ count: modes, sigma });
    expect([data.train.count, data.validation.count, data.test.count]).toEqual([100_000, 10_000, 10_000]);
    const counts = new Int32Array(modes);
    const { centres } = data.modes!;
    let [mean, squares] = [0, 0];
    for (let i = 0; i < data.train.count; i++) {
      const label = data.train.labels![i]!;
      counts[label]!++;
      for (const axis of [0, 1]) {
        const away = data.train.values[2 * i + axis]! - centres[2 * label + axis]!;
        mean += away / 200_000;
        squares += away ** 2 / 200_000;
      }
    }
    expect(Math.abs(mean)).toBeLessThan(sigma * 0.01);
    expect(Math.sqrt(squares) / sigma).toBeCloseTo(1, 2);
    for (const count of counts)
      expect(Math.abs(count - 100_000 / modes)).toBeLessThan(5 * Math.sqrt(100_000 / modes));
  });

  test("is fixed by the seed; splits differ", async () => {
    const [a, b, c] = await Promise.all(
      [1, 1, 2].map((seed) => loadDataset(`${name}:train=100,test=100`, { seed })),
    );
    expect(a!.train.values).toEqual(b!.train.values);
    expect(a!.fingerprint).toBe(b!.fingerprint);
    expect(a!.train.values).not.toEqual(c!.train.values);
    expect(a!.fingerprint).not.toBe(c!.fingerprint);
    expect(a!.train.values).not.toEqual(a!.test.values);
  });
});

test("centres lie where they should", async () => {
  const ring = await loadDataset("ring:modes=4,radius=2,train=1", { seed: 0 });
  expect([...ring.modes!.centres].map((value) => Math.round(value * 1e6) / 1e6 + 0)).toEqual([
    2, 0, 0, 2, -2, 0, 0, -2,
  ]);
  const grid = await loadDataset("grid:train=1", { seed: 0 });
  expect([...new Set(grid.modes!.centres)].sort((a, b) => a - b)).toEqual([-4, -2, 0, 2, 4]);
});
