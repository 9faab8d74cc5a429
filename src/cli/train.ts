// gamelan train MODEL: train a model from the beginning.

import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import type { TrainRequest } from "../training/train.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import {
  addDeviceOptions,
  addImageOptions,
  addLengthOptions,
  addProfileOption,
  type CommonOptions,
  type DeviceOptions,
  deviceOf,
  fraction,
  type ImageOptions,
  imageOptionsOf,
  type LengthOptions,
  lengthOf,
  oneOf,
  type ProfileOptions,
  part,
  profileOf,
  repeatable,
  seedOption,
  wholeNumber,
} from "./options.ts";

interface TrainOptions extends CommonOptions, DeviceOptions, ImageOptions, LengthOptions, ProfileOptions {
  readonly data?: string;
  readonly to?: string;
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly out?: string;
  readonly validation?: number;
  readonly fold?: { readonly index: number; readonly count: number };
  readonly normal?: readonly string[];
  readonly examples?: number;
  readonly best?: string;
  readonly goal?: "least" | "most";
  readonly patience?: number;
  readonly validateEvery?: number;
}

export function addTrain(program: Command, context: Context): void {
  const command = addCommand(program, "train", {
    summary: "train a model",
    more:
      "Everything of a run goes to one folder: checkpoints, pictures, losses, and at the end the trained networks " +
      "as .onnx files. Ctrl-C saves the run and ends it; gamelan resume goes on with it.",
    examples: [
      "train autoencoder",
      "train vae --data mnist --epochs 5 --set latent=16 --set beta=4",
      "train gan --data ring --rounds 5000 --seed 7",
      "train dcgan --data ./photos --image-size 64 --out runs/photos",
      "train vae --data mnist --epochs 200 --validation 0.1 --best vae --patience 10",
    ],
  })
    .argument("<model>", "what to train; gamelan models lists them")
    .addOption(new Option("--data <source>", "what to train on (glyphs); gamelan data lists it"))
    .addOption(new Option("--to <source>", "a second source, for models that translate between two"))
    .addOption(
      new Option(
        "--set <key=value>",
        "an option of the model, as gamelan models MODEL lists them; may be given several times",
      ).argParser(repeatable),
    );
  addLengthOptions(command, {
    epochs: "passes over the training examples (10)",
    rounds: "rounds in all, instead of epochs",
  })
    .addOption(seedOption("fixes everything random (0)"))
    .addOption(new Option("--out <folder>", "the run's folder (a fresh one in runs)"))
    .addOption(
      new Option("--validation <fraction>", "training examples kept apart for validation").argParser(
        fraction("--validation"),
      ),
    )
    .addOption(
      new Option("--fold <i/k>", "keep the i-th of k parts of the training examples for validation")
        .argParser(part("--fold"))
        .conflicts("validation"),
    )
    .addOption(
      new Option(
        "--normal <class>",
        "train on this class only, the others are for the test; may be given several times",
      ).argParser(repeatable),
    )
    .addOption(
      new Option(
        "--examples <n>",
        "train on so many examples only, chosen by the seed, of each class as large a part (all)",
      ).argParser(wholeNumber("--examples", { least: 1 })),
    );
  addBestOptions(command);
  addDeviceOptions(addImageOptions(command));
  addProfileOption(command).action(async (name: string, options: TrainOptions) => {
    const output = outputOf(context, options);
    const { findModel } = await import("../models/find-model.ts");
    const { parseSettings } = await import("../models/settings.ts");
    const model = findModel(name);
    const settings = parseSettings(model, options.set ?? []);
    const { follow } = await import("./follow.ts");
    const { train } = await import("../training/train.ts");
    await follow(context, output, (signal) =>
      train({
        model: model.name,
        options: settings,
        ...(options.data === undefined ? {} : { data: options.data }),
        ...(options.to === undefined ? {} : { to: options.to }),
        ...(options.seed === undefined ? {} : { seed: options.seed }),
        ...(options.out === undefined ? {} : { out: options.out }),
        ...(options.validation === undefined ? {} : { validation: options.validation }),
        ...(options.fold === undefined ? {} : { fold: options.fold }),
        ...(options.normal === undefined ? {} : { normal: options.normal }),
        ...(options.examples === undefined ? {} : { examples: options.examples }),
        ...bestOf(options),
        ...lengthOf(options),
        ...imageOptionsOf(options),
        ...deviceOf(options),
        ...profileOf(options),
        signal,
      }),
    );
  });
}

function addBestOptions(command: Command): void {
  command
    .addOption(
      new Option(
        "--best <measure>",
        "keep the networks of the round with the best of a loss, or of another measure such as mse, on the validation split",
      ),
    )
    .addOption(
      new Option(
        "--goal <word>",
        "whether the best is the least or the most (least, but most of modes and highQuality)",
      ).argParser(oneOf("--goal", ["least", "most"] as const)),
    )
    .addOption(
      new Option(
        "--patience <n>",
        "end early, after so many looks in a row that find nothing better",
      ).argParser(wholeNumber("--patience", { least: 1 })),
    )
    .addOption(
      new Option(
        "--validate-every <rounds>",
        "rounds between looks at the validation split (as between pictures)",
      ).argParser(wholeNumber("--validate-every", { least: 1 })),
    );
}

/** As `train` takes them. */
function bestOf(options: TrainOptions): Pick<TrainRequest, "best" | "validateEvery"> {
  const { best, goal, patience, validateEvery } = options;
  if (best === undefined && patience !== undefined)
    throw new UserError("--patience waits for something better; say what with --best, such as --best mse");
  if (best === undefined && goal !== undefined)
    throw new UserError("--goal is of the measure that --best names; give both");
  const how = {
    ...(goal === undefined ? {} : { goal }),
    ...(patience === undefined ? {} : { patience }),
  };
  return {
    ...(validateEvery === undefined ? {} : { validateEvery }),
    ...(best === undefined ? {} : { best: { measure: best, ...how } }),
  };
}
