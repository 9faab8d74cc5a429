// gamelan export RUN: the trained networks as .onnx files.

import { type Command, Option } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import type { CommonOptions } from "./options.ts";
import { withRun } from "./with-run.ts";

interface ExportOptions extends CommonOptions {
  readonly out?: string;
}

export function addExport(program: Command, context: Context): void {
  addCommand(program, "export", {
    summary: "write the trained networks as .onnx files",
    more:
      "One file for each thing the model can do (encode, decode, generate, …), as its last checkpoint has it. Any " +
      "ONNX Runtime loads them; the first axis, the batch, is free.",
    examples: ["export runs/vae-mnist-1", "export vae-mnist-1 --out models/vae"],
  })
    .argument("<run>", "the run's folder, or its name below runs")
    .addOption(new Option("--out <folder>", "where to write (models, in the run's folder)"))
    .action(async (name: string, options: ExportOptions) => {
      const output = outputOf(context, options);
      const { join } = await import("node:path");
      const { makeFolder } = await import("../training/atomic-file.ts");
      await withRun(name, { output }, async (run) => {
        const folder = options.out ?? join(run.path, "models");
        await makeFolder(folder);
        const files = await run.exportModels(folder);
        for (const file of files) output.print(file);
        output.result({ run: run.path, round: run.round, files });
      });
    });
}
