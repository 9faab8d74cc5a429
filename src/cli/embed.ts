// gamelan embed RUN: the codes of examples.

import { type Command, Option } from "commander";
import type { Dataset } from "../data/index.ts";
import type { Probe } from "../tasks/probe.ts";
import type { OpenRun } from "../training/open.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions, examplesFor, type InputOptions } from "./input-examples.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  deviceOf,
  wholeNumber,
} from "./options.ts";
import type { Output } from "./output.ts";

interface EmbedOptions extends CommonOptions, DeviceOptions, InputOptions {
  readonly count?: number;
  readonly plot?: string;
  readonly probe?: boolean;
  readonly out?: string;
}

export function addEmbed(program: Command, context: Context): void {
  const command = addCommand(program, "embed", {
    summary: "write the codes of examples",
    more:
      "The code of an example is what the encoder makes of it; of a model that encodes to a distribution, the mean, " +
      "so the same example always has the same code. FILE.npy holds them as an array [examples, latent]; FILE.csv " +
      "has a line an example, with the label where there are labels. --plot draws them in the colours of their labels, " +
      "along their two principal components where a code has more than two numbers. --probe says how well the labels " +
      "of test examples can be told from their codes, by the nearest training code and by logistic regression, and " +
      "from as many principal components of the examples themselves.",
    examples: [
      "embed vae-mnist-1",
      "embed vae-mnist-1 --split train --out codes.csv",
      "embed vae-mnist-1 --input ./photos --out photos.npy",
      "embed vae-mnist-1 --plot codes.png --probe",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .addOption(
      new Option("--count <n>", "how many, spread evenly (all)").argParser(
        wholeNumber("--count", { least: 1 }),
      ),
    )
    .option("--plot <file>", "FILE.png: the codes as points of the plane")
    .option("--probe", "how well labels can be told from codes")
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
      const plot =
        options.plot === undefined ? undefined : await destinationOf(options.plot, ["picture"], "--plot");
      const { examples, split, classes, words, data: own } = await examplesFor(run, options);
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
      if (plot !== undefined) {
        const { classChart } = await import("../pictures/class-chart.ts");
        const { codePlane } = await import("../tasks/code-plane.ts");
        const { points, axes } = codePlane(data, latent);
        const chart = await classChart({
          points,
          ...(taken.labels === undefined ? {} : { labels: taken.labels }),
          ...(classes === undefined ? {} : { classes }),
          title: `${run.description.model}: codes of ${words}`,
          xLabel: axes[0],
          yLabel: axes[1],
        });
        await writeOut(plot.path, chart.png);
        output.print(`drawn: ${plot.path}`);
      }
      const probe = options.probe ? await probed(run, own, output) : undefined;
      output.result({
        run: path,
        ...(options.input === undefined ? {} : { input: options.input }),
        split,
        count,
        shape,
        ...(plot === undefined ? {} : { plot: plot.path }),
        ...(probe === undefined ? {} : { probe }),
        out: destination.path,
      });
    } finally {
      await run.close();
    }
  });
}

/** The accuracies of a probe of the run's own data, printed as a table. */
async function probed(run: OpenRun, own: Dataset | undefined, output: Output): Promise<Probe> {
  const { probeCodes } = await import("../tasks/probe.ts");
  const { table } = await import("./table.ts");
  const probe = await probeCodes(run, own ?? (await run.data()));
  const { codes, principal } = probe;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows = [["labels told from", "nearest neighbour", "logistic regression"]];
  rows.push(["codes", percent(codes.nearest), percent(codes.logistic)]);
  if (principal !== undefined) {
    const name = `${principal.components} principal components`;
    rows.push([name, percent(principal.nearest), percent(principal.logistic)]);
  }
  output.print(`probe of ${probe.trained} training codes, tried on ${probe.tested} test codes`);
  output.print(table(rows, { right: [1, 2] }));
  return probe;
}
