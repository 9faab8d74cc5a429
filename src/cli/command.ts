// What all commands have in common: --json, --quiet, --help with examples, an exit status.

import { type Command, Option } from "commander";
import type { CommonOptions } from "./options.ts";
import { Output } from "./output.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a command's action gets besides its arguments and options. */
export interface Context {
  readonly surroundings: Surroundings;
  /** The exit status when an action returns: 0 unless it says otherwise. */
  status: number;
}

export interface CommandText {
  /** What it does, in one line. */
  readonly summary: string;
  /** More about it, in paragraphs. */
  readonly more?: string;
  readonly examples: readonly string[];
}

/** Adds a command; its arguments, options and action are chained to what is returned. */
export function addCommand(parent: Command, name: string, { summary, more, examples }: CommandText): Command {
  const sentence = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
  return parent
    .command(name)
    .summary(summary)
    .description(`${sentence}${more === undefined ? "" : `\n\n${more}`}`)
    .addHelpText("after", `\nExamples:\n${examples.map((example) => `  gamelan ${example}`).join("\n")}`);
}

const JSON_OPTION = "--json";

/** --json of a command that prints several objects; the others get theirs by `addCommonOptions`. */
export const jsonLinesOption = (each: string): Option =>
  new Option(JSON_OPTION, `print a JSON object for ${each}, a line each, on standard output`);

/** Adds what every command below `parent` takes, after the command's own options. */
export function addCommonOptions(parent: Command): void {
  for (const command of parent.commands) {
    if (!command.options.some(({ long }) => long === JSON_OPTION))
      command.option(JSON_OPTION, "print one JSON object on standard output, and all else on standard error");
    command.option("--quiet", "leave out progress, notes and pictures");
    addCommonOptions(command);
  }
}

/** The output that a command's options ask for. */
export function outputOf(context: Context, options: CommonOptions): Output {
  return new Output(context.surroundings, options);
}

/** The exit status of work that the user stopped. */
export const STOPPED = 130;
