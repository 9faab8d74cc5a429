// gamelan interpolate RUN: ways between examples or noise, attributes added, single numbers of a code moved.

import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions } from "./input-examples.ts";
import { attributed, between, REACH, ROWS, type RowOptions, traversed } from "./interpolation-rows.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  numbers,
  oneOf,
  positiveNumber,
  repeatable,
  seedOption,
  wholeNumber,
} from "./options.ts";
import { withRun } from "./with-run.ts";

interface InterpolateOptions extends CommonOptions, DeviceOptions, RowOptions {
  readonly traverse?: boolean;
  readonly out?: string;
}

const STEPS = 9;

export function addInterpolate(program: Command, context: Context): void {
  const command = addCommand(program, "interpolate", {
    summary: "show what lies between examples, and what codes mean",
    more:
      "Models that generate go from the noise of one example to that of the next; the ends are those that generate " +
      "makes of the same seed. Models that encode and decode go from the code of an example to that of another: " +
      "--from and --to, each its place in the split, counted from 0, or an image file. --attribute adds what tells a " +
      "class from the others to the codes of examples, in steps. --traverse moves single numbers of a code, a row " +
      `each, from −${REACH} to ${REACH} deviations. --out FILE.png is a grid, a folder gets a file an image, row by ` +
      "row, FILE.npy the numbers, FILE.csv the rows of a table.",
    examples: [
      "interpolate dcgan-mnist-1 --seed 3 --samples 6",
      "interpolate vae-mnist-1 --from 3 --to 18 --steps 12",
      "interpolate vae-mnist-1 --from me.png --to you.png --out we.png",
      "interpolate vae-mnist-1 --attribute 7",
      "interpolate vae-mnist-1 --traverse --rows 10",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .option("--from <example>", "where to begin: a place in the split, or an image file")
    .addOption(
      new Option("--to <example>", "where to go, the same; several times for several rows").argParser(
        repeatable,
      ),
    )
    .addOption(
      new Option("--samples <n>", "how many to go through, without --from and --to (2)")
        .argParser(wholeNumber("--samples", { least: 2, most: 1000 }))
        .conflicts(["from", "to"]),
    )
    .addOption(
      new Option("--steps <n>", `examples of a row, its ends among them (${STEPS})`).argParser(
        wholeNumber("--steps", { least: 2, most: 1000 }),
      ),
    )
    .addOption(
      new Option(
        "--path <name>",
        "spherical or straight (spherical for noise, and for codes that are generated from)",
      ).argParser(oneOf("--path", ["spherical", "straight"] as const)),
    )
    .addOption(seedOption("fixes the noise (0)"))
    .addOption(
      new Option("--label <class>", "number or name of the class, for models that generate classes (0)"),
    )
    .addOption(
      new Option(
        "--attribute <label>",
        "add what tells this class, by name or number, from the others",
      ).conflicts(["traverse", "samples"]),
    )
    .addOption(
      new Option("--strength <factor>", "how often it is added at the end of a row (1)").argParser(
        positiveNumber("--strength"),
      ),
    )
    .addOption(
      new Option("--traverse", "move single numbers of the code --from, or of the mean code").conflicts([
        "to",
        "samples",
      ]),
    )
    .addOption(
      new Option("--dimensions <list>", "which numbers, from 0: 0,3,12 (those that vary most)")
        .argParser(numbers("--dimensions"))
        .conflicts("rows"),
    )
    .addOption(
      new Option("--rows <n>", `rows of --traverse and --attribute (${ROWS})`).argParser(
        wholeNumber("--rows", { least: 1, most: 1000 }),
      ),
    )
    .addOption(
      new Option(
        "--out <path>",
        "FILE.png, FILE.npy, a folder, or FILE.csv of a table (RUN-interpolated.png)",
      ),
    );
  addDeviceOptions(command).action(async (name: string, options: InterpolateOptions) => {
    const output = outputOf(context, options);
    const { besideRun, destinationOf } = await import("./destination.ts");
    const { kindsFor, usualFile, writeExamples } = await import("./write-examples.ts");
    const { floatsOf } = await import("./examples.ts");
    const { checkRoom } = await import("../training/generation.ts");
    const { sizeOf } = await import("../tensor/shape.ts");
    await withRun(name, { ...options, output }, async (run) => {
      const { path } = run;
      const { shape, table } = run;
      const fallback = besideRun(path, usualFile("interpolated", shape, table));
      const destination = await destinationOf(options.out ?? fallback, kindsFor(shape, table));
      const steps = options.steps ?? STEPS;
      const show = options.traverse ? traversed : options.attribute === undefined ? between : attributed;
      const { space, codes, words, result } = await show(run, { ...options, steps });
      checkRoom(codes.length / space.dimensions, sizeOf(shape));
      const made = await space.decode(codes);
      if (!made.data.every(Number.isFinite)) {
        const advice = options.strength === undefined ? "" : `; take a --strength below ${options.strength}`;
        throw new UserError(`what the model makes of these codes is not finite${advice}`);
      }
      if (destination.kind === "table" && table !== undefined) {
        const { writeRows } = await import("./write-rows.ts");
        await writeRows(destination.path, table, made.data);
      } else {
        const real = async () => floatsOf((await run.data()).train.values);
        const picture = await writeExamples(destination, made, real, steps);
        if (picture !== undefined) await output.show(picture);
      }
      output.print(`${words}, ${steps} steps: ${destination.path}`);
      output.result({ run: path, ...result, steps, shape: made.shape, out: destination.path });
    });
  });
}
