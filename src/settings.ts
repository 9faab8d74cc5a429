// Settings as people write them: `latent=16`, `widths=256,128`. What a text means, and what is allowed, in words,
// follow from a schema, by way of its JSON Schema.

import { z } from "zod";

/** As much of JSON Schema as settings use. */
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

/** The schema of each setting by its name, in their own order. */
export function schemasOf(settings: z.ZodObject): ReadonlyMap<string, ValueSchema> {
  const before = known.get(settings);
  if (before !== undefined) return before;
  const { properties = {} } = z.toJSONSchema(settings, { io: "input" });
  const schemas = new Map(Object.entries(properties).map(([name, schema]) => [name, schema as ValueSchema]));
  known.set(settings, schemas);
  return schemas;
}

/** Sweeps ask for the same ones once for each of their trials. */
const known = new WeakMap<z.ZodObject, ReadonlyMap<string, ValueSchema>>();

const TRUTHS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** What a text means where the schema says what it should be; the text itself where it does not mean that. */
export function parseValue(text: string, schema: ValueSchema): unknown {
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

/** What kind of value it is: "whole number", "choice", "whole numbers" (a list), … */
export function typeOf(schema: ValueSchema): string {
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
export function allowedBy(schema: ValueSchema): string {
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
