// What the library is given, checked where it comes in: types say the same to those who have them.

import { UserError } from "./errors.ts";
import { nearest } from "./nearest.ts";

type Kind = "text" | "texts" | "number" | "truth" | "object" | "function" | "floats" | "bytes" | "signal";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Each kind in words, and what is of it. */
const KINDS: Readonly<Record<Kind, readonly [string, (value: unknown) => boolean]>> = {
  text: ["a text", (value) => typeof value === "string"],
  texts: [
    "a list of texts",
    (value) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  ],
  number: ["a number", (value) => typeof value === "number"],
  truth: ["true or false", (value) => typeof value === "boolean"],
  object: ["an object", isObject],
  function: ["a function", (value) => typeof value === "function"],
  floats: ["a Float32Array", (value) => value instanceof Float32Array],
  bytes: ["a Uint8Array", (value) => value instanceof Uint8Array],
  signal: ["an AbortSignal", (value) => value instanceof AbortSignal],
};

/** Fields by their names. */
export type Fields<Given> = Readonly<Record<keyof Given & string, Kind>>;

/**
 * That an object has fields of these kinds, and no others; what is undefined counts as left out.
 *
 * @param what takes it: "train"
 * @throws UserError naming the first field that is wrong
 *
 * @example
 * checkFields("generate", { seed: "7" }, { seed: "number", label: "number" }); // generate: seed is a number, not "7"
 */
export function checkFields<Given>(
  what: string,
  given: Given,
  kinds: Fields<Given>,
  required: readonly (keyof Given & string)[] = [],
): void {
  if (!isObject(given))
    throw new UserError(`${what} takes an object with its options, not ${inWords(given)}`);
  const missing = required.find((name) => given[name] === undefined);
  if (missing !== undefined) throw new UserError(`${what}: ${missing} is missing`);
  for (const [name, value] of Object.entries(given as Readonly<Record<string, unknown>>)) {
    if (!Object.hasOwn(kinds, name)) {
      const meant = nearest(name, Object.keys(kinds));
      const advice = meant === undefined ? "" : `; did you mean "${meant}"?`;
      throw new UserError(`${what} has no option "${name}"${advice}`);
    }
    if (value !== undefined) checkKind(`${what}: ${name}`, value, kinds[name as keyof Given & string]);
  }
}

/**
 * That a value is of a kind.
 *
 * @param name what the message calls it
 * @throws UserError saying what it should be
 */
export function checkKind(name: string, value: unknown, kind: Kind): void {
  const [words, is] = KINDS[kind];
  if (!is(value)) throw new UserError(`${name} is ${words}, not ${inWords(value)}`);
}

/**
 * A whole number.
 *
 * @throws UserError that says what it should be
 */
export function checkWhole(name: string, value: number, least = 1): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UserError(`${name} is a whole number from ${least} on, not ${inWords(value)}`);
}

/** A value as a message shows it. */
function inWords(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : `a ${value.constructor?.name ?? "thing"}`;
}
