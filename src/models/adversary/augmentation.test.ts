// Differentiable augmentation with given random numbers, worked out by hand.

import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../../test/reference/agreement.ts";
import { Feeding } from "../../../test/reference/feeding.ts";
import { numericalGradients } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpreter.ts";
import { evaluate } from "../../runtime/evaluate.ts";
import { gradients, input, type Tensor } from "../../tensor/index.ts";
import { augmented } from "./augmentation.ts";
import type { Augmentation } from "./options.ts";

/** Images changed by draws that are given one after the other, each for the whole batch. */
async function changed(
  kind: Augmentation,
  shape: readonly number[],
  data: readonly number[],
  draws: readonly (readonly number[])[],
  channels?: readonly number[],
): Promise<number[]> {
  const asked: Tensor[] = [];
  const uniform = (...size: number[]) => {
    asked.push(input(`u${asked.length}`, size));
    return asked.at(-1)!;
  };
  const result = augmented(input("x", shape), { augmentation: [kind] }, { uniform }, channels);
  expect(asked.map((draw) => draw.shape)).toEqual(draws.map(() => [shape[0]]));
  const given = draws.map((draw, index) => [`u${index}`, Float32Array.from(draw)] as const);
  const [value] = await evaluate([result], { x: Float32Array.from(data), ...Object.fromEntries(given) });
  expect(value!.shape).toEqual(shape);
  return Array.from(value!.data, Number);
}

const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));

describe("colour", () => {
  test("grey images: brightness, then contrast about the image's own mean", async () => {
    // First: + 0.25, then distances from the mean 1.25 halved. Second: + 0, contrast 1.
    const found = await changed(
      "colour",
      [2, 1, 1, 2],
      [0, 2, 3, 5],
      [
        [0.75, 0.5],
        [0, 0.5],
      ],
    );
    expect(found).toEqual(close([0.75, 1.75, 3, 5]));
  });

  test("images in colour: saturation about the pixel's mean over the channels", async () => {
    const image = [1, 2, 3, 6]; // channel 0: 1, 2; channel 1: 3, 6. Means 2 and 4.
    const grey = await changed("colour", [1, 2, 1, 2], image, [[0.5], [0], [0.5]]);
    expect(grey).toEqual(close([2, 4, 2, 4]));
    const same = await changed("colour", [1, 2, 1, 2], image, [[0.5], [0.5], [0.5]]);
    expect(same).toEqual(close(image));
    const double = await changed("colour", [1, 2, 1, 2], image, [[0.5], [1], [0.5]]);
    expect(double).toEqual(close([0, 0, 4, 8]));
  });
});

test("of images joined along their channels each has colours of its own, changed alike", async () => {
  // A grey image 0, 2, and one in colour: 1, 2 and 3, 6.
  const [grey, colour] = [
    [0, 2],
    [1, 2, 3, 6],
  ];
  for (const draws of [
    [[0.75], [0], [0.5]],
    [[0.5], [1], [0.25]],
  ]) {
    const [brightness, , contrast] = draws as [number[], number[], number[]];
    const pair = await changed("colour", [1, 3, 1, 2], [...grey, ...colour], draws, [1, 2]);
    const apart = [
      ...(await changed("colour", [1, 1, 1, 2], grey, [brightness, contrast])),
      ...(await changed("colour", [1, 2, 1, 2], colour, draws)),
    ];
    expect(pair).toEqual(close(apart));
  }
});

describe("translation", () => {
  const image = Array.from({ length: 16 }, (_, index) => index + 1);

  test("each image by its own number of rows and columns, zeros moved in", async () => {
    // Height 2 does not move, an eighth of width 8 is one pixel: to the right, not at all, to the left.
    const found = await changed(
      "translation",
      [3, 1, 2, 8],
      [...image, ...image, ...image],
      [
        [0, 0.5, 0.99],
        [0, 0.5, 0.99],
      ],
    );
    expect(found.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(found.slice(8, 16)).toEqual([0, 9, 10, 11, 12, 13, 14, 15]);
    expect(found.slice(16, 32)).toEqual(image);
    expect(found.slice(32, 40)).toEqual([2, 3, 4, 5, 6, 7, 8, 0]);
  });

  test("rows are moved by the first number and columns by the second", async () => {
    const found = await changed("translation", [1, 1, 8, 2], image, [[0], [0]]);
    expect(found).toEqual([0, 0, ...image.slice(0, 14)]);
  });
});

describe("cutout", () => {
  test("half the height and half the width, wherever the centre is", async () => {
    const ones = new Array<number>(3 * 16).fill(1);
    // Of 4 pixels 2 are cut, around a centre between two pixels or at the border: 0 to 4.
    const found = await changed("cutout", [3, 1, 4, 4], ones, [
      [0.5, 0, 0.999],
      [0.5, 0.5, 0],
    ]);
    const zeros = (index: number) =>
      found.slice(16 * index, 16 * index + 16).flatMap((value, at) => (value === 0 ? [at] : []));
    expect(zeros(0)).toEqual([5, 6, 9, 10]);
    expect(zeros(1)).toEqual([1, 2]);
    expect(zeros(2)).toEqual([12]);
  });

  test("an odd length keeps the centre inside", async () => {
    const found = await changed("cutout", [1, 1, 1, 5], [1, 1, 1, 1, 1], [[0.999], [0.999]]);
    // Of height 1 all is cut; of width 5 the last 3 pixels around the fifth, as far as they are there.
    expect(found).toEqual([1, 1, 1, 0, 0]);
  });
});

test("gradients flow through every change to the images", () => {
  const feeding = new Feeding();
  const x = feeding.drawn([2, 3, 8, 4]);
  const draws = [0.3, 0.7, 0.2, 0.1, 0.6, 0.4, 0.8];
  const uniform = (count: number) => {
    const draw = draws.shift()!;
    return feeding.given(
      [count],
      Array.from({ length: count }, (_, at) => (draw + at / 10) % 1),
    );
  };
  const weights = feeding.drawn([2, 3, 8, 4]);
  const loss = augmented(x, { augmentation: ["cutout", "translation", "colour"] }, { uniform })
    .square()
    .mul(weights)
    .sum();
  expect(draws).toEqual([]);
  const [slope] = interpret(gradients(loss, [x]), feeding.feeds);
  expectAgreement(slope!, numericalGradients(loss, [x], feeding.feeds)[0]!, 1e-7);
  expect(slope!.data.some((value) => value !== 0)).toBe(true);
});
