// Where an option has an effect, and where it has none: a dense network's widths mean nothing to a convolutional one.
// The definition of an option says beside which values of another one it counts (`onlyWith`); an option that is left
// to the data says what it is then (`unlessTold`). Whoever gives an option that changes nothing has meant something
// else, and is told.

import type { z } from "zod";
import { UserError } from "../errors.ts";
import type { DataSpecification, Model } from "../game/model.ts";
import { alternatives, schemasOf } from "../settings.ts";
import { type Condition, holds } from "./conditions.ts";
import { checkOptions, formatOption } from "./settings.ts";

type Kind = DataSpecification["kind"];

/** What the definitions of options say besides their types, as their JSON Schemas have it. */
interface Effects {
  readonly onlyWith?: readonly Condition[];
  readonly unlessTold?: Readonly<Record<Kind, unknown>>;
}

/**
 * An option that has an effect only beside a value of another one; where several conditions are given one after the
 * other, all must hold.
 *
 * @example
 * onlyWith(z.number().default(0.05), { option: "sparsity", is: ["kl"] })
 */
export function onlyWith<Schema extends z.ZodType>(schema: Schema, condition: Condition): Schema {
  const { onlyWith: before = [] } = (schema.meta() ?? {}) as Effects;
  return schema.meta({ onlyWith: [...before, condition] });
}

/** The same for several options. */
export const eachOnlyWith = <Options extends Readonly<Record<string, z.ZodType>>>(
  options: Options,
  condition: Condition,
): Options =>
  Object.fromEntries(
    Object.entries(options).map(([name, schema]) => [name, onlyWith(schema, condition)]),
  ) as unknown as Options;

/** An option without a default, with what the model takes for each kind of data where nothing is said. */
export const unlessTold = <Schema extends z.ZodType>(
  schema: Schema,
  values: Readonly<Record<Kind, unknown>>,
): Schema => schema.meta({ unlessTold: values });

/**
 * Options that change nothing beside the others, each with the reason in words.
 *
 * @param given what differs from the defaults
 * @param kind of the data
 *
 * @example
 * idleOptions(findModel("vae"), { architecture: "conv", widths: [64] }, "image").get("widths");
 * // "has no effect with architecture=conv; set architecture=dense, or leave widths out"
 */
export function idleOptions(
  model: Model,
  given: Readonly<Record<string, unknown>>,
  kind: Kind,
): ReadonlyMap<string, string> {
  const schemas = schemasOf(model.options);
  const complete = checkOptions(model, given);
  const idle = new Map<string, string>();
  for (const name of Object.keys(given)) {
    const { onlyWith: conditions = [] } = (schemas.get(name) ?? {}) as Effects;
    for (const condition of conditions) {
      const { option } = condition;
      const byData = ((schemas.get(option) ?? {}) as Effects).unlessTold?.[kind];
      const value = complete[option] ?? byData;
      if (value === undefined || holds(condition, value)) continue;
      const whose = complete[option] === undefined ? `, which ${kind}s have unless told` : "";
      idle.set(
        name,
        `has no effect with ${option}=${formatOption(value)}${whose}; set ${inWords(condition)}, or leave ${name} out`,
      );
      break;
    }
  }
  return idle;
}

/**
 * That all options change something, but those that are given as they are anyway: the options of a run that was,
 * complete with its defaults, may be given to another.
 *
 * @throws UserError naming the first that changes nothing, and beside what it would
 */
export function refuseIdleOptions(model: Model, given: Readonly<Record<string, unknown>>, kind: Kind): void {
  const schemas = schemasOf(model.options);
  for (const [name, reason] of idleOptions(model, given, kind)) {
    const standard = schemas.get(name)?.default;
    if (standard !== undefined && formatOption(standard) === formatOption(given[name])) continue;
    throw new UserError(`${name} of ${model.name} ${reason}`);
  }
}

const inWords = (condition: Condition): string =>
  "is" in condition
    ? `${condition.option}=${alternatives(condition.is)}`
    : `${condition.option} above ${condition.above}`;
