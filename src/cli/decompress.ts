// gamelan decompress FILE: the images of a file that gamelan compress made.

import { basename, extname } from "node:path";
import { type Command, Option } from "commander";
import { floatsOf } from "../data/floats.ts";
import { countInWords } from "../data/shape-in-words.ts";
import { UserError } from "../errors.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { type CommonOptions, wholeNumber } from "./options.ts";

interface DecompressOptions extends CommonOptions {
  readonly run?: string;
  readonly threads?: number;
  readonly out?: string;
}

export function addDecompress(program: Command, context: Context): void {
  addCommand(program, "decompress", {
    summary: "decode the images of a compressed file",
    more:
      "Takes the run whose name the file holds, from ./runs, unless --run tells another place. A file that was cut " +
      "or altered, or that was made with another model, is refused. --out FILE.npy holds the images as bytes " +
      "[count, channels, height, width]; a folder gets a file an image; FILE.png is the image itself, or a grid of " +
      "several.",
    examples: [
      "decompress vae-mnist-1-compressed.gmln",
      "decompress clothes.gmln -o clothes/",
      "decompress clothes.gmln --run /backup/autoencoder-fashion-mnist-1 -o clothes.npy",
    ],
  })
    .argument("<file>", "what gamelan compress wrote")
    .addOption(new Option("--run <run>", "the run it was made with (the one whose name the file holds)"))
    .addOption(new Option("-o, --out <path>", "FILE.npy, FILE.png or a folder (FILE.npy)"))
    .addOption(
      new Option("--threads <n>", "threads of computation (1); the images are the same").argParser(
        wholeNumber("--threads", { least: 1, most: 1024 }),
      ),
    )
    .action(async (file: string, options: DecompressOptions) => {
      const output = outputOf(context, options);
      const { readBytes } = await import("../data/files.ts");
      const { decodeFile, decompress } = await import("../tasks/compression/index.ts");
      const { destinationOf, writeOut } = await import("./destination.ts");
      const { kindsFor, writeExamples } = await import("./write-examples.ts");
      const bytes = await readBytes(file);
      const { run: name, shape: form } = decodeFile(bytes, file);
      const destination = await destinationOf(
        options.out ?? `${basename(file, extname(file))}.npy`,
        kindsFor(form),
      );
      const path = await runOf(file, name, options.run);
      const { threads } = options;
      const { mode, shape, data, exact } = await decompress(path, bytes, {
        name: file,
        ...(threads === undefined ? {} : { threads }),
      });
      if (!exact)
        output.warn("some pixels may differ by a level from those on the machine that made the file");
      if (destination.kind === "array") {
        const { encodeNpy } = await import("../data/npy.ts");
        await writeOut(destination.path, encodeNpy(data, shape));
      } else {
        const values = floatsOf(data);
        if (shape[0] === 1 && destination.kind === "picture") {
          const { gridOf } = await import("../pictures/grid.ts");
          const { encodePng } = await import("../pictures/png.ts");
          await writeOut(destination.path, encodePng(gridOf({ shape, data: values }, { padding: 0 })));
        } else await writeExamples(destination, { shape, data: values }, async () => values);
      }
      output.print(`${countInWords(shape[0]!, "image")}, ${mode}: ${destination.path}`);
      output.result({ run: path, file, mode, exact, count: shape[0], shape, out: destination.path });
    });
}

/** The run that is told, or else the one that the file names. */
async function runOf(file: string, name: string, told: string | undefined): Promise<string> {
  const { findRun } = await import("./runs.ts");
  if (told !== undefined) return findRun(told);
  return findRun(name).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${file} was made with the run "${name}", which is not here; tell with --run where it is`,
    );
  });
}
