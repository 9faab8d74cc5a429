import { describe, expect, test } from "vitest";
import { gridOf, type ImageBatch, pairsOf, stacksOf } from "./grid.ts";
import type { Picture } from "./png.ts";

/** Grey images of one brightness each, 2 × 3 pixels. */
const flat = (...levels: number[]): ImageBatch => ({
  shape: [levels.length, 1, 2, 3],
  data: Uint8Array.from(levels.flatMap((level) => Array<number>(6).fill(level))),
});

const rowsOf = ({ width, height, data }: Picture) =>
  Array.from({ length: height }, (_, y) => [...data.subarray(y * width, (y + 1) * width)].join(" "));

describe("gridOf", () => {
  test("tiles row by row, with padding between and around, and background in what is left over", () => {
    const picture = gridOf(flat(1, 2, 3), { columns: 2, padding: 1, background: 9 });
    expect(rowsOf(picture)).toEqual([
      "9 9 9 9 9 9 9 9 9",
      "9 1 1 1 9 2 2 2 9",
      "9 1 1 1 9 2 2 2 9",
      "9 9 9 9 9 9 9 9 9",
      "9 3 3 3 9 9 9 9 9",
      "9 3 3 3 9 9 9 9 9",
      "9 9 9 9 9 9 9 9 9",
    ]);
  });

  test("scales by whole pixels and keeps what is where", () => {
    const images = { shape: [1, 1, 2, 2], data: new Uint8Array([1, 2, 3, 4]) };
    expect(rowsOf(gridOf(images, { padding: 0, scale: 2 }))).toEqual([
      "1 1 2 2",
      "1 1 2 2",
      "3 3 4 4",
      "3 3 4 4",
    ]);
  });

  test("puts the channels of a pixel side by side", () => {
    const images = { shape: [1, 3, 1, 2], data: new Uint8Array([1, 2, 3, 4, 5, 6]) };
    const picture = gridOf(images, { padding: 0 });
    expect(picture).toMatchObject({ width: 2, height: 1, channels: 3 });
    expect([...picture.data]).toEqual([1, 3, 5, 2, 4, 6]);
  });

  test("takes floats as brightness, cut to 0 and 1", () => {
    const data = new Float32Array([0, 0.5, 1, -0.2, 1.7, Number.NaN]);
    expect([...gridOf({ shape: [1, 1, 1, 6], data }, { padding: 0 }).data]).toEqual([0, 128, 255, 0, 255, 0]);
  });

  test("is about square unless told, and no wider than there are images", () => {
    expect(gridOf(flat(...Array(10).fill(0)), { padding: 0 })).toMatchObject({ width: 12, height: 6 });
    expect(gridOf(flat(1, 2), { padding: 0, columns: 8 })).toMatchObject({ width: 6, height: 2 });
  });

  test("refuses wrong shapes and options", () => {
    const data = new Uint8Array(12);
    for (const shape of [
      [2, 6],
      [1, 2, 2, 3],
      [0, 1, 2, 3],
      [3, 1, 2, 3],
      [1, 1, 2, 6, 1],
    ]) {
      expect(() => gridOf({ shape, data })).toThrow(RangeError);
    }
    for (const options of [{ columns: 0 }, { padding: -1 }, { scale: 1.5 }]) {
      expect(() => gridOf(flat(1, 2), options)).toThrow(RangeError);
    }
  });
});

describe("pairsOf", () => {
  test("puts each input above its reconstruction, and parts the rows of pairs", () => {
    const picture = pairsOf(flat(1, 2, 3), flat(11, 12, 13), { columns: 2, padding: 1, background: 0 });
    const middles = rowsOf(picture)
      .map((row) => row.split(" "))
      .map((row) => `${row[2]} ${row[6]}`);
    expect(middles).toEqual([
      ...["0 0", "1 2", "1 2", "0 0", "11 12", "11 12", "0 0"],
      ...["0 0", "0 0", "0 0", "3 0", "3 0", "0 0", "13 0", "13 0", "0 0"],
    ]);
  });

  test("refuses two shapes", () => {
    expect(() => pairsOf(flat(1, 2), flat(1))).toThrow(
      /inputs are \[2,1,2,3\] and reconstructions \[1,1,2,3\]/,
    );
  });
});

describe("stacksOf", () => {
  const grey = { shape: [2, 1, 1, 1], data: new Uint8Array([1, 2]) };
  const colour = { shape: [2, 3, 1, 1], data: new Uint8Array([3, 4, 5, 6, 7, 8]) };

  test("three above one another, grey beside colour", () => {
    const picture = stacksOf([grey, colour, grey], { padding: 0, columns: 2 });
    expect(picture).toMatchObject({ width: 2, height: 3, channels: 3 });
    expect(rowsOf({ ...picture, width: 6 })).toEqual(["1 1 1 2 2 2", "3 4 5 6 7 8", "1 1 1 2 2 2"]);
  });

  test("a wider gap between rows of stacks", () => {
    const rows = rowsOf(stacksOf([grey, grey], { padding: 1, columns: 1, background: 0 }));
    expect(rows.map((row) => row.split(" ")[1])).toEqual([
      "0",
      "1",
      "0",
      "1",
      "0",
      "0",
      "0",
      "0",
      "2",
      "0",
      "2",
      "0",
    ]);
  });

  test("refuses batches that do not fit", () => {
    expect(() => stacksOf([grey, { ...grey, shape: [1, 1, 1, 2] }])).toThrow("2 of 1×1, 1 of 1×2");
  });
});
