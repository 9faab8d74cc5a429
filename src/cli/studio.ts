// gamelan studio [DIR]: a local web page on the runs of a folder. gamelan studio --export DIR [RUN]: the explorer of one
// run as files that any web host gives out.

import { type Command, Option } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import { type CommonOptions, wholeNumber } from "./options.ts";
import type { Output } from "./output.ts";

interface StudioOptions extends CommonOptions {
  readonly export?: string;
  readonly host?: string;
  readonly port?: number;
}

export function addStudio(program: Command, context: Context): void {
  addCommand(program, "studio", {
    summary: "open a web page on the runs of a folder: train, watch, compare, explore",
    more:
      "The server listens on this machine only, unless --host names another address; it then asks for the token in " +
      "the address it prints. Ctrl-C saves the runs that were started from the page, and ends it. With --export " +
      "there is no server: the explorer of a run, the newest unless one is named, is written as files that any web " +
      "host gives out.",
    examples: [
      "studio",
      "studio sweeps/digits/runs",
      "studio --port 8080",
      "studio --host 0.0.0.0",
      "studio --export site vae-mnist-1",
    ],
  })
    .argument("[folder]", "the folder of runs (runs); with --export, a run")
    .addOption(
      new Option("--export <folder>", "write the explorer of a run as static files").conflicts([
        "host",
        "port",
      ]),
    )
    .addOption(new Option("--host <address>", "where to listen (127.0.0.1)"))
    .addOption(
      new Option("--port <n>", "the port (4263, or any that is free)").argParser(
        wholeNumber("--port", { least: 0, most: 65535 }),
      ),
    )
    .action(async (named: string | undefined, { host, port, export: to, ...options }: StudioOptions) => {
      const output = outputOf(context, options);
      if (to !== undefined) return writeExplorer(named, to, output);
      const folder = named ?? "runs";
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

async function writeExplorer(named: string | undefined, to: string, output: Output): Promise<void> {
  const { findRun, newestRun } = await import("./runs.ts");
  const { exportExplorer } = await import("../studio/explorer/export.ts");
  const run = named === undefined ? await newestRun() : await findRun(named);
  const { files, bytes } = await exportExplorer(run, to);
  const sizeOf = (ending: string) =>
    inMegabytes(files.reduce((sum, { path, bytes }) => (path.endsWith(ending) ? sum + bytes : sum), 0));
  output.print(
    `${run} in ${to}: ${files.length} files, ${inMegabytes(bytes)}; its networks are ${sizeOf(".onnx")}, and two builds ` +
      `of ONNX Runtime, of which a browser fetches one, ${sizeOf(".wasm")}`,
  );
  output.note("any web host gives it out; opened from the disk itself, without a host, it does not run");
  output.result({ run, folder: to, bytes, files });
}

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
