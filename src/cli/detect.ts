// gamelan detect RUN: how strange examples are to a trained model.

import { type Command, Option } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import { addInputOptions } from "./input-examples.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  rate,
  repeatable,
  wholeNumber,
} from "./options.ts";
import type { DetectionOptions } from "./run-detection.ts";
import { withRun } from "./with-run.ts";

interface DetectOptions extends CommonOptions, DeviceOptions, Omit<DetectionOptions, "top"> {
  readonly top?: number;
}

/** Strangest examples that are listed unless told. */
const LISTED = 10;

export function addDetect(program: Command, context: Context): void {
  const command = addCommand(program, "detect", {
    summary: "find the examples that are strange to a model",
    more:
      "Higher scores are stranger. Scores are the model's own (anomaly), the mean squared error of the reconstruction, " +
      "what the critic says, negated (critic), and how unlikely the code is among those of training examples " +
      "(code-density): the first that the model has unless told. Several, with plus signs between, or all (combined) " +
      "are brought to one scale by held-out normal examples, those of the run's validation split. --false-alarm-rate " +
      "flags what scores higher than that share of new normal examples would. Where labels tell the normal examples, " +
      "of a run trained with --normal or by --normal here, it is measured how well the others are found.",
    examples: [
      "detect vae-mnist-1 --input fashion-mnist",
      "detect autoencoder-transactions-1 --false-alarm-rate 0.01",
      "detect ganomaly-mnist-1 --input ./scans --out scores.csv --picture strangest.png",
      "detect vae-people-1 --score reconstruction+code-density --normal yes --histogram scores.png",
    ],
  }).argument("<run>", "the run's folder, or its name below runs");
  addInputOptions(command)
    .option("--score <names>", "anomaly, reconstruction, critic, code-density; some joined by +; or combined")
    .addOption(
      new Option("--components <n>", "Gaussians in the density of codes (1)").argParser(
        wholeNumber("--components", { least: 1, most: 1000 }),
      ),
    )
    .addOption(
      new Option("--false-alarm-rate <r>", "flag as many of new normal examples, such as 0.01").argParser(
        rate("--false-alarm-rate"),
      ),
    )
    .option("--held-out <source>", "normal examples to compare with (the run's validation split)")
    .addOption(
      new Option(
        "--normal <class>",
        "a class that is normal, may be given several times (those trained on)",
      ).argParser(repeatable),
    )
    .addOption(
      new Option("--count <n>", "how many, spread evenly (all)").argParser(
        wholeNumber("--count", { least: 1 }),
      ),
    )
    .addOption(
      new Option("--top <n>", `how many of the strangest to show (${LISTED})`).argParser(
        wholeNumber("--top", { least: 1, most: 1000 }),
      ),
    )
    .option("--picture <file>", "FILE.png: the strangest images, their reconstructions and errors")
    .option("--histogram <file>", "FILE.png: how scores are distributed")
    .addOption(new Option("--out <path>", "FILE.csv or FILE.npy (RUN-scores.csv)"));
  addDeviceOptions(command).action(async (name: string, options: DetectOptions) => {
    const output = outputOf(context, options);
    await withRun(name, { ...options, output }, async (run) => {
      const { runDetection } = await import("./run-detection.ts");
      await runDetection(output, run, { top: LISTED, ...options });
    });
  });
}
