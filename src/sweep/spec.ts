// What a sweep is asked to do: a JSON file, or the same as an object. Every field is checked before anything is
// trained; a field that will not do is named in one line.

import { z } from "zod";
import { UserError } from "../errors.ts";
import { wrongField } from "../fields.ts";
import { DEVICES } from "../runtime/engine.ts";

/** Numbers from `from` to `to`, both included. */
const range = z
  .strictObject({
    from: z.number(),
    to: z.number(),
    /** "log": evenly in the logarithm, as suits what is tried over powers of ten. */
    scale: z.enum(["linear", "log"]).default("linear"),
    /** Values that a grid takes of it, both ends included. */
    steps: z.int().min(2).max(10_000).optional(),
  })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "must be above from" })
  .refine(({ from, scale }) => scale === "linear" || from > 0, {
    path: ["from"],
    message: "must be above 0 on a log scale",
  });

export type Range = z.output<typeof range>;

const choices = z.array(z.json()).min(1).readonly();

const sweepSpec = z.strictObject({
  model: z.string().min(1),
  data: z.string().min(1).default("glyphs"),
  /** A second source, for models of two domains. */
  to: z.string().min(1).optional(),
  /** How long a trial is trained; with halving, the last ones. */
  epochs: z.number().positive().optional(),
  rounds: z.int().positive().optional(),
  /** Options of the model that all trials share. */
  options: z.record(z.string(), z.json()).default({}),
  /** Options that are searched: a list of values, or a range of numbers. */
  search: z.record(z.string(), z.union([choices, range])),
  strategy: z.enum(["grid", "random", "halving"]).default("grid"),
  /** How many trials are drawn; a grid has as many as it has points. */
  trials: z.int().min(1).max(100_000).optional(),
  /** Fixes which trials are drawn. */
  seed: z.int().nonnegative().default(0),
  /** Halving: of each rung one in so many goes on, to be trained so many times as long. */
  eta: z.int().min(2).default(3),
  /** Halving: the least length of a rung, in epochs or rounds as the whole. */
  shortest: z.number().positive().optional(),
  /** Each trial is trained once with each of these seeds. */
  seeds: z.array(z.int().nonnegative()).min(1).readonly().default([0]),
  /** Cross-validation: each trial is trained once for each of so many folds. */
  folds: z.int().min(2).max(1000).optional(),
  /** Fraction of the training examples kept apart for validation. */
  validation: z.number().gt(0).lt(1).optional(),
  imageSize: z.int().min(1).max(8192).optional(),
  grey: z.boolean().optional(),
  /** Training examples that are kept, chosen by each trial's seed; all unless told. */
  examples: z.int().min(1).optional(),
  /** The classes that are trained on; all unless told. */
  normal: z.array(z.string()).min(1).readonly().optional(),
  /** What trials are compared by: a loss or another measure of the validation split. */
  metric: z.string().min(1),
  /** Whether little or much of the metric is good; known for measures, "least" for others unless told. */
  goal: z.enum(["least", "most"]).optional(),
  processes: z.int().min(0).max(1024).optional(),
  threads: z.int().min(1).max(1024).optional(),
  device: z.enum(DEVICES).optional(),
});

/** A sweep as it is written. */
export type SweepSpec = z.input<typeof sweepSpec>;
/** The same with its defaults. */
export type CompleteSpec = z.output<typeof sweepSpec>;

/**
 * Checks what a sweep is asked to do and completes it.
 *
 * @param name what the message begins with: the file, say
 * @throws UserError naming the field
 *
 * @example
 * checkSpec({ model: "vae", search: { latent: [8, 16] }, epochs: 3, metric: "mse" }, "spec.json").strategy; // "grid"
 */
export function checkSpec(value: unknown, name: string): CompleteSpec {
  const refuse = (what: string): never => {
    throw new UserError(`${name}: ${what}`);
  };
  const result = sweepSpec.safeParse(value);
  if (!result.success) return refuse(explain(result.error.issues[0]!, value));
  const spec = result.data;
  const searched = Object.entries(spec.search);
  if (searched.length === 0) refuse('search names no option, such as "search": {"latent": [8, 16]}');
  if (spec.epochs !== undefined && spec.rounds !== undefined) refuse("give epochs or rounds, not both");
  if (spec.epochs === undefined && spec.rounds === undefined) refuse("epochs or rounds is missing");
  const both = searched.find(([option]) => option in spec.options)?.[0];
  if (both !== undefined) refuse(`${both} is in options and in search; leave one of them out`);
  if (spec.folds !== undefined && spec.validation !== undefined)
    refuse("folds are the validation splits; leave out validation");
  if (new Set(spec.seeds).size < spec.seeds.length) refuse("seeds holds one seed twice");
  if (spec.strategy !== "halving" && spec.shortest !== undefined) refuse("shortest is for halving only");
  if (spec.strategy === "grid") {
    if (spec.trials !== undefined)
      refuse("a grid tries every combination; leave out trials, or take strategy random");
    const endless = searched.find(([, values]) => isRange(values) && values.steps === undefined)?.[0];
    if (endless !== undefined)
      refuse(`search.${endless} needs steps, the number of values that a grid takes of it`);
  } else if (spec.trials === undefined) refuse(`trials is missing, the number of trials to draw`);
  return spec;
}

/**
 * Checks a sweep that is begun anew. What is refused here only, one that was begun before may have: it goes on as it is.
 *
 * @param name what the message begins with: the file, say
 * @throws UserError naming the field
 */
export function checkNewSpec(value: unknown, name: string): CompleteSpec {
  const spec = checkSpec(value, name);
  const unit = unitOf(spec);
  const longest = spec[unit]!;
  if (spec.shortest !== undefined && spec.shortest > longest)
    throw new UserError(
      `${name}: shortest is the least length of a rung, and the last rung has ${longest} ${unit}; take less`,
    );
  for (const [option, values] of Object.entries(spec.search)) {
    if (isRange(values)) continue;
    const texts = values.map((each) => JSON.stringify(each));
    const twice = texts.find((text, index) => texts.indexOf(text) !== index);
    if (twice !== undefined)
      throw new UserError(`${name}: search.${option} holds ${twice} twice; leave one of them out`);
  }
  return spec;
}

export const isRange = (values: Range | readonly unknown[]): values is Range => !Array.isArray(values);

/** Epochs or rounds, whichever the spec counts in. */
export const unitOf = ({ epochs }: CompleteSpec): "epochs" | "rounds" =>
  epochs === undefined ? "rounds" : "epochs";

/** An issue in one line, from the innermost field that tells. */
function explain(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.path.length === 0 && issue.code !== "unrecognized_keys")
    return 'a sweep is an object such as {"model": "vae", "search": {"latent": [8, 16]}, …}';
  if (issue.code !== "invalid_union") return wrongField(sweepSpec, issue, "a sweep", value);
  // A range that is wrong in one of its fields, or neither a list nor a range.
  const inner = issue.errors[1]?.[0];
  return inner === undefined || (inner.path.length === 0 && inner.code !== "unrecognized_keys")
    ? `${issue.path.join(".")} is a list of values, or a range such as {"from": 1, "to": 10}`
    : explain({ ...inner, path: [...issue.path, ...inner.path] }, value);
}
