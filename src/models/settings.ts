// Options of a model as people write them: `latent=16`, `widths=256,128`. What a text means, what is allowed and
// what to say about it when it is not, all follow from the model's schema, by way of its JSON Schema.

import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Model } from "../game/model.ts";
import { nearest } from "../nearest.ts";

/** One option of a model. */
export interface OptionDescription {
  readonly name: string;
  /** What its value is: "whole number", "number", "choice", "true or false", "text", "whole numbers" (a list), … */
  readonly type: string;
  /** Undefined where the model decides by the data. */
  readonly default?: unknown;
  /** The values it takes, in words: "a whole number from 1 to 65536". */
  readonly allowed: string;
  /** The values of a choice. */
  readonly choices?: readonly string[];
  /** What it does. */
  readonly description: string;
}

/** As much of JSON Schema as options use. */
export interface ValueSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: ValueSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly default?: unknown;
  readonly description?: string;
}

/** The options of a model by their names, as JSON Schemas. */
export function schemasOf(model: Model): ReadonlyMap<string, ValueSchema> {
  const before = known.get(model);
  if (before !== undefined) return before;
  const { properties = {} } = z.toJSONSchema(model.options, { io: "input" });
  const schemas = new Map(Object.entries(properties).map(([name, schema]) => [name, schema as ValueSchema]));
  known.set(model, schemas);
  return schemas;
}

/** Sweeps ask for them once for each of their trials. */
const known = new WeakMap<Model, ReadonlyMap<string, ValueSchema>>();

/**
 * All options of a model, in its own order.
 *
 * @example
 * for (const { name, allowed } of describeOptions(findModel("vae"))) console.log(`${name}: ${allowed}`);
 */
export function describeOptions(model: Model): OptionDescription[] {
  return Array.from(schemasOf(model), ([name, schema]) => ({
    name,
    type: typeOf(schema),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    allowed: allowedBy(schema),
    ...(schema.enum === undefined ? {} : { choices: schema.enum.map(String) }),
    description: schema.description ?? "",
  }));
}

/**
 * Options complete with their defaults.
 *
 * @param options what differs from the defaults
 * @throws UserError that names the option and says what it may be, or suggests the nearest option
 *
 * @example
 * checkOptions(findModel("autoencoder"), { latent: 16 });   // { latent: 16, widths: [128, 64], … }
 */
export function checkOptions(
  model: Model,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const schemas = schemasOf(model);
  for (const name of Object.keys(options)) requireKnown(model, schemas, name);
  const result = model.options.safeParse(options);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const name = String(issue.path[0] ?? "");
  const schema = schemas.get(name);
  if (schema === undefined)
    throw new UserError(`these options of ${model.name} do not fit: ${issue.message}`);
  throw new UserError(
    `${name}=${formatOption(options[name])} is not possible; ${name} of ${model.name} is ${allowedBy(schema)}`,
  );
}

/**
 * Options from texts of the form `key=value`: the given ones only, checked. Of a key given twice the last counts.
 *
 * @throws UserError as `checkOptions` does, and for a text without "="
 *
 * @example
 * parseSettings(findModel("autoencoder"), ["latent=16", "widths=256,128"]);   // { latent: 16, widths: [256, 128] }
 */
export function parseSettings(model: Model, pairs: readonly string[]): Record<string, unknown> {
  const schemas = schemasOf(model);
  const settings: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    if (at < 0)
      throw new UserError(`"${pair}" is not a setting; write key=value, such as ${anExample(schemas)}`);
    const name = pair.slice(0, at).trim();
    const schema = requireKnown(model, schemas, name);
    settings[name] = parseValue(pair.slice(at + 1).trim(), schema);
  }
  checkOptions(model, settings);
  return settings;
}

/** A value as `--set` takes it: 256,128 for a list. */
export function formatOption(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatOption).join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function requireKnown(model: Model, schemas: ReadonlyMap<string, ValueSchema>, name: string): ValueSchema {
  const schema = schemas.get(name);
  if (schema !== undefined) return schema;
  const meant = nearest(name, schemas.keys());
  const advice = meant === undefined ? "" : `did you mean "${meant}"? `;
  throw new UserError(
    `${model.name} has no option "${name}"; ${advice}gamelan models ${model.name} lists what it has`,
  );
}

function anExample(schemas: ReadonlyMap<string, ValueSchema>): string {
  const found = [...schemas].find(([, schema]) => schema.default !== undefined);
  return found === undefined ? "latent=16" : `${found[0]}=${formatOption(found[1].default)}`;
}

const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** What a text means where the schema says what it should be; the text itself where it does not mean that. */
function parseValue(text: string, schema: ValueSchema): unknown {
  switch (schema.type) {
    case "integer":
    case "number":
      return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    case "boolean":
      return TRUTHS[text.toLowerCase()] ?? text;
    case "array": {
      const inner = /^\[(.*)\]$/s.exec(text)?.[1] ?? text;
      if (inner.trim() === "") return [];
      return inner.split(",").map((part) => parseValue(part.trim(), schema.items ?? {}));
    }
    case "string":
      return text;
    default:
      try {
        return JSON.parse(text);
      } catch {
        return text;
      }
  }
}

function typeOf(schema: ValueSchema): string {
  if (schema.enum !== undefined) return "choice";
  switch (schema.type) {
    case "integer":
      return "whole number";
    case "number":
      return "number";
    case "boolean":
      return "true or false";
    case "array":
      return `${typeOf(schema.items ?? {})}s`;
    case "string":
      return "text";
    default:
      return "value";
  }
}

/** "a whole number from 1 to 65536", "a number above 0", "dense or conv", … */
function allowedBy(schema: ValueSchema): string {
  if (schema.enum !== undefined) return alternatives(schema.enum.map(String));
  switch (schema.type) {
    case "integer":
    case "number":
      return `a ${typeOf(schema)}${rangeOf(schema)}`;
    case "boolean":
      return "true or false";
    case "array": {
      const items = schema.items ?? {};
      const each =
        items.enum === undefined ? `${typeOf(items)}s${rangeOf(items)}` : `any of ${allowedBy(items)}`;
      return `${each}, with commas between them`;
    }
    case "string":
      return "a text";
    default:
      return "a value in JSON";
  }
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ValueSchema): string {
  // Zod bounds whole numbers by what a double holds exactly; that is no news to anybody.
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const parts = [
    ...(least === undefined ? [] : [`at least ${least}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(most === undefined ? [] : [`at most ${most}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
  ];
  if (parts.length === 0) return "";
  const range = parts.join(" and ");
  return /^(above|below)/.test(range) ? ` ${range}` : ` of ${range}`;
}

/** "a, b or c". */
export function alternatives(values: readonly string[]): string {
  if (values.length < 2) return values.join("");
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}
