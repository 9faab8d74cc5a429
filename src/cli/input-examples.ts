// The examples that a command works on: a split of the run's own data, or other data brought to their form.

import { type Command, Option } from "commander";
import type { Dataset, Split, SplitName } from "../data/index.ts";
import type { OpenRun } from "../training/open.ts";
import { oneOf } from "./options.ts";

export interface InputOptions {
  readonly input?: string;
  readonly split?: SplitName;
}

const SPLITS: readonly SplitName[] = ["train", "validation", "test"];

/** --input and --split. */
export function addInputOptions(command: Command): Command {
  return command
    .addOption(new Option("--input <source>", "other data than the run's own: a name or a path"))
    .addOption(
      new Option("--split <name>", `${SPLITS.join(", ")} (test)`).argParser(oneOf("--split", SPLITS)),
    );
}

export interface InputExamples {
  readonly split: SplitName;
  readonly examples: Split;
  /** Names of their labels, where they have labels. */
  readonly classes?: readonly string[];
  /** The run's own data, where the examples are some of them. */
  readonly data?: Dataset;
  /** What they are, for people: "test", "./photos (validation)", "./photos" where these are all that it holds. */
  readonly words: string;
}

/**
 * The split that is asked for: of the run's own data, or of others brought to its size and colour.
 *
 * @param domain the second of a run of two domains
 * @throws UserError where there are no such examples
 */
export async function examplesFor(
  run: OpenRun,
  { input, split }: InputOptions,
  domain: "first" | "second" = "first",
): Promise<InputExamples> {
  if (input === undefined) {
    const all = await run.data();
    const data = domain === "second" && all.target !== undefined ? all.target : all;
    const found = await chosen({ examples: data[split ?? "test"], ...classesOf(data) }, split ?? "test", {
      name: data.name,
      splits: SPLITS.filter((each) => data[each].count > 0),
    });
    return { ...found, data: all };
  }
  const { loadLike } = await import("../tasks/load-like.ts");
  const form = {
    shape: domain === "second" ? (run.targetShape ?? run.shape) : run.shape,
    description: run.description,
  };
  const load = (wanted: SplitName, whole: boolean) => loadLike(input, form, wanted, whole);
  if (split !== undefined) return chosen(await load(split, false), split, { input });
  // Foreign data are not cut into splits: their own test split, or all there is.
  const test = await load("test", true);
  if (test.examples.count > 0) return chosen(test, "test", { input });
  return chosen(await load("train", true), "train", { input, all: true });
}

const classesOf = ({ classes }: { readonly classes?: readonly string[] }) =>
  classes === undefined ? {} : { classes };

async function chosen(
  { examples, classes }: { readonly examples: Split; readonly classes?: readonly string[] },
  split: SplitName,
  of:
    | { readonly name: string; readonly splits: readonly SplitName[] }
    | { readonly input: string; readonly all?: true },
): Promise<InputExamples> {
  if (examples.count > 0) {
    const words = "input" in of ? `${of.input}${of.all ? "" : ` (${split})`}` : split;
    return { split, examples, words, ...(classes === undefined ? {} : { classes }) };
  }
  const { UserError } = await import("../errors.ts");
  const [source, others] =
    "input" in of ? [of.input, SPLITS.filter((each) => each !== split)] : [of.name, of.splits];
  throw new UserError(`${source} has no ${split} examples; choose --split ${others.join(" or ")}`);
}
