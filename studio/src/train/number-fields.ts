// Fields of the form that are numbers, beside those of the model's options: what each may be.

import type { OptionSchema } from "../../../src/studio/contract.ts";
import { optionValue } from "./option-values.ts";
import type { Texts } from "./text-field.tsx";

export interface NumberField {
  readonly label: string;
  readonly schema: OptionSchema;
  /** The schema in words. */
  readonly allowed: string;
}

const counted = (label: string, maximum: number): NumberField => ({
  label,
  schema: { type: "integer", minimum: 1, maximum },
  allowed: `a whole number from 1 to ${maximum}`,
});

/** What each may be; a length is counted in epochs, of which there may be a part, or in rounds. */
export const numberFields = (unit: "epochs" | "rounds") =>
  ({
    length: {
      label: "Length",
      ...(unit === "rounds"
        ? { schema: { type: "integer", minimum: 1 }, allowed: "a whole number of at least 1" }
        : { schema: { type: "number", exclusiveMinimum: 0 }, allowed: "a number above 0" }),
    },
    imageSize: counted("Image size", 8192),
    validation: {
      label: "Validation",
      schema: { type: "number", minimum: 0, exclusiveMaximum: 1 },
      allowed: "a number of at least 0 and below 1",
    },
    validateEvery: counted("Rounds between looks", 1_000_000_000),
    patience: counted("Patience", 1_000_000),
    pictures: counted("Pictures", 1000),
    seed: {
      label: "Seed",
      schema: { type: "integer", minimum: 0 },
      allowed: "a whole number of at least 0",
    },
    threads: counted("Threads", 1024),
  }) satisfies Record<string, NumberField>;

/** What is wrong with what was typed, where something is. */
export function problemOf(text: string, { schema, allowed }: Omit<NumberField, "label">): string | undefined {
  const checked = optionValue(text, schema, allowed);
  return checked !== undefined && "problem" in checked ? checked.problem : undefined;
}

/** Labels of the fields whose text will not do. */
export const wrongFields = (texts: Texts, fields: Readonly<Record<string, NumberField>>): readonly string[] =>
  Object.entries(fields)
    .filter(([name, field]) => problemOf(texts[name] ?? "", field) !== undefined)
    .map(([, { label }]) => label);
