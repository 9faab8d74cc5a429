// The class of what is generated, as --label names it.

import { UserError } from "../errors.ts";
import type { OpenRun } from "../training/open.ts";

/**
 * A class by its name in the data, or else by its number.
 *
 * @throws UserError where the model knows no classes, or not this one
 */
export async function generatedClass(text: string, run: OpenRun): Promise<number> {
  const { classes } = run;
  if (classes === undefined)
    throw new UserError(`${run.description.model} knows no classes; leave out --label`);
  // Categories that a model has found for itself have no names.
  const known = run.description.data.examples.specification.classes;
  const named = known === classes && run.learnsLabels;
  const names = named ? (run.table?.label?.classes ?? (await run.data()).classes ?? []) : [];
  const place = names.indexOf(text);
  if (place >= 0) return place;
  if (/^\d+$/.test(text) && Number(text) < classes) return Number(text);
  const list = names.length > 0 ? `, or one of ${names.join(", ")}` : "";
  throw new UserError(`--label is a class from 0 to ${classes - 1}${list}, not "${text}"`);
}
