// gamelan reconstruct RUN: examples beside what the model makes of them.

import { type Command, Option } from "commander";
import type { Split, SplitName } from "../data/index.ts";
import type { OpenRun } from "../training/open.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  deviceOf,
  oneOf,
  wholeNumber,
} from "./options.ts";

interface ReconstructOptions extends CommonOptions, DeviceOptions {
  readonly input?: string;
  readonly split?: SplitName;
  readonly count?: number;
  readonly out?: string;
}

const SPLITS: readonly SplitName[] = ["train", "validation", "test"];

export function addReconstruct(program: Command, context: Context): void {
  const command = addCommand(program, "reconstruct", {
    summary: "encode examples and decode them again",
    more:
      "Takes examples spread evenly over a split, and tells the mean squared error between them and what comes " +
      "back. --out FILE.png is a picture of pairs, each example above its reconstruction; FILE.npy the " +
      "reconstructions' numbers.",
    examples: [
      "reconstruct runs/autoencoder-mnist-1",
      "reconstruct autoencoder-mnist-1 --count 64 --out pairs.png",
      "reconstruct autoencoder-mnist-1 --input ./photos --out photos.npy",
    ],
  })
    .argument("<run>", "the run's folder, or its name below runs")
    .addOption(new Option("--input <source>", "other data than the run's own: a name or a path"))
    .addOption(
      new Option("--split <name>", `${SPLITS.join(", ")} (test)`).argParser(oneOf("--split", SPLITS)),
    )
    .addOption(new Option("--count <n>", "how many (32)").argParser(wholeNumber("--count", { least: 1 })))
    .addOption(new Option("--out <path>", "FILE.png or FILE.npy (RUN-reconstructed.png)"));
  addDeviceOptions(command).action(async (name: string, options: ReconstructOptions) => {
    const output = outputOf(context, options);
    const { findRun } = await import("./runs.ts");
    const { besideRun, destinationOf } = await import("./destination.ts");
    const { isDrawable, kindsFor } = await import("./write-examples.ts");
    const { open } = await import("../training/open.ts");
    const path = await findRun(name);
    const run = await open(path, deviceOf(options));
    try {
      const { shape } = run;
      const fallback = besideRun(path, isDrawable(shape) ? "reconstructed.png" : "reconstructed.npy");
      const kinds = kindsFor(shape).filter((kind) => kind !== "folder");
      const destination = await destinationOf(options.out ?? fallback, kinds);
      const { split, examples } = await examplesFor(run, options);
      const { floatsOf, takeEvenly } = await import("./examples.ts");
      const taken = takeEvenly(examples, shape, Math.min(options.count ?? 32, examples.count));
      const inputs = floatsOf(taken);
      const rebuilt = await run.reconstruct(inputs);
      const { writePairs } = await import("./write-pairs.ts");
      const picture = await writePairs(destination, inputs, rebuilt);
      if (picture !== undefined) await output.show(picture);
      const { formatNumber } = await import("../pictures/progress.ts");
      const error = meanSquaredError(inputs, rebuilt.data);
      const of = options.input === undefined ? split : `${options.input} (${split})`;
      output.print(
        `${taken.count} examples of ${of}, mean squared error ${formatNumber(error)}: ${destination.path}`,
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
    } finally {
      await run.close();
    }
  });
}

/** The split that is asked for: of the run's own data, or of others brought to its size and colour. */
async function examplesFor(
  run: OpenRun,
  { input, split }: ReconstructOptions,
): Promise<{ split: SplitName; examples: Split }> {
  if (input === undefined) {
    const data = await run.data();
    return chosen(data[split ?? "test"], split ?? "test", data.name);
  }
  const { loadLike } = await import("./load-like.ts");
  const load = (wanted: SplitName, whole: boolean): Promise<Split> => loadLike(input, run, wanted, whole);
  if (split !== undefined) return chosen(await load(split, false), split, input);
  // Foreign data are not cut into splits: their own test split, or all there is.
  const test = await load("test", true);
  if (test.count > 0) return { split: "test", examples: test };
  return chosen(await load("train", true), "train", input);
}

async function chosen(
  examples: Split,
  split: SplitName,
  source: string,
): Promise<{ split: SplitName; examples: Split }> {
  if (examples.count > 0) return { split, examples };
  const { UserError } = await import("../errors.ts");
  throw new UserError(`${source} has no ${split} examples; choose another --split: ${SPLITS.join(", ")}`);
}

function meanSquaredError(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index]! - b[index]!) ** 2;
  return sum / a.length;
}
