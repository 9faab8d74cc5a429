// gamelan data pull NAME: fetch a published data set.

import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import { addCommand, type Context, outputOf, STOPPED } from "./command.ts";
import type { CommonOptions } from "./options.ts";

interface PullCommandOptions extends CommonOptions {
  readonly from?: string;
}

export function addDataPull(data: Command, context: Context): void {
  addCommand(data, "pull", {
    summary: "fetch a published data set",
    more:
      "The files go to $GAMELAN_DATA/NAME, or else to the user's cache, and are checked against their SHA-256. " +
      "A download that breaks off is continued by the next one.",
    examples: ["data pull mnist", "data pull fashion-mnist"],
  })
    .argument("<name>", "mnist or fashion-mnist")
    .addOption(new Option("--from <address>", "fetch from here instead of the publisher"))
    .action(async (name: string, options: PullCommandOptions, command: Command) => {
      const output = outputOf(context, { ...command.parent?.opts<CommonOptions>(), ...options });
      const { surroundings } = context;
      const { pullDataset } = await import("../data/pull.ts");
      const { formatCount, Progress } = await import("../pictures/progress.ts");
      const controller = new AbortController();
      const forget = surroundings.onStop(() => controller.abort());
      let progress: InstanceType<typeof Progress> | undefined;
      try {
        const { directory, fetched } = await pullDataset(name, {
          signal: controller.signal,
          ...(options.from === undefined ? {} : { baseUrl: addressOf(options.from) }),
          onProgress(bytes, total) {
            if (output.quiet) return;
            progress ??= new Progress({ stream: surroundings.stderr, total, unit: "bytes", label: name });
            progress.update(bytes);
          },
        });
        if (fetched.length > 0) progress?.finish();
        else progress?.clear();
        const done =
          fetched.length > 0 ? `${formatCount(fetched.length)} files fetched` : "all files were there";
        output.print(`${name}: ${done}, in ${directory}`);
        output.result({ name, directory, fetched });
      } catch (error) {
        progress?.clear();
        if (!controller.signal.aborted) throw error;
        context.status = STOPPED;
        output.warn(`stopped; gamelan data pull ${name} goes on with what has arrived`);
        output.result({ name, stopped: true });
      } finally {
        forget();
      }
    });
}

function addressOf(text: string): string {
  if (/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : "")) return text;
  throw new UserError(`--from is an address that begins with https:// or http://, not "${text}"`);
}
