// Fields of what comes as JSON, a sweep's file or a request of the studio's page: what is wrong with one, in a line and
// in the words in which options of models are spoken of.

import { z } from "zod";
import { nearest } from "./nearest.ts";
import { allowedBy, typeOf, type ValueSchema } from "./settings.ts";

type Issue = z.core.$ZodIssue;

/**
 * An issue of an object in words: "epochs is a number above 0, not -1".
 *
 * @param whole what has no such field, where a field of the object itself is unknown: "a sweep"
 * @param value the object
 *
 * @example
 * const schema = z.strictObject({ folds: z.int().min(2) });
 * wrongField(schema, schema.safeParse({ folds: 1 }).error!.issues[0]!, "a sweep", { folds: 1 });
 * // "folds is a whole number of at least 2, not 1"
 */
export function wrongField(schema: z.ZodObject, issue: Issue, whole: string, value: unknown): string {
  const { path } = issue;
  const name = path.join(".");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const meant = path.length === 0 ? nearest(key, Object.keys(schema.shape)) : undefined;
    const where = path.length === 0 ? whole : name;
    return `${where} has no field "${key}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
  }
  const given = path.reduce<unknown>((held, key) => (held as Record<PropertyKey, unknown>)?.[key], value);
  if (given === undefined) return `${name} is missing`;
  const field = fieldAt(schema, path, value);
  // What a refinement says is in our own words already.
  if (issue.code === "custom" || field === undefined) return `${name} ${issue.message}`;
  const kind = field.type === "array" ? `a list of ${typeOf(field.items ?? {})}s` : allowedBy(field);
  if (field.type === "array" && Array.isArray(given)) return `${name} is ${kind}, and holds none`;
  if (given === "") return `${name} is empty`;
  return `${name} is ${kind}, not ${JSON.stringify(given)}`;
}

/** What a field is to be, as far as its object names it. */
interface FieldSchema extends ValueSchema {
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<PropertyKey, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
  readonly anyOf?: readonly FieldSchema[];
}

function fieldAt(schema: z.ZodObject, path: readonly PropertyKey[], value: unknown): FieldSchema | undefined {
  let field: FieldSchema | undefined = z.toJSONSchema(schema, { io: "input" }) as FieldSchema;
  let held = value;
  for (const key of path) {
    const named: FieldSchema | undefined =
      typeof key === "number" ? field?.items : (field?.properties?.[key] ?? freelyNamed(field));
    held = (held as Record<PropertyKey, unknown> | undefined)?.[key];
    const kind = Array.isArray(held) ? "array" : typeof held;
    field = named?.anyOf?.find(({ type }) => type === kind) ?? named;
  }
  return field;
}

const freelyNamed = (field: FieldSchema | undefined): FieldSchema | undefined =>
  typeof field?.additionalProperties === "object" ? field.additionalProperties : undefined;
