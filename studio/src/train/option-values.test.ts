import { expect, test } from "vitest";
import { optionValue } from "./option-values.ts";

const value = (text: string, schema: Parameters<typeof optionValue>[1]) => optionValue(text, schema, "right");

test("texts become what the schema asks for", () => {
  expect(value(" 16 ", { type: "integer", minimum: 1 })).toEqual({ value: 16 });
  expect(value("1e-4", { type: "number", exclusiveMinimum: 0 })).toEqual({ value: 1e-4 });
  expect(value("256, 128", { type: "array", items: { type: "integer", minimum: 1 } })).toEqual({
    value: [256, 128],
  });
  expect(value("true", { type: "boolean" })).toEqual({ value: true });
  expect(value("hinge", { enum: ["hinge", "wasserstein"] })).toEqual({ value: "hinge" });
  expect(value("colour,cutout", { type: "array", items: { enum: ["colour", "cutout"] } })).toEqual({
    value: ["colour", "cutout"],
  });
  expect(value("words", { type: "string" })).toEqual({ value: "words" });
});

test("an empty one leaves the default", () => {
  expect(value("  ", { type: "integer" })).toBeUndefined();
});

test("what does not fit is said to be wrong", () => {
  const problem = { problem: "it is right" };
  expect(value("0", { type: "integer", minimum: 1 })).toEqual(problem);
  expect(value("1.5", { type: "integer" })).toEqual(problem);
  expect(value("0", { type: "number", exclusiveMinimum: 0 })).toEqual(problem);
  expect(value("1", { type: "number", exclusiveMaximum: 1 })).toEqual(problem);
  expect(value("eight", { type: "number" })).toEqual(problem);
  expect(value("8,x", { type: "array", items: { type: "integer" } })).toEqual(problem);
  expect(value("yes", { type: "boolean" })).toEqual(problem);
  expect(value("minimax", { enum: ["hinge"] })).toEqual(problem);
});
