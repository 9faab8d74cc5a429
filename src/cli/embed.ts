// gamelan embed RUN: the codes of examples.

import { type Command, Option } from "commander";
import type { Dataset } from "../data/index.ts";
import type { Neighbourhoods } from "../tasks/neighbourhoods.ts";
import type { Probe } from "../tasks/probe.ts";
import type { OpenRun } from "../training/open.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions, examplesFor, type InputOptions } from "./input-examples.ts";
import { addDeviceOptions, type CommonOptions, type DeviceOptions, oneOf, wholeNumber } from "./options.ts";
import type { Output } from "./output.ts";
import { PROJECTIONS, type Projection } from "./projections.ts";
import { table } from "./table.ts";
import { withRun } from "./with-run.ts";

interface EmbedOptions extends CommonOptions, DeviceOptions, InputOptions {
  readonly count?: number;
  readonly plot?: string;
  readonly projection?: Projection;
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
      "along their two principal components where a code has more than two numbers, or with --projection umap so that " +
      "neighbours stay neighbours (3,000 codes at most). --probe says how well the labels " +
      "of test examples can be told from their codes, by the nearest training code and by logistic regression, and " +
      "whether codes keep neighbourhoods (trustworthiness and continuity), each beside as many principal components " +
      "of the examples themselves.",
    examples: [
      "embed vae-mnist-1",
      "embed vae-mnist-1 --split train --out codes.csv",
      "embed vae-mnist-1 --input ./photos --out photos.npy",
      "embed vae-mnist-1 --plot codes.png --probe",
      "embed vae-mnist-1 --plot codes.png --projection umap",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .addOption(
      new Option("--count <n>", "how many, spread evenly (all)").argParser(
        wholeNumber("--count", { least: 1 }),
      ),
    )
    .option("--plot <file>", "FILE.png: the codes as points of the plane")
    .addOption(
      new Option(
        "--projection <name>",
        `how codes of more than two numbers become points: ${PROJECTIONS.join(", ")} (principal)`,
      ).argParser(oneOf("--projection", PROJECTIONS)),
    )
    .option("--probe", "what can be told from codes, beside principal components")
    .addOption(new Option("--out <path>", "FILE.npy or FILE.csv (RUN-codes.npy)"));
  addDeviceOptions(command).action(async (name: string, options: EmbedOptions) => {
    const output = outputOf(context, options);
    const { besideRun, destinationOf, writeOut } = await import("./destination.ts");
    await withRun(name, { ...options, output }, async (run) => {
      const { path } = run;
      const destination = await destinationOf(options.out ?? besideRun(path, "codes.npy"), [
        "array",
        "table",
      ]);
      if (!run.roles.includes("encode")) {
        const { UserError } = await import("../errors.ts");
        throw new UserError(`${run.description.model} has no encoder; it has ${run.roles.join(", ")}`);
      }
      if (options.projection !== undefined && options.plot === undefined) {
        const { UserError } = await import("../errors.ts");
        throw new UserError("--projection is of the picture that --plot draws; give --plot FILE.png too");
      }
      const plot =
        options.plot === undefined ? undefined : await destinationOf(options.plot, ["picture"], "--plot");
      const { examples, split, classes, words, data: own } = await examplesFor(run, options);
      const { labelNames, takeEvenly } = await import("./examples.ts");
      const { encodeSplit } = await import("../tasks/latent-space.ts");
      const count = Math.min(options.count ?? examples.count, examples.count);
      const taken = takeEvenly(examples, run.shape, count);
      const { codes: data, dimensions: latent } = await encodeSplit(run, taken);
      const { requireFinite } = await import("../tasks/require-finite.ts");
      requireFinite(data, { size: latent, value: "code" });
      const shape = [count, latent];
      const { projection = "principal" } = options;
      let drawn: { readonly png: Uint8Array; readonly shown: number } | undefined;
      if (plot !== undefined) {
        const { checkDrawable, drawCodes } = await import("./draw-codes.ts");
        checkDrawable(count, latent, projection);
        const title = `${run.description.model}: codes of ${words}`;
        drawn = await drawCodes({ codes: data, latent, classes, labels: taken.labels, title, projection });
      }
      // What may fail comes before anything is written.
      const quality = options.probe ? await probed(run, own, output) : undefined;
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
      if (plot !== undefined && drawn !== undefined) {
        await writeOut(plot.path, drawn.png);
        output.print(`drawn: ${plot.path}${drawn.shown < count ? `, ${drawn.shown} of them` : ""}`);
      }
      if (quality !== undefined) printQuality(output, quality);
      output.result({
        run: path,
        ...(options.input === undefined ? {} : { input: options.input }),
        split,
        count,
        shape,
        ...(plot === undefined ? {} : { plot: plot.path }),
        ...quality,
        out: destination.path,
      });
    });
  });
}

interface Quality {
  readonly probe?: Probe;
  readonly neighbourhoods: Neighbourhoods;
}

/** What codes are worth beside as many principal components. */
async function probed(run: OpenRun, own: Dataset | undefined, output: Output): Promise<Quality> {
  const { oneLabel, probeCodes } = await import("../tasks/probe.ts");
  const { keptNeighbourhoods } = await import("../tasks/neighbourhoods.ts");
  const { principalEncoders } = await import("../tasks/principal-codes.ts");
  const data = own ?? (await run.data());
  const principal = principalEncoders(data);
  const neighbourhoods = await keptNeighbourhoods(run, data, { principal });
  const reason = oneLabel(data);
  if (reason !== undefined) output.note(`no labels are told from codes: ${reason}`);
  const labelled = data.train.labels !== undefined && data.test.labels !== undefined && reason === undefined;
  const probe = labelled ? await probeCodes(run, data, { principal }) : undefined;
  return { ...(probe && { probe }), neighbourhoods };
}

/** The same as a table. */
function printQuality(output: Output, { probe, neighbourhoods }: Quality): void {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rowOf = (name: string, which: "codes" | "principal") => {
    const told = probe?.[which];
    const { trustworthiness, continuity } = neighbourhoods[which]!;
    const labels = told === undefined ? [] : [percent(told.nearest), percent(told.logistic)];
    return [name, ...labels, trustworthiness.toFixed(3), continuity.toFixed(3)];
  };
  const labels = probe === undefined ? [] : ["nearest neighbour", "logistic regression"];
  const rows = [["", ...labels, "trustworthiness", "continuity"], rowOf("codes", "codes")];
  if (neighbourhoods.principal !== undefined)
    rows.push(rowOf(`${neighbourhoods.principal.components} principal components`, "principal"));
  if (probe !== undefined)
    output.print(`labels told from ${probe.trained} training codes, of ${probe.tested} test codes`);
  output.print(`${neighbourhoods.k} neighbours of each of ${neighbourhoods.tested} test codes`);
  output.print(table(rows, { right: [1, 2, 3, 4] }));
}
