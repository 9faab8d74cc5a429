// gamelan generate RUN: new examples from noise.

import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import type { Picture } from "../pictures/png.ts";
import type { OpenRun } from "../training/open.ts";
import { type Prior, priors } from "../training/priors.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { generatedClass } from "./generated-class.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  oneOf,
  positiveNumber,
  seedOption,
  wholeNumber,
} from "./options.ts";
import { withRun } from "./with-run.ts";

interface GenerateOptions extends CommonOptions, DeviceOptions {
  readonly count?: number;
  readonly seed?: number;
  readonly label?: string;
  readonly prior?: Prior;
  readonly components?: number;
  readonly truncation?: number;
  readonly second?: boolean;
  readonly out?: string;
}

export function addGenerate(program: Command, context: Context): void {
  const command = addCommand(program, "generate", {
    summary: "make new examples with a trained model",
    more:
      "The same seed makes the same examples. --out FILE.png is a grid of images (of vectors of 2, a chart), a " +
      "folder gets a file an image, FILE.npy the numbers. Models that only encode and decode draw codes from a " +
      "mixture of Gaussians, fitted to the codes of the training examples and kept in the run's folder. Models that " +
      "make pairs (cogan) write a picture of pairs, and otherwise the images of the first set, or of the --second.",
    examples: [
      "generate runs/dcgan-mnist-1",
      "generate dcgan-mnist-1 --count 100 --seed 7 --out digits.png",
      "generate dcgan-mnist-1 --count 5000 --out digits/",
      "generate conditional-gan-mnist-1 --label 3",
      "generate dcgan-mnist-1 --truncation 0.7",
      "generate gan-ring-1 --count 2500 --out samples.npy",
    ],
  })
    .argument("<run>", "the run's folder, or its name below runs")
    .addOption(
      new Option("--count <n>", "how many (64)").argParser(wholeNumber("--count", { least: 1, most: 1e7 })),
    )
    .addOption(seedOption("fixes the noise (0)"))
    .option("--label <class>", "number or name of the class of all examples (one after the other)")
    .addOption(
      new Option(
        "--prior <name>",
        "what codes are drawn from: normal or mixture (the model's own)",
      ).argParser(oneOf("--prior", priors)),
    )
    .addOption(
      new Option(
        "--components <n>",
        "Gaussians of the mixture (10, or as many as long codes allow)",
      ).argParser(wholeNumber("--components", { least: 1, most: 1000 })),
    )
    .addOption(
      new Option(
        "--truncation <deviations>",
        "draw noise beyond this again, such as 0.7: more usual examples, less variety (none)",
      ).argParser(positiveNumber("--truncation")),
    )
    .addOption(
      new Option(
        "--second",
        "what the same noise is in the second set of data, for models that make pairs",
      ).conflicts(["prior", "components"]),
    )
    .addOption(
      new Option("--out <path>", "FILE.png, FILE.npy, a folder, or FILE.csv of a table (RUN-generated.png)"),
    );
  addDeviceOptions(command).action(async (name: string, options: GenerateOptions) => {
    const output = outputOf(context, options);
    const { besideRun, destinationOf, numberedFiles, refuseLeftovers } = await import("./destination.ts");
    const { kindsFor, usualFile, writeExamples } = await import("./write-examples.ts");
    const { floatsOf } = await import("./examples.ts");
    const { checkRoom, classColumns } = await import("../training/generation.ts");
    const { sizeOf } = await import("../tensor/shape.ts");
    const { writeTranslations } = await import("./write-translations.ts");
    const { count = 64, seed = 0, prior, components, truncation } = options;
    const truncated = truncation === undefined ? {} : { truncation };
    await withRun(name, { ...options, output }, async (run) => {
      const { path } = run;
      const pairs = run.roles.includes("generatePartner");
      if (options.second && !pairs)
        throw new UserError(`${run.description.model} makes no pairs; leave out --second`);
      const shape = options.second ? (run.targetShape ?? run.shape) : run.shape;
      const fallback = besideRun(path, usualFile("generated", shape, run.table));
      const destination = await destinationOf(options.out ?? fallback, kindsFor(shape, run.table));
      checkRoom(count, sizeOf(shape));
      if (destination.kind === "folder")
        await refuseLeftovers(destination.path, numberedFiles(destination.path, count));
      const label = options.label === undefined ? undefined : await generatedClass(options.label, run);
      const made = options.second
        ? await run.generatePartner(count, { seed, ...truncated })
        : await run.generate(count, {
            seed,
            ...truncated,
            ...(label === undefined ? {} : { label }),
            ...(prior === undefined ? {} : { prior }),
            ...(components === undefined ? {} : { components }),
          });
      let picture: Picture | undefined;
      if (destination.kind === "table" && run.table !== undefined) {
        const { writeRows } = await import("./write-rows.ts");
        await writeRows(destination.path, run.table, made.data, labelsOf(run, count, label, prior));
      } else if (pairs && !options.second && destination.kind === "picture") {
        const partners = await run.generatePartner(count, { seed, ...truncated });
        picture = await writeTranslations(destination, made, partners, undefined);
      } else {
        const real = async () => floatsOf((await run.data()).train.values);
        const columns = label === undefined ? classColumns(run) : undefined;
        picture = await writeExamples(destination, made, real, columns);
      }
      if (picture !== undefined) await output.show(picture);
      output.print(`${count} examples, seed ${seed}: ${destination.path}`);
      output.result({
        run: path,
        count,
        seed,
        ...(label === undefined ? {} : { label }),
        ...truncated,
        shape: made.shape,
        out: destination.path,
      });
    });
  });
}

/** The class that each row was made of, where the model knows the table's classes. */
function labelsOf(
  { table, classes, learnsLabels }: OpenRun,
  count: number,
  label: number | undefined,
  prior: Prior | undefined,
): string[] | undefined {
  const names = table?.label?.classes;
  if (names === undefined || !learnsLabels || classes !== names.length || prior === "mixture")
    return undefined;
  return Array.from({ length: count }, (_, index) => names[label ?? index % classes]!);
}
