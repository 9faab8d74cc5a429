// What models of two domains have in common: what they ask of their data, and a verdict in each.

import { UserError } from "../errors.ts";
import type { DataSpecification } from "../game/model.ts";
import type { Verdict } from "./adversary/judge.ts";

export interface Domains {
  readonly first: DataSpecification;
  readonly second: DataSpecification;
}

/**
 * Both domains, which must be images of one size; their channels may differ.
 *
 * @param paired whether each example needs its partner
 * @throws UserError that says what is missing
 */
export function imageDomains(
  data: DataSpecification,
  { model, paired }: { readonly model: string; readonly paired: boolean },
): Domains {
  const { target } = data;
  if (target === undefined)
    throw new UserError(`${model} learns from two sets of data; name the second with --to`);
  if (paired && !target.paired)
    throw new UserError(
      `${model} learns from pairs: as many examples in both sets, in the same order, such as --data mnist+edges --to mnist`,
    );
  if (data.kind !== "image" || target.kind !== "image")
    throw new UserError(`${model} needs images in both sets, and one of them holds vectors`);
  const size = data.shape.slice(1).join("×");
  const other = target.shape.slice(1).join("×");
  if (size !== other)
    throw new UserError(
      `${model} needs images of one size, not ${size} and ${other}; bring both to one with --image-size`,
    );
  return { first: data, second: { kind: target.kind, shape: target.shape } };
}

type Losses = Pick<Verdict, "criticLoss" | "generatorLoss" | "report">;

/** Two verdicts as one: losses and what is reported are added. */
export function inBoth(first: Losses, second: Losses): Losses {
  return {
    criticLoss: first.criticLoss.add(second.criticLoss),
    generatorLoss: first.generatorLoss.add(second.generatorLoss),
    report: Object.fromEntries(
      Object.entries(first.report).map(([name, value]) => [name, value.add(second.report[name]!)]),
    ),
  };
}
