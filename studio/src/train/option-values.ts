// What is typed into the field of an option, as the value that the option's schema asks for.

import type { OptionSchema } from "../../../src/studio/contract.ts";

export type OptionValue = { readonly value: unknown } | { readonly problem: string };

/** A text as a value; undefined for an empty one, which leaves the default. `allowed` says what is right. */
export function optionValue(text: string, schema: OptionSchema, allowed: string): OptionValue | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const value = parse(trimmed, schema);
  return value === undefined ? { problem: `it is ${allowed}` } : { value };
}

function parse(text: string, schema: OptionSchema): unknown {
  if (schema.enum !== undefined) return schema.enum.find((word) => String(word) === text);
  switch (schema.type) {
    case "integer":
    case "number": {
      const value = Number(text);
      return fits(value, schema) ? value : undefined;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "array": {
      const values = text.split(",").map((part) => parse(part.trim(), schema.items ?? {}));
      return values.includes(undefined) ? undefined : values;
    }
    default:
      return text;
  }
}

function fits(
  value: number,
  { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum }: OptionSchema,
): boolean {
  return (
    Number.isFinite(value) &&
    (type !== "integer" || Number.isSafeInteger(value)) &&
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum)
  );
}
