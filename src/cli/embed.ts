// gamelan embed RUN: the codes of examples.

import { type Command, Option } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions, examplesFor, type InputOptions } from "./input-examples.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  deviceOf,
  wholeNumber,
} from "./options.ts";

interface EmbedOptions extends CommonOptions, DeviceOptions, InputOptions {
  readonly count?: number;
  readonly out?: string;
}

export function addEmbed(program: Command, context: Context): void {
  const command = addCommand(program, "embed", {
    summary: "write the codes of examples",
    more:
      "The code of an example is what the encoder makes of it; of a model that encodes to a distribution, the mean, " +
      "so the same example always has the same code. FILE.npy holds them as an array [examples, latent]; FILE.csv " +
      "has a line an example, with the label where there are labels.",
    examples: [
      "embed vae-mnist-1",
      "embed vae-mnist-1 --split train --out codes.csv",
      "embed vae-mnist-1 --input ./photos --out photos.npy",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .addOption(
      new Option("--count <n>", "how many, spread evenly (all)").argParser(
        wholeNumber("--count", { least: 1 }),
      ),
    )
    .addOption(new Option("--out <path>", "FILE.npy or FILE.csv (RUN-codes.npy)"));
  addDeviceOptions(command).action(async (name: string, options: EmbedOptions) => {
    const output = outputOf(context, options);
    const { findRun } = await import("./runs.ts");
    const { besideRun, destinationOf, writeOut } = await import("./destination.ts");
    const { open } = await import("../training/open.ts");
    const path = await findRun(name);
    const run = await open(path, deviceOf(options));
    try {
      const destination = await destinationOf(options.out ?? besideRun(path, "codes.npy"), [
        "array",
        "table",
      ]);
      if (!run.roles.includes("encode")) {
        const { UserError } = await import("../errors.ts");
        throw new UserError(`${run.description.model} has no encoder; it has ${run.roles.join(", ")}`);
      }
      const { examples, split, classes, words } = await examplesFor(run, options);
      const { floatsOf, labelNames, takeEvenly } = await import("./examples.ts");
      const count = Math.min(options.count ?? examples.count, examples.count);
      const taken = takeEvenly(examples, run.shape, count);
      const { shape, data } = await run.encode(floatsOf(taken));
      const latent = shape[1]!;
      if (destination.kind === "array") {
        const { encodeNpy } = await import("../data/npy.ts");
        await writeOut(destination.path, encodeNpy(data, shape));
      } else {
        const { encodeCsv, shortest } = await import("./csv.ts");
        const labels = labelNames(taken, classes);
        const header = Array.from({ length: latent }, (_, index) => `z${index + 1}`);
        const rows = Array.from({ length: count }, (_, row) => [
          ...Array.from(data.subarray(row * latent, (row + 1) * latent), shortest),
          ...(labels === undefined ? [] : [labels[row]!]),
        ]);
        await writeOut(
          destination.path,
          encodeCsv(labels === undefined ? header : [...header, "label"], rows),
        );
      }
      output.print(`codes of ${count} examples of ${words}, each of ${latent}: ${destination.path}`);
      output.result({
        run: path,
        ...(options.input === undefined ? {} : { input: options.input }),
        split,
        count,
        shape,
        out: destination.path,
      });
    } finally {
      await run.close();
    }
  });
}
