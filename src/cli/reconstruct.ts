// gamelan reconstruct RUN: examples beside what the model makes of them.

import { type Command, Option } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions, examplesFor, type InputOptions } from "./input-examples.ts";
import { addDeviceOptions, type CommonOptions, type DeviceOptions, wholeNumber } from "./options.ts";
import { withRun } from "./with-run.ts";

interface ReconstructOptions extends CommonOptions, DeviceOptions, InputOptions {
  readonly count?: number;
  readonly out?: string;
}

export function addReconstruct(program: Command, context: Context): void {
  const command = addCommand(program, "reconstruct", {
    summary: "encode examples and decode them again",
    more:
      "Takes examples spread evenly over a split, and tells the mean squared error between them and what comes " +
      "back. --out FILE.png is a picture of pairs, each example above its reconstruction; FILE.npy the " +
      "reconstructions' numbers; FILE.csv, of a table, their rows in its own columns and units.",
    examples: [
      "reconstruct runs/autoencoder-mnist-1",
      "reconstruct autoencoder-mnist-1 --count 64 --out pairs.png",
      "reconstruct autoencoder-mnist-1 --input ./photos --out photos.npy",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .addOption(new Option("--count <n>", "how many (32)").argParser(wholeNumber("--count", { least: 1 })))
    .addOption(
      new Option("--out <path>", "FILE.png, FILE.npy, or FILE.csv of a table (RUN-reconstructed.png)"),
    );
  addDeviceOptions(command).action(async (name: string, options: ReconstructOptions) => {
    const output = outputOf(context, options);
    const { besideRun, destinationOf } = await import("./destination.ts");
    const { kindsFor, usualFile } = await import("./write-examples.ts");
    await withRun(name, { ...options, output }, async (run) => {
      const { path } = run;
      const { shape } = run;
      const fallback = besideRun(path, usualFile("reconstructed", shape, run.table));
      const kinds = kindsFor(shape, run.table).filter((kind) => kind !== "folder");
      const destination = await destinationOf(options.out ?? fallback, kinds);
      const { split, examples, classes, words } = await examplesFor(run, options);
      const { floatsOf, labelNames, meanSquaredError, takeEvenly } = await import("./examples.ts");
      const taken = takeEvenly(examples, shape, Math.min(options.count ?? 32, examples.count));
      const inputs = floatsOf(taken.values);
      const rebuilt = await run.reconstruct(inputs);
      const { requireFinite } = await import("../tasks/require-finite.ts");
      requireFinite(rebuilt.data, { size: rebuilt.data.length / taken.count, value: "reconstruction" });
      if (destination.kind === "table" && run.table !== undefined) {
        const { writeRows } = await import("./write-rows.ts");
        await writeRows(destination.path, run.table, rebuilt.data, labelNames(taken, classes));
      } else {
        const { writePairs } = await import("./write-pairs.ts");
        const picture = await writePairs(destination, inputs, rebuilt);
        if (picture !== undefined) await output.show(picture);
      }
      const { formatNumber } = await import("../pictures/progress.ts");
      const error = meanSquaredError(inputs, rebuilt.data);
      output.print(
        `${taken.count} examples of ${words}, mean squared error ${formatNumber(error)}: ${destination.path}`,
      );
      output.result({
        run: path,
        ...(options.input === undefined ? {} : { input: options.input }),
        split,
        count: taken.count,
        mse: error,
        shape: rebuilt.shape,
        out: destination.path,
      });
    });
  });
}
