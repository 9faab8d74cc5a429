// Options that change nothing beside the others, such as the widths of dense layers of a convolutional network: the
// form leaves them out. The conditions are in the options' schemas, as src/models/effects.ts puts them there.

import { holds } from "../../../src/models/conditions.ts";
import type { DataListing, ModelOption } from "../../../src/studio/contract.ts";

type Kind = DataListing["sources"][number]["kind"];

/**
 * The names of options that change nothing.
 *
 * @param texts as typed, by name; what is empty or left out has its default
 * @param kind of the data, where it is known; what depends on it where it is not stays
 */
export function idleOptions(
  options: readonly ModelOption[],
  texts: Readonly<Record<string, string>>,
  kind: Kind | undefined,
): ReadonlySet<string> {
  const schemas = new Map(options.map(({ name, schema }) => [name, schema]));
  const given = (name: string): unknown => {
    const typed = texts[name]?.trim();
    if (typed) return typed;
    const schema = schemas.get(name);
    return schema?.default ?? (kind === undefined ? undefined : schema?.unlessTold?.[kind]);
  };
  const isIdle = ({ schema: { onlyWith = [] } }: ModelOption) =>
    onlyWith.some((condition) => {
      const value = given(condition.option);
      return value !== undefined && !holds(condition, value);
    });
  return new Set(options.filter(isIdle).map(({ name }) => name));
}

/** The kind of a source's data, by its name before its options and changes: "ring:train=100" is a ring. */
export const kindOf = (source: string, listing: DataListing | undefined): Kind | undefined =>
  listing?.sources.find(({ name }) => name === source.split(/[:+]/)[0])?.kind;
