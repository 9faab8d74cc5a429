import { expect, test } from "vitest";
import { beside, NO_BREAK, table, wrap } from "./table.ts";

test("columns are as wide as their widest cell", () => {
  expect(
    table([
      ["a", "σσσ", "c"],
      ["bbb", "", "d"],
    ]),
  ).toBe("a    σσσ  c\nbbb       d");
  expect(
    table(
      [
        ["a", "9"],
        ["b", "10"],
      ],
      { right: [1] },
    ),
  ).toBe("a   9\nb  10");
});

test("text is broken between words", () => {
  expect(wrap("one two three four", 9)).toBe("one two\nthree\nfour");
  expect(wrap("one two three", 11, 2)).toBe("  one two\n  three");
  expect(wrap("unbreakable", 4)).toBe("unbreakable");
  expect(wrap(`one two${NO_BREAK}(2)`, 8)).toBe("one\ntwo (2)");
});

test("text stands beside its label, or below a long one", () => {
  expect(beside("  a", "some text", 8, 80)).toBe("  a     some text");
  expect(beside("  a long label", "some text", 8, 80)).toBe("  a long label\n        some text");
});
