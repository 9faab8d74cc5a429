// gamelan resume RUN: go on with a run that was stopped, or make it longer.

import type { Command } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import {
  addDeviceOptions,
  addLengthOptions,
  addProfileOption,
  type CommonOptions,
  type DeviceOptions,
  deviceOf,
  type LengthOptions,
  lengthOf,
  type ProfileOptions,
  profileOf,
} from "./options.ts";

interface ResumeOptions extends CommonOptions, DeviceOptions, LengthOptions, ProfileOptions {}

export function addResume(program: Command, context: Context): void {
  const command = addCommand(program, "resume", {
    summary: "go on with a run that was stopped or killed, or make it longer",
    more:
      "The run goes on from its last checkpoint and ends as if it had never been stopped. RUN is its folder, or " +
      "its name below runs.",
    examples: ["resume runs/vae-mnist-1", "resume vae-mnist-1 --epochs 20"],
  }).argument("<run>", "the run's folder, or its name below runs");
  addLengthOptions(command, {
    epochs: "passes over the training examples, those played before included",
    rounds: "rounds in all, those played before included",
  });
  addProfileOption(addDeviceOptions(command)).action(async (run: string, options: ResumeOptions) => {
    const output = outputOf(context, options);
    const { findRun } = await import("./runs.ts");
    const path = await findRun(run);
    const { follow } = await import("./follow.ts");
    const { resume } = await import("../training/train.ts");
    await follow(context, output, (signal) =>
      resume(path, { ...lengthOf(options), ...deviceOf(options), ...profileOf(options), signal }),
    );
  });
}
