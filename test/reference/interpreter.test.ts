// The interpreter itself, on cases small enough to check by hand.

import { describe, expect, test } from "vitest";
import { input, type Tensor } from "../../src/tensor/index.ts";
import { Feeding } from "./feeding.ts";
import { numericalGradients } from "./finite-differences.ts";
import { interpret } from "./interpreter.ts";

const plain = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] } as const;

describe("the interpreter", () => {
  const feeding = new Feeding();
  const image = feeding.given([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const filter = feeding.given([1, 1, 2, 2], [1, 10, 100, 1000]);
  const response = feeding.given([1, 1, 2, 2], [1, 2, 3, 4]);
  const matrix = feeding.given([2, 3], [1, 2, 3, 4, 5, 6]);
  const rows = feeding.indices([3], [1, 0, 1]);
  const numbers = feeding.given([3], [-0.5, 0, 1]);

  test.each<[string, () => Tensor, readonly number[], readonly number[]]>([
    ["product", () => matrix.matmul(matrix, { transposeB: true }), [2, 2], [14, 32, 32, 77]],
    [
      "convolution",
      () => image.convolve(filter, { ...plain, size: [2, 2] }),
      [1, 1, 2, 2],
      [5421, 6532, 8754, 9865],
    ],
    [
      "strided and padded convolution",
      () => image.convolve(filter, { ...plain, strides: [2, 2], pads: [1, 1, 0, 0], size: [2, 2] }),
      [1, 1, 2, 2],
      [1000, 3200, 7040, 9865],
    ],
    [
      "transposed convolution",
      () => response.convolveInput(filter, { ...plain, size: [3, 3] }),
      [1, 1, 3, 3],
      [1, 12, 20, 103, 1234, 2040, 300, 3400, 4000],
    ],
    [
      "filter gradient",
      () => image.convolveFilter(response, { ...plain, size: [2, 2] }),
      [1, 1, 2, 2],
      [37, 47, 67, 77],
    ],
    ["scatter", () => matrix.transpose().scatterAdd(rows, 2), [2, 2], [2, 5, 4, 10]],
    ["gather", () => matrix.gather(rows), [3, 3], [4, 5, 6, 1, 2, 3, 4, 5, 6]],
    ["one-hot", () => rows.oneHot(2), [3, 2], [0, 1, 1, 0, 0, 1]],
    ["broadcasting", () => matrix.add(numbers), [2, 3], [0.5, 2, 4, 3.5, 5, 7]],
    ["transposition", () => matrix.transpose(), [3, 2], [1, 4, 2, 5, 3, 6]],
  ])("finds a %s", (_, build, shape, data) => {
    const [value] = interpret([build()], feeding.feeds);
    expect(value!.shape).toEqual(shape);
    expect(Array.from(value!.data)).toEqual(data);
  });

  test("knows erf", () => {
    const x = input("x", [5]);
    const [value] = interpret([x.erf()], { x: { shape: [5], data: [-7, -0.5, 0, 1, 3.5] } });
    // Abramowitz, Stegun: table 7.1.
    const known = [-1, -0.5204998778130465, 0, 0.8427007929497149, 0.9999992569016276];
    value!.data.forEach((found, index) => {
      expect(found).toBeCloseTo(known[index]!, 14);
    });
  });

  test("says what was not fed, or not rightly", () => {
    const x = input("x", [2]);
    expect(() => interpret([x], {})).toThrow('input "x" was not fed');
    expect(() => interpret([x], { x: { shape: [3], data: [1, 2, 3] } })).toThrow("of [2] was fed [3]");
  });
});

test("finite differences measure a slope", () => {
  const x = input("x", [2]);
  const [slope] = numericalGradients(x.mul(x).sum(), [x], { x: { shape: [2], data: [3, 4] } });
  expect(slope!.data[0]).toBeCloseTo(6, 8);
  expect(slope!.data[1]).toBeCloseTo(8, 8);
});
