// gamelan sweep SPEC: try options of a model and compare them.

import { readFile, stat } from "node:fs/promises";
import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import type { SweepOptions, SweepResult } from "../sweep/sweep.ts";
import { addCommand, type Context, outputOf, STOPPED } from "./command.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  deviceOf,
  wholeNumber,
} from "./options.ts";

interface SweepCommandOptions extends CommonOptions, DeviceOptions {
  readonly out?: string;
  readonly processes?: number;
}

export function addSweep(program: Command, context: Context): void {
  const command = addCommand(program, "sweep", {
    summary: "try options of a model and compare them",
    more:
      "SPEC is a JSON file that says which options to try, how, and by what to compare them; docs/sweep.md has its " +
      "fields. Trials are compared by validation examples; the test split is not looked at. Ctrl-C saves all runs " +
      "and ends the sweep; gamelan sweep FOLDER goes on with it.",
    examples: [
      "sweep latent.json",
      "sweep latent.json --processes 4 --out sweeps/latent",
      "sweep sweeps/latent",
    ],
  })
    .argument("<spec>", "a JSON file, or the folder of a sweep to go on with")
    .addOption(
      new Option(
        "--out <folder>",
        "the sweep's folder (a fresh one in sweeps); the same sweep goes on there",
      ),
    )
    .addOption(
      new Option(
        "--processes <n>",
        "runs at a time (as many as cores, at most 8); 0: in this process",
      ).argParser(wholeNumber("--processes", { most: 1024 })),
    );
  addDeviceOptions(command, { threads: "of each run; the cores are shared evenly" }).action(
    async (spec: string, options: SweepCommandOptions) => {
      const output = outputOf(context, options);
      const begin = await beginning(spec, options.out);
      const { SweepFollower, summarise } = await import("./follow-sweep.ts");
      const follower = new SweepFollower(output);
      const controller = new AbortController();
      const forget = context.surroundings.onStop(() => {
        follower.say("stopping and saving; Ctrl-C again stops at once");
        controller.abort();
      });
      let result: SweepResult;
      try {
        result = await begin({
          ...deviceOf(options),
          ...(options.processes === undefined ? {} : { processes: options.processes }),
          signal: controller.signal,
          onEvent: (event) => follower.take(event),
        });
      } finally {
        follower.leaveLine();
        forget();
      }
      summarise(output, result);
      if (result.reason === "stopped") context.status = STOPPED;
      else if (result.best === undefined) context.status = 1;
    },
  );
}

/** A new sweep where a file is given, an earlier one where it is a folder. */
async function beginning(
  spec: string,
  out: string | undefined,
): Promise<(options: SweepOptions) => Promise<SweepResult>> {
  const { resumeSweep, sweep } = await import("../sweep/sweep.ts");
  const { checkNewSpec } = await import("../sweep/spec.ts");
  const { parseJson } = await import("../sweep/sweep-directory.ts");
  const found = await stat(spec).catch(() => undefined);
  if (found?.isDirectory()) {
    if (out !== undefined) throw new UserError("--out is for a new sweep; a folder goes on where it is");
    return (options) => resumeSweep(spec.length > 1 ? spec.replace(/[/\\]+$/, "") : spec, options);
  }
  const text = await readFile(spec, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === "ENOENT" ? `no file or folder ${spec}` : `cannot read ${spec}: ${error.message}`,
      { cause: error },
    );
  });
  const checked = checkNewSpec(parseJson(text, spec), spec);
  return (options) => sweep(checked, { ...options, ...(out === undefined ? {} : { out }) });
}
