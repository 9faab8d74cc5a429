import { expect, test } from "vitest";
import { describeData, describeModel } from "../../../src/studio/catalogue.ts";
import { idleOptions, kindOf } from "./idle-options.ts";

const idle = (model: string, texts: Record<string, string>, kind?: "image" | "vector") => [
  ...idleOptions(describeModel(model).options, texts, kind),
];

test("options that change nothing beside the others are told by what is typed, and by the data", () => {
  expect(idle("vae", { architecture: "conv" })).toContain("widths");
  expect(idle("vae", { architecture: "conv" })).not.toContain("filters");
  expect(idle("vae", { architecture: "dense" })).toContain("filters");
  expect(idle("vae", {}, "image")).toEqual(expect.arrayContaining(["widths", "deviation"]));
  expect(idle("vae", {}, "vector")).toContain("filters");
  expect(idle("vae", { likelihood: "gaussian" }, "image")).not.toContain("deviation");
  expect(idle("vae", {})).not.toContain("widths");
});

test("numbers count above a bound", () => {
  expect(idle("vae", {})).toContain("halveAfter");
  expect(idle("vae", { halveEvery: "0" })).toContain("halveAfter");
  expect(idle("vae", { halveEvery: "100" })).not.toContain("halveAfter");
});

test("the kind of data is that of the source, whatever is done to it", async () => {
  const listing = await describeData();
  expect(kindOf("ring:train=100", listing)).toBe("vector");
  expect(kindOf("glyphs+edges", listing)).toBe("image");
  expect(kindOf("my/pictures", listing)).toBeUndefined();
  expect(kindOf("ring", undefined)).toBeUndefined();
});
