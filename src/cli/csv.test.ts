import { expect, test } from "vitest";
import { encodeCsv, shortest } from "./csv.ts";

test("a header and rows, quoted where they must be", () => {
  const text = new TextDecoder().decode(
    encodeCsv(
      ["z1", "label"],
      [
        [0.5, "a"],
        [-1e-7, 'b, "c"\nd'],
      ],
    ),
  );
  expect(text).toBe('z1,label\n0.5,a\n-1e-7,"b, ""c""\nd"\n');
});

test("float32 numbers come back from their shortest form", () => {
  expect(shortest(Math.fround(0.1))).toBe(0.1);
  for (const value of [1 / 3, Math.PI, 1e-30, -16777217, 3.4e38].map(Math.fround))
    expect(Math.fround(shortest(value))).toBe(value);
});
