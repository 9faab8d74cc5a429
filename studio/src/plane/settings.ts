// What a game on the plane is begun with, from what the form has.

import type { ModelDetails, ModelOption } from "../api.ts";
import { formatOption } from "../format.ts";
import { optionValue } from "../train/option-values.ts";

/** Units of hidden layers, and examples of a batch, that learn a plane in a browser within a minute. */
const WIDTH = 64;
const BATCH = 64;

/**
 * Options, as texts, with which a model begins on the plane: networks that are small, and noise or codes of two numbers,
 * so that the map from them to the plane can be seen. They stand in the form, and may be changed there.
 */
export function planeOptions({ options }: Pick<ModelDetails, "options">): Record<string, string> {
  return Object.fromEntries(
    options.flatMap(({ name, schema }): [string, string][] => {
      if (
        (name === "latent" || name === "noise") &&
        schema.type === "integer" &&
        schema.default !== undefined
      )
        return [[name, "2"]];
      if (name === "preset" && schema.enum?.includes("tiny")) return [[name, "tiny"]];
      if (name === "batch" && Number(schema.default) > BATCH) return [[name, String(BATCH)]];
      if (/widths$/i.test(name) && Array.isArray(schema.default))
        return [[name, formatOption(schema.default.map((width) => Math.min(Number(width), WIDTH)))]];
      return [];
    }),
  );
}

/** The options that are typed, checked; and the names of those that are not possible. */
export function checkedOptions(
  options: readonly ModelOption[],
  texts: Readonly<Record<string, string>>,
): { readonly values: Record<string, unknown>; readonly wrong: readonly string[] } {
  const values: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const { name, schema, allowed } of options) {
    const checked = optionValue(texts[name] ?? "", schema, allowed);
    if (checked === undefined) continue;
    if ("problem" in checked) wrong.push(name);
    else values[name] = checked.value;
  }
  return { values, wrong };
}
