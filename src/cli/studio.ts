// gamelan studio [DIR]: a local web page on the runs of a folder.

import { type Command, Option } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import { type CommonOptions, wholeNumber } from "./options.ts";

interface StudioOptions extends CommonOptions {
  readonly host?: string;
  readonly port?: number;
}

export function addStudio(program: Command, context: Context): void {
  addCommand(program, "studio", {
    summary: "open a web page on the runs of a folder: train, watch, compare, explore",
    more:
      "The server listens on this machine only, unless --host names another address; it then asks for the token in " +
      "the address it prints. Ctrl-C saves the runs that were started from the page, and ends it.",
    examples: ["studio", "studio sweeps/digits/runs", "studio --port 8080", "studio --host 0.0.0.0"],
  })
    .argument("[folder]", "the folder of runs", "runs")
    .addOption(new Option("--host <address>", "where to listen (127.0.0.1)"))
    .addOption(
      new Option("--port <n>", "the port (4263, or any that is free)").argParser(
        wholeNumber("--port", { least: 0, most: 65535 }),
      ),
    )
    .action(async (folder: string, { host, port, ...options }: StudioOptions) => {
      const output = outputOf(context, options);
      const { startStudio } = await import("../studio/server.ts");
      let stop = () => {};
      const stopped = new Promise<void>((resolve) => {
        stop = resolve;
      });
      const forget = context.surroundings.onStop(() => {
        output.note("saving what is being trained; Ctrl-C again stops at once, without saving");
        stop();
      });
      const studio = await startStudio({
        folder,
        ...(host === undefined ? {} : { host }),
        ...(port === undefined ? {} : { port }),
      });
      output.print(`the studio on ${folder}: ${studio.url}`);
      output.note("Ctrl-C ends it");
      output.result({ url: studio.url, folder });
      await stopped;
      await studio.close();
      forget();
    });
}
