import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { defineModel, game } from "../game/model.ts";
import { catalogue } from "./catalogue.ts";
import { findModel } from "./find-model.ts";
import { checkOptions, describeOptions, formatOption, parseSettings } from "./settings.ts";

const example = defineModel({
  name: "example",
  family: "autoencoder",
  summary: "An example",
  options: z.strictObject({
    latent: z.int().min(1).max(64).default(8).describe("length of a code"),
    filters: z.int().min(1).default(32),
    rate: z.number().positive().default(1e-3),
    decay: z.number().min(0).lt(1).optional().describe("of an average"),
    shift: z.number().default(0),
    kind: z.enum(["dense", "conv", "both"]).default("dense"),
    bias: z.boolean().default(true),
    widths: z.array(z.int().min(1).max(512)).default([128, 64]),
    parts: z.array(z.enum(["a", "b"])).default([]),
    label: z.string().default("none"),
    extra: z.record(z.string(), z.number()).default({}),
  }),
  build: () => game({ round: () => ({}), players: {}, roles: {} }),
});

const parse = (...pairs: string[]) => parseSettings(example, pairs);
const complaint = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).exitCode).toBe(2);
    expect((error as UserError).message).not.toContain("\n");
    return (error as UserError).message;
  }
  throw new Error("nothing was thrown");
};

describe("texts become values by the schema", () => {
  test.each<[string, Record<string, unknown>]>([
    ["latent=16", { latent: 16 }],
    [" latent = 16 ", { latent: 16 }],
    ["rate=2e-4", { rate: 2e-4 }],
    ["shift=-0.5", { shift: -0.5 }],
    ["kind=conv", { kind: "conv" }],
    ["bias=false", { bias: false }],
    ["bias=Yes", { bias: true }],
    ["widths=256,512", { widths: [256, 512] }],
    ["widths=[256, 512]", { widths: [256, 512] }],
    ["widths=256", { widths: [256] }],
    ["widths=", { widths: [] }],
    ["parts=a,b", { parts: ["a", "b"] }],
    ["label=12", { label: "12" }],
    ["label=a=b", { label: "a=b" }],
    ['extra={"a": 1}', { extra: { a: 1 } }],
  ])("%s", (pair, settings) => {
    expect(parse(pair)).toEqual(settings);
  });

  test("only what is given is given back, and the last of two counts", () => {
    expect(parse()).toEqual({});
    expect(parse("latent=1", "rate=1", "latent=2")).toEqual({ latent: 2, rate: 1 });
  });

  test("every default of the catalogue survives being written and read", () => {
    for (const model of catalogue) {
      const options = describeOptions(model).filter((option) => option.default !== undefined);
      const settings = parseSettings(
        model,
        options.map((option) => `${option.name}=${formatOption(option.default)}`),
      );
      expect(settings).toEqual(Object.fromEntries(options.map((option) => [option.name, option.default])));
    }
  });
});

describe("what is wrong is said in one line with what would be right", () => {
  test.each([
    ["latent=0", "latent=0 is not possible; latent of example is a whole number from 1 to 64"],
    ["latent=1.5", "latent=1.5 is not possible; latent of example is a whole number from 1 to 64"],
    ["latent=", "latent= is not possible; latent of example is a whole number from 1 to 64"],
    ["latent=Infinity", "latent=Infinity is not possible; latent of example is a whole number from 1 to 64"],
    ["filters=0", "filters=0 is not possible; filters of example is a whole number of at least 1"],
    ["rate=0", "rate=0 is not possible; rate of example is a number above 0"],
    ["decay=1", "decay=1 is not possible; decay of example is a number of at least 0 and below 1"],
    ["shift=x", "shift=x is not possible; shift of example is a number"],
    ["kind=densе", "kind=densе is not possible; kind of example is dense, conv or both"],
    ["bias=maybe", "bias=maybe is not possible; bias of example is true or false"],
    [
      "widths=128,0",
      "widths=128,0 is not possible; widths of example is whole numbers from 1 to 512, with commas between them",
    ],
    ["widths=128,,64", expect.stringContaining("widths=128,,64 is not possible")],
    ["parts=a,c", "parts=a,c is not possible; parts of example is any of a or b, with commas between them"],
    [
      "latnet=3",
      'example has no option "latnet"; did you mean "latent"? gamelan models example lists what it has',
    ],
    ["zebra=3", 'example has no option "zebra"; gamelan models example lists what it has'],
    ["__proto__=3", 'example has no option "__proto__"; gamelan models example lists what it has'],
    ["latent", '"latent" is not a setting; write key=value, such as latent=8'],
  ])("%s", (pair, message) => {
    expect(complaint(() => parse(pair))).toEqual(message);
  });

  test("options that come as values are checked alike", () => {
    expect(checkOptions(example, { latent: 4, decay: 0.5 })).toMatchObject({
      latent: 4,
      decay: 0.5,
      filters: 32,
    });
    expect(complaint(() => checkOptions(example, { widths: [1, "x"] }))).toContain(
      "widths=1,x is not possible",
    );
    expect(complaint(() => checkOptions(example, { extra: { a: "b" } }))).toBe(
      'extra={"a":"b"} is not possible; extra of example is a value in JSON',
    );
    expect(complaint(() => checkOptions(example, { Latent: 4 }))).toContain('did you mean "latent"?');
  });
});

test("options are described", () => {
  const described = new Map(describeOptions(example).map((option) => [option.name, option]));
  expect([...described.keys()].slice(0, 3)).toEqual(["latent", "filters", "rate"]);
  expect(described.get("latent")).toEqual({
    name: "latent",
    type: "whole number",
    default: 8,
    allowed: "a whole number from 1 to 64",
    description: "length of a code",
  });
  expect(described.get("decay")).toEqual({
    name: "decay",
    type: "number",
    allowed: "a number of at least 0 and below 1",
    description: "of an average",
  });
  expect(described.get("kind")).toMatchObject({ type: "choice", choices: ["dense", "conv", "both"] });
  expect(described.get("widths")).toMatchObject({ type: "whole numbers", default: [128, 64] });
});

test("every option of the catalogue has a description and a known type", () => {
  for (const model of catalogue)
    for (const option of describeOptions(model)) {
      expect(option.description, `${model.name} ${option.name}`).not.toBe("");
      expect(option.type, `${model.name} ${option.name}`).not.toBe("value");
    }
});

test("a model is found by its name, or the nearest is suggested", () => {
  expect(findModel("wgan-gp").name).toBe("wgan-gp");
  expect(complaint(() => findModel("vea"))).toBe('no model called "vea"; did you mean "vae"?');
  expect(complaint(() => findModel("dcgans"))).toBe('no model called "dcgans"; did you mean "dcgan"?');
  expect(complaint(() => findModel("transformer"))).toContain("there are autoencoder, ");
});
