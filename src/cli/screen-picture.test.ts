import { expect, test } from "vitest";
import { gridOf, pairsOf } from "../pictures/grid.ts";
import { linesOf, upperLeft } from "./screen-picture.ts";

const images = (count: number, size = 8) => ({
  shape: [count, 1, size, size],
  data: new Float32Array(count * size * size).fill(0.5),
});

test("a grid is cut between its images", () => {
  const picture = gridOf(images(16), { columns: 4 }); // 42 pixels a side, an image every 10.
  expect(upperLeft(picture, 100, 100)).toBe(picture);
  const part = upperLeft(picture, 35, 29);
  expect(part).toMatchObject({ width: 32, height: 22, channels: 1 });
  expect(part).toEqual(gridOf(images(6), { columns: 3 }));
});

test("pairs are cut between pairs", () => {
  const all = pairsOf(images(9), images(9), { columns: 3 }); // Rows of pairs are 28 pixels apart.
  expect(upperLeft(all, 100, 55)).toEqual(pairsOf(images(6), images(6), { columns: 3 }));
  expect(upperLeft(all, 100, 28)).toEqual(pairsOf(images(3), images(3), { columns: 3 }));
});

test("colour is cut as well, and what has no padding just so", () => {
  const data = Uint8Array.from({ length: 10 * 4 * 3 }, (_, index) => index);
  expect(upperLeft({ width: 10, height: 4, channels: 3, data }, 9, 2)).toEqual({
    width: 9,
    height: 2,
    channels: 3,
    data: Uint8Array.from([...data.subarray(0, 27), ...data.subarray(30, 57)]),
  });
});

test("it is shown in a terminal of colours only, and fits it", () => {
  const picture = gridOf(images(64, 56), { columns: 8 });
  const where = (isTTY: boolean, environment: Record<string, string>) => ({
    stdout: { write: () => {} },
    stderr: { isTTY, columns: 80, rows: 30, write: () => {} },
    environment,
    onStop: () => () => {},
  });
  const lines = linesOf(picture, where(true, { TERM: "xterm-256color" }));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThanOrEqual(26);
  expect(lines[0]!.split("▀").length - 1).toBeGreaterThan(60);
  expect(lines[0]!.split("▀").length - 1).toBeLessThan(80);
  expect(linesOf(picture, where(false, { TERM: "xterm-256color" }))).toEqual([]);
  expect(linesOf(picture, where(true, { TERM: "dumb" }))).toEqual([]);
});
