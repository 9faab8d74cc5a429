import { describe, expect, test } from "vitest";
import { fieldScale, placed, ticksOf } from "./scale.ts";

const field = (kind: "score" | "error", values: readonly number[]) => ({
  kind,
  size: Math.sqrt(values.length),
  values: Float32Array.from(values),
});

describe("the scale of a field", () => {
  test("of scores has its middle between those of real and of made points, and two sides", () => {
    const scale = fieldScale({ field: field("score", [-4, -1, 0, 2]), scores: { real: 1, made: -1 } })!;
    expect(scale).toEqual({ least: -4, middle: 0, most: 2 });
    expect([-8, -4, -2, 0, 1, 2, 5].map((value) => placed(scale, value))).toEqual([
      -1, -1, -0.5, 0, 0.5, 1, 1,
    ]);
  });

  test("does not enlarge a narrow side to the whole of its colours", () => {
    const scale = fieldScale({ field: field("score", [-10, -10, -9, 0]), scores: { real: 0, made: 0 } })!;
    expect(scale).toEqual({ least: -10, middle: 0, most: 2 });
  });

  test("of errors begins at 0 and has one colour", () => {
    const scale = fieldScale({ field: field("error", [0.5, 1, 1, 2]) })!;
    expect(scale).toEqual({ least: 0, middle: 0, most: 2 });
    expect([0, 1, 3].map((value) => placed(scale, value))).toEqual([-0, -0.5, -1]);
  });

  test("is none without a field, or where no value is finite", () => {
    expect(fieldScale({})).toBeUndefined();
    expect(fieldScale({ field: field("score", [Number.NaN]) })).toBeUndefined();
  });
});

test("ticks are round numbers about 0", () => {
  expect(ticksOf(1.6)).toEqual([-1.5, -1, -0.5, 0, 0.5, 1, 1.5]);
  expect(ticksOf(5.6)).toEqual([-4, -2, 0, 2, 4]);
});
