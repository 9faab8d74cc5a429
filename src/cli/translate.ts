// gamelan translate RUN: examples of one domain in the other.

import { type Command, Option } from "commander";
import type { OpenRun } from "../training/open.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions, examplesFor, type InputExamples, type InputOptions } from "./input-examples.ts";
import { addDeviceOptions, type CommonOptions, type DeviceOptions, wholeNumber } from "./options.ts";
import { withRun } from "./with-run.ts";

interface TranslateOptions extends CommonOptions, DeviceOptions, InputOptions {
  readonly back?: boolean;
  readonly count?: number;
  readonly out?: string;
}

/** Translated of a run's own data unless told. */
const COUNT = 24;

export function addTranslate(program: Command, context: Context): void {
  const command = addCommand(program, "translate", {
    summary: "translate examples from one set of data to the other",
    more:
      "For runs of two sets of data (gamelan train pix2pix --data A --to B): examples of A become examples of B, " +
      "with --back those of B become A's. Of the run's own data some are taken, spread evenly over a split; of " +
      "--input all. --out FILE.png is a picture, each example above its translation, and that above its partner " +
      "where the run's data are pairs; a folder gets a file a translation, FILE.npy the translations' numbers.",
    examples: [
      "translate pix2pix-mnist-edges-1",
      "translate pix2pix-mnist-edges-1 --input ./drawings --out digits/",
      "translate unit-mnist-1 --back --count 100 --out digits.npy",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .option("--back", "from the second set to the first")
    .addOption(
      new Option("--count <n>", `how many (${COUNT}, or all of --input)`).argParser(
        wholeNumber("--count", { least: 1 }),
      ),
    )
    .addOption(new Option("--out <path>", "FILE.png, FILE.npy or a folder (RUN-translated.png)"));
  addDeviceOptions(command).action(async (name: string, options: TranslateOptions) => {
    const output = outputOf(context, options);
    const { besideRun, destinationOf } = await import("./destination.ts");
    const { isDrawable, kindsFor } = await import("./write-examples.ts");
    await withRun(name, { ...options, output }, async (run) => {
      const { path } = run;
      const back = options.back === true;
      await checkTranslates(run, back);
      const [first, second] = [run.shape, run.targetShape ?? run.shape];
      const [from, to] = back ? [second, first] : [first, second];
      const fallback = besideRun(path, isDrawable(to) ? "translated.png" : "translated.npy");
      const destination = await destinationOf(options.out ?? fallback, kindsFor(to));

      const given = await examplesFor(run, options, back ? "second" : "first");
      const { floatsOf, meanSquaredError, takeEvenly } = await import("./examples.ts");
      const wanted = options.count ?? (options.input === undefined ? COUNT : given.examples.count);
      const count = Math.min(wanted, given.examples.count);
      const inputs = floatsOf(takeEvenly(given.examples, from, count).values);
      const made = await (back ? run.translateBack(inputs) : run.translate(inputs));
      const others = partnersOf(given, back);
      const partners = others === undefined ? undefined : floatsOf(takeEvenly(others, to, count).values);

      const { writeTranslations } = await import("./write-translations.ts");
      const picture = await writeTranslations(
        destination,
        { shape: [count, ...from], data: inputs },
        made,
        partners,
      );
      if (picture !== undefined) await output.show(picture);
      const { formatNumber } = await import("../pictures/progress.ts");
      const mse = partners === undefined ? undefined : meanSquaredError(made.data, partners);
      const away = mse === undefined ? "" : `, mean squared error to their partners ${formatNumber(mse)}`;
      output.print(`${count} examples of ${given.words} translated${away}: ${destination.path}`);
      output.result({
        run: path,
        ...(options.input === undefined ? {} : { input: options.input }),
        split: given.split,
        back,
        count,
        ...(mse === undefined ? {} : { mse }),
        shape: made.shape,
        out: destination.path,
      });
    });
  });
}

/** What the run's own examples should become, where its data are pairs. */
function partnersOf({ data, split }: InputExamples, back: boolean) {
  if (data?.target?.paired !== true) return undefined;
  return (back ? data : data.target)[split];
}

async function checkTranslates({ roles, description }: OpenRun, back: boolean): Promise<void> {
  if (roles.includes(back ? "translateBack" : "translate")) return;
  const { UserError } = await import("../errors.ts");
  throw new UserError(
    back && roles.includes("translate")
      ? `${description.model} translates one way only; leave out --back, or train unit`
      : `${description.model} does not translate; pix2pix and unit do`,
  );
}
