// Options that several commands have, and how their texts become values. A wrong one is a UserError that names the
// option, what it was and what it may be.

import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import { DEVICES, type Device } from "../runtime/engine.ts";
import { MOST_ROUNDS } from "../training/plan.ts";

/** The options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

type Parser<Value> = (text: string) => Value;

/** Whole numbers of a range. */
export function wholeNumber(
  option: string,
  { least = 0, most = Number.MAX_SAFE_INTEGER }: { least?: number; most?: number } = {},
): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    // That a number may be as great as one that is counted exactly is news to those only who want more.
    const endless = most === Number.MAX_SAFE_INTEGER && !(value > most);
    const range = endless ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new UserError(`${option} is a whole number ${range}, not "${text}"`);
  };
}

/** Numbers above 0. */
export function positiveNumber(option: string): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
    throw new UserError(`${option} is a number above 0, not "${text}"`);
  };
}

/** Numbers from 0 to below 1. */
export function fraction(option: string): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= 0 && value < 1) return value;
    throw new UserError(`${option} is a fraction of at least 0 and below 1, not "${text}"`);
  };
}

/** Rates: numbers above 0 and below 1. */
export function rate(option: string): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (value > 0 && value < 1) return value;
    throw new UserError(
      `${option} is a number above 0 and below 1, such as 0.01 for one in a hundred, not "${text}"`,
    );
  };
}

/** Whole numbers from 0 on, with commas between. */
export function numbers(option: string): Parser<number[]> {
  return (text) => {
    const values = text.split(",").map((part) => part.trim());
    if (values.every((value) => /^\d{1,9}$/.test(value))) return values.map(Number);
    throw new UserError(`${option} is a list of whole numbers such as 0,3,12, not "${text}"`);
  };
}

/** Numbers with commas between. */
export function decimals(option: string): Parser<number[]> {
  return (text) => {
    const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (values.every(Number.isFinite)) return values;
    throw new UserError(`${option} is a number, or some such as 0.5,0.4,0.4, not "${text}"`);
  };
}

/** One of several parts: "2/5" is the second of five. */
export function part(option: string): Parser<{ index: number; count: number }> {
  return (text) => {
    const [index = 0, count = 0] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? []).slice(1).map(Number);
    if (index >= 1 && index <= count && count >= 2) return { index, count };
    throw new UserError(`${option} is one of at least 2 folds, such as 1/5, not "${text}"`);
  };
}

/** One of some words. */
export function oneOf<Word extends string>(option: string, words: readonly Word[]): Parser<Word> {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new UserError(`${option} is ${words.slice(0, -1).join(", ")} or ${words.at(-1)}, not "${text}"`);
  };
}

/** Values of an option that may be given several times. */
export const repeatable = (text: string, before: readonly string[] = []): string[] => [...before, text];

export const seedOption = (what: string): Option =>
  new Option("--seed <n>", what).argParser(wholeNumber("--seed"));

export interface DeviceOptions {
  readonly device?: Device;
  readonly threads?: number;
}

/** --device and --threads. */
export function addDeviceOptions(command: Command, { threads = "the runtime's choice" } = {}): Command {
  return command
    .addOption(
      new Option("--device <name>", `where to compute: ${DEVICES.join(", ")}`).argParser(
        oneOf("--device", DEVICES),
      ),
    )
    .addOption(
      new Option("--threads <n>", `threads of computation (${threads})`).argParser(
        wholeNumber("--threads", { least: 1, most: 1024 }),
      ),
    );
}

/** The given ones only: an option that was not given is absent, not undefined. */
export function deviceOf({ device, threads }: DeviceOptions): DeviceOptions {
  return { ...(device === undefined ? {} : { device }), ...(threads === undefined ? {} : { threads }) };
}

export interface ProfileOptions {
  readonly profile?: boolean;
}

/** --profile. */
export function addProfileOption(command: Command): Command {
  return command.option("--profile", "show where the time of a round goes, by operator and by layer");
}

export const profileOf = ({ profile }: ProfileOptions): ProfileOptions =>
  profile === undefined ? {} : { profile };

export interface LengthOptions {
  readonly epochs?: number;
  readonly rounds?: number;
}

/** --epochs and --rounds, of which one may be given. */
export function addLengthOptions(command: Command, { epochs, rounds }: { epochs: string; rounds: string }) {
  return command
    .addOption(new Option("--epochs <n>", epochs).argParser(positiveNumber("--epochs")).conflicts("rounds"))
    .addOption(
      new Option("--rounds <n>", rounds).argParser(wholeNumber("--rounds", { least: 1, most: MOST_ROUNDS })),
    );
}

/** The one that was given. */
export function lengthOf({ epochs, rounds }: LengthOptions): LengthOptions {
  return { ...(epochs === undefined ? {} : { epochs }), ...(rounds === undefined ? {} : { rounds }) };
}

export interface ImageOptions {
  readonly imageSize?: number;
  readonly grey?: boolean;
  readonly colour?: boolean;
}

/** --image-size, --grey and --colour. */
export function addImageOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--image-size <pixels>", "resize images to this height and width").argParser(
        wholeNumber("--image-size", { least: 1, most: 8192 }),
      ),
    )
    .addOption(new Option("--grey", "make images grey").conflicts("colour"))
    .addOption(new Option("--colour", "make images three channels of colour"));
}

/** As data sets take them. */
export function imageOptionsOf({ imageSize, grey, colour }: ImageOptions): {
  imageSize?: number;
  grey?: boolean;
} {
  return {
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(grey ? { grey: true } : colour ? { grey: false } : {}),
  };
}
