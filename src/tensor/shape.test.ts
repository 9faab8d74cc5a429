import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { apply, concat, constant, input, ShapeError } from "./index.ts";
import { broadcastShapes, callSite, normaliseAxes } from "./shape.ts";

const thisFile = fileURLToPath(import.meta.url);

/** The number of the one line of this file that ends with a mark. */
function lineMarked(mark: string): number {
  const lines = readFileSync(thisFile, "utf8").split("\n");
  return lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    return (error as ShapeError).message;
  }
  throw new Error("nothing was thrown");
}

describe("a shape error", () => {
  test("names the operation, both shapes and the line that asked for it", () => {
    const [a, b] = [input("a", [64, 3]), input("b", [4, 2])];
    const message = messageOf(() => {
      a.add(b); // the addition
    });
    expect(message).toMatch(/^add of float32\[64, 3\] and float32\[4, 2\]: the shapes do not broadcast/);
    expect(message.replaceAll("\\", "/")).toContain(
      `(asked for at ${thisFile.replaceAll("\\", "/")}:${lineMarked("the addition")}:`,
    );
  });

  test("names the user's line also when a method asked for it on his behalf", () => {
    const logits = input("logits", [8, 10]);
    const message = messageOf(() => {
      logits.softmax(2); // the softmax
    });
    expect(message).toContain(`:${lineMarked("the softmax")}:`);
  });

  test("carries its message in its stack, for whoever prints that", () => {
    const error = new ShapeError("add", [{ shape: [2], dtype: "float32" }], "no");
    expect(error.stack).toContain("add of float32[2]: no");
  });

  const [rows, square, images] = [input("x", [2, 3]), input("y", [2, 2]), input("z", [1, 2, 5, 5])];
  const filters = input("w", [4, 3, 3, 3]);
  const indices = input("i", [2], "int32");
  const plain = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], size: [5, 5] } as const;
  test.each<[string, () => unknown]>([
    ["sub of float32[2, 3] and int32[2]: the element types differ", () => rows.sub(indices)],
    ["exp of int32[2]: needs float32", () => indices.exp()],
    ["and of float32[2, 3] and float32[2, 2]: needs bool", () => rows.and(square)],
    ["where of float32[2, 3]: the condition must be bool", () => rows.where(1, 0)],
    ["where of bool[2, 3] and float32[2, 2] and float32[]: the shapes", () => rows.less(0).where(square, 0)],
    ["matmul of float32[2, 3] and float32[2, 2]: inner lengths 3 and 2 differ", () => rows.matmul(square)],
    ["conv of float32[1, 2, 5, 5] and float32[4, 3, 3, 3]: 2 input", () => images.convolve(filters, plain)],
    [
      "conv of float32[1, 2, 5, 5] and float32[4, 2, 3, 3]: strides, dilations",
      () => images.convolve(input("v", [4, 2, 3, 3]), { ...plain, strides: [0, 1] }),
    ],
    [
      "transposed conv of float32[1, 2, 5, 5] and float32[2, 3, 3, 3]: a response of 5×5 does not fit",
      () => images.convolveInput(input("v", [2, 3, 3, 3]), plain),
    ],
    ["reshape of float32[2, 3]: [4, 2] has 8 elements", () => rows.reshape([4, 2])],
    ["reshape of float32[2, 3]: [4, -1] does not divide its 6 elements", () => rows.reshape([4, -1])],
    ["transpose of float32[2, 3]: [0, 0] does not order its axes", () => rows.transpose([0, 0])],
    ["broadcast of float32[2, 3]", () => rows.broadcastTo([3])],
    ["slice of float32[2, 3]: [0, 1] to [2, 4] is outside of it", () => rows.slice([0, 1], [2, 4])],
    ["split of float32[2, 3]: axis 1 does not divide by 2", () => rows.split(2, 1)],
    ["pad of float32[2, 3]", () => rows.pad([[0, 1]])],
    [
      "concat of float32[2, 3] and float32[2, 2]: does not join along axis 0",
      () => concat([rows, square], 0),
    ],
    ["sum of float32[2, 3]: has no axes [2]", () => rows.sum(2)],
    ["max of float32[2, 3]: has no axes [0, -2], or one is named twice", () => rows.max([0, -2])],
    ["gather of float32[2, 3] and float32[2, 2]", () => rows.gather(square)],
    ["scatterAdd of float32[3] and int32[2]", () => input("u", [3]).scatterAdd(indices, 4)],
    ["oneHot of float32[2, 3]: needs int32 indices", () => rows.oneHot(3)],
    ["constant of float32[2, 2]: was given 3 values", () => constant([1, 2, 3], { shape: [2, 2] })],
    ["clip of float32[2, 3]: the minimum 1 is not below the maximum 0", () => rows.clip(1, 0)],
    ["leakyRelu of float32[2, 3]: the slope", () => apply("leakyRelu", [rows], { slope: -1 })],
  ])("%s", (start, action) => {
    expect(messageOf(action).startsWith(start), messageOf(action)).toBe(true);
  });
});

describe("callSite", () => {
  const library = (path: string) => new URL(`../${path}`, import.meta.url).href;

  test("skips the library's levels and Node itself", () => {
    const stack = [
      "Error",
      `    at Tensor.add (${library("tensor/tensor.ts")}:52:9)`,
      `    at dense (${library("nn/layers.ts")}:3:1)`,
      "    at node:internal/modules/run_main:1:2",
      "    at Array.map (<anonymous>)",
      `    at build (${library("models/gans/dcgan.ts")}:30:7)`,
      "    at file:///home/a/train.ts:1:1",
    ].join("\n");
    expect(callSite(stack)).toMatch(/models\/gans\/dcgan\.ts:30:7$/);
  });

  test.each([
    ["    at main (file:///home/a/src/game/mine.ts:4:5)", "/home/a/src/game/mine.ts:4:5"],
    ["    at async file:///home/my%20own/b.ts:4:5", "/home/my own/b.ts:4:5"],
    ["    at main (file:///C:/a/b.ts:4:5)", "C:/a/b.ts:4:5"],
    ["    at main (C:\\a (copy)\\b.ts:4:5)", "C:/a (copy)/b.ts:4:5"],
    ["main@https://example.org/a.js:4:5", "https://example.org/a.js:4:5"],
    ["    at node:internal/main/run_main_module:28:49", undefined],
  ])("reads %s", (line, expected) => {
    expect(callSite(line)).toBe(expected);
  });
});

describe("shapes", () => {
  test("broadcast as NumPy's", () => {
    expect(broadcastShapes([], [2, 3])).toEqual([2, 3]);
    expect(broadcastShapes([2, 1], [3])).toEqual([2, 3]);
    expect(broadcastShapes([4, 1, 3], [2, 1])).toEqual([4, 2, 3]);
    expect(broadcastShapes([2], [3])).toBeUndefined();
  });

  test("count axes from either end", () => {
    expect(normaliseAxes([-1, 0], 3)).toEqual([0, 2]);
    expect(normaliseAxes([3], 3)).toBeUndefined();
    expect(normaliseAxes([0, -3], 3)).toBeUndefined();
    expect(normaliseAxes([0.5], 3)).toBeUndefined();
  });
});
