// gamelan compress RUN [INPUT]: images to a file, coded with the networks of a run.

import { type Command, Option } from "commander";
import { type SplitName, splitNames } from "../data/dataset.ts";
import { countInWords, shapeInWords } from "../data/shape-in-words.ts";
import { UserError } from "../errors.ts";
import type { OpenRun } from "../training/open.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { type CommonOptions, oneOf, positiveNumber, wholeNumber } from "./options.ts";
import { withRun } from "./with-run.ts";

interface CompressOptions extends CommonOptions {
  readonly split?: SplitName;
  readonly count?: number;
  readonly lossless?: boolean;
  readonly step?: number;
  readonly out?: string;
}

export function addCompress(program: Command, context: Context): void {
  addCommand(program, "compress", {
    summary: "code images in few bytes",
    more:
      "Writes a file that gamelan decompress reads with the same run. With loss, what is written is the code of each " +
      "image, its numbers rounded: --step says how coarsely. With --lossless every byte of every image comes back, " +
      "which takes a model that gives pixels probabilities: vae, with likelihood=bernoulli for images of two levels " +
      "and likelihood=beta-binomial or discretised-logistic for others. The networks compute on one thread, so that " +
      "they give the same numbers again.",
    examples: [
      "compress vae-mnist-1                             the test split: vae-mnist-1-compressed.gmln",
      "compress vae-mnist-1 --lossless -o test.gmln",
      "compress autoencoder-fashion-mnist-1 ./clothes --step 1 -o clothes.gmln",
    ],
  })
    .argument("<run>", "the run's folder, or its name below runs")
    .argument("[input]", "images: a name or a path (the run's own data)")
    .addOption(
      new Option("--split <name>", `${splitNames.join(", ")} (test)`).argParser(oneOf("--split", splitNames)),
    )
    .addOption(
      new Option("--count <n>", "how many, spread evenly (all)").argParser(
        wholeNumber("--count", { least: 1 }),
      ),
    )
    .option("--lossless", "every byte comes back")
    .addOption(
      new Option("--step <size>", "how coarsely codes are rounded; larger ones take fewer bytes (0.5)")
        .argParser(positiveNumber("--step"))
        .conflicts("lossless"),
    )
    .addOption(new Option("-o, --out <file>", "the file (RUN-compressed.gmln)"))
    .action(async (name: string, input: string | undefined, options: CompressOptions) => {
      const output = outputOf(context, options);
      const { besideRun, destinationOf, writeOut } = await import("./destination.ts");
      if (options.out !== undefined) await destinationOf(options.out, ["compressed"]);
      const { examplesFor } = await import("./input-examples.ts");
      const { takeEvenly } = await import("./examples.ts");
      const { compressWith } = await import("../tasks/compression/index.ts");
      await withRun(name, { threads: 1, output }, async (run) => {
        const { lossless = false, split: wanted, step } = options;
        if (input !== undefined && lossless) await checkForm(input, run);
        const { examples, split, words } = await examplesFor(run, {
          ...(input === undefined ? {} : { input }),
          ...(wanted === undefined ? {} : { split: wanted }),
        });
        const taken = takeEvenly(
          examples,
          run.shape,
          Math.min(options.count ?? examples.count, examples.count),
        );
        const { file, ...result } = await compressWith(run, bytesOf(taken.values, lossless), {
          mode: lossless ? "lossless" : "lossy",
          ...(step === undefined ? {} : { step }),
        });
        const out = options.out ?? besideRun(run.path, "compressed.gmln");
        await writeOut(out, file);
        const { count, bitsPerPixel, meanSquaredError, bound, modelBytes } = result;
        const quality =
          meanSquaredError === undefined
            ? `the model's bound is ${bound!.toFixed(3)}`
            : `mean squared error ${meanSquaredError.toPrecision(3)}`;
        output.print(
          `${countInWords(count, "image")} of ${words} in ${inBytes(file.length)}, ${bitsPerPixel.toFixed(3)} bits a pixel, ` +
            `${quality}: ${out}`,
        );
        output.note(`to decode it, the run is needed: ${inBytes(modelBytes)} of weights`);
        output.result({
          run: run.path,
          ...(input === undefined ? {} : { input }),
          split,
          ...result,
          bytes: file.length,
          out,
        });
      });
    });
}

const inBytes = (count: number): string => `${count.toLocaleString("en-GB")} bytes`;

/** Without loss, images must not be resized on the way. */
async function checkForm(input: string, { shape, description }: OpenRun): Promise<void> {
  const { openSource } = await import("../data/sources.ts");
  const { MixedSizesError } = await import("../data/image-folder.ts");
  const refuse = (found: string): never => {
    throw new UserError(
      `${found}, and the run was trained on ${shapeInWords({ kind: "image", shape })}; ` +
        "without loss nothing is resized: train on images of that form, or leave out --lossless",
    );
  };
  const found = await openSource(input, { seed: description.seed }).catch((error: unknown) =>
    error instanceof MixedSizesError ? refuse(error.found) : Promise.reject(error),
  );
  if (found.shape.join() !== shape.join()) refuse(`${input} holds ${shapeInWords(found)}`);
}

function bytesOf(values: Uint8Array | Float32Array, exactly: boolean): Uint8Array {
  if (values instanceof Uint8Array) return values;
  const bytes = Uint8Array.from(values, (value) => Math.round(Math.max(0, Math.min(1, value)) * 255));
  // Numbers in [0, 1] that bytes were made of are bytes again, up to what float32 keeps.
  if (exactly && values.some((value, index) => Math.abs(value * 255 - bytes[index]!) > 1e-4))
    throw new UserError(
      "only images of bytes are coded without loss, and these have values between two bytes",
    );
  return bytes;
}
