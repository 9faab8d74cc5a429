// Options of a model as people write them: `latent=16`, `widths=256,128`.

import { UserError } from "../errors.ts";
import type { Model } from "../game/model.ts";
import { nearest } from "../nearest.ts";
import { allowedBy, parseValue, schemasOf, typeOf, type ValueSchema } from "../settings.ts";

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

/**
 * All options of a model, in its own order.
 *
 * @example
 * for (const { name, allowed } of describeOptions(findModel("vae"))) console.log(`${name}: ${allowed}`);
 */
export function describeOptions(model: Model): OptionDescription[] {
  return Array.from(schemasOf(model.options), ([name, schema]) => ({
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
  const schemas = schemasOf(model.options);
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
  const schemas = schemasOf(model.options);
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
