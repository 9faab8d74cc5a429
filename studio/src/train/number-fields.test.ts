import { expect, test } from "vitest";
import { numberFields, problemOf, wrongFields } from "./number-fields.ts";

test("what is typed for a number is checked before it is sent", () => {
  const fields = numberFields("epochs");
  expect(wrongFields({}, fields)).toEqual([]);
  expect(wrongFields({ length: "0.5", seed: "0", validation: " ", threads: "4" }, fields)).toEqual([]);
  expect(
    wrongFields({ length: "ten", imageSize: "0", validation: "1", seed: "-1", threads: "1.5" }, fields),
  ).toEqual(["Length", "Image size", "Validation", "Seed", "Threads"]);
});

test("epochs may have a part, rounds not", () => {
  expect(problemOf("0.5", numberFields("epochs").length)).toBeUndefined();
  expect(problemOf("0.5", numberFields("rounds").length)).toBe("it is a whole number of at least 1");
});
