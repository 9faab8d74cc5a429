import { expect, test } from "vitest";
import { UserError } from "./errors.ts";
import { checkFields, checkKind, checkWhole } from "./given.ts";

const kinds = { model: "text", rounds: "number", normal: "texts", signal: "signal" } as const;
const check = (given: unknown) => () => checkFields("train", given as { model?: string }, kinds, ["model"]);

test("fields of the right kinds are let be, and so are those that are undefined", () => {
  const given = { model: "vae", rounds: undefined, normal: ["a"], signal: new AbortController().signal };
  expect(check(given)).not.toThrow();
});

test.each<[unknown, string]>([
  [undefined, "train takes an object with its options, not undefined"],
  ["vae", 'train takes an object with its options, not "vae"'],
  [{}, "train: model is missing"],
  [{ model: 3 }, "train: model is a text, not 3"],
  [{ model: "vae", rounds: "3" }, 'train: rounds is a number, not "3"'],
  [{ model: "vae", normal: "cat" }, 'train: normal is a list of texts, not "cat"'],
  [{ model: "vae", signal: {} }, "train: signal is an AbortSignal, not a Object"],
  [{ model: "vae", round: 3 }, 'train has no option "round"; did you mean "rounds"?'],
  [{ model: "vae", toString: 3 }, 'train has no option "toString"'],
])("%o is refused in one line", (given, message) => {
  expect(check(given)).toThrow(new UserError(message));
});

test("a value by itself, and whole numbers", () => {
  expect(() => checkKind("the file", new Float32Array(1), "bytes")).toThrow(
    new UserError("the file is a Uint8Array, not a Float32Array"),
  );
  expect(checkWhole("count", 3)).toBe(3);
  expect(checkWhole("count", 0, 0)).toBe(0);
  for (const wrong of [0, -1, 1.5, Number.NaN, 2 ** 53, "3" as unknown as number])
    expect(() => checkWhole("count", wrong)).toThrow(/^count is a whole number from 1 on, not /);
});
