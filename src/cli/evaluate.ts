// gamelan evaluate RUN: what a trained model is worth, measured.

import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import type { Evaluation } from "../tasks/evaluation/evaluate.ts";
import { addCommand, type Context, outputOf } from "./command.ts";
import {
  addDeviceOptions,
  type CommonOptions,
  type DeviceOptions,
  decimals,
  seedOption,
  wholeNumber,
} from "./options.ts";
import type { Output } from "./output.ts";
import { beside, table } from "./table.ts";
import { withRun } from "./with-run.ts";

interface EvaluateOptions extends CommonOptions, DeviceOptions {
  readonly metrics?: string[];
  readonly list?: boolean;
  readonly count?: number;
  readonly seed?: number;
  readonly draws?: number;
  readonly featureNetwork?: string;
  readonly featureSize?: number;
  readonly featureMean?: number[];
  readonly featureDeviation?: number[];
  readonly featureOutput?: string;
  readonly judgeRounds?: number;
}

export function addEvaluate(program: Command, context: Context): void {
  const command = addCommand(program, "evaluate", {
    summary: "measure what a trained model is worth",
    more:
      "Measures what the model's roles and the data allow, on the run's own test split, and writes evaluation.md, " +
      "evaluation.json and pictures into the run's folder, in place of those of an earlier evaluation. --list names " +
      "all measures, with a run those that apply to it. Samples are compared with examples in the features of a " +
      "classifier of the data's own domain, which is trained when it is first needed and then kept; or of any .onnx " +
      "file, --feature-network.",
    examples: [
      "evaluate vae-mnist-1",
      "evaluate dcgan-mnist-1 --metrics distance,manifold --count 5000",
      "evaluate vae-mnist-1 --metrics logLikelihood --draws 500",
      "evaluate --list",
      "evaluate dcgan-photos-1 --feature-network inception.onnx --feature-size 299",
    ],
  })
    .argument("[run]", "the run's folder, or its name below runs")
    .addOption(
      new Option("--metrics <names>", "measures, or groups of them, with commas between (all)").argParser(
        (text) => text.split(",").map((name) => name.trim()),
      ),
    )
    .option("--list", "name the measures, and measure nothing")
    .addOption(
      new Option("--count <n>", "test examples, and samples, at most (10000)").argParser(
        wholeNumber("--count", { least: 2, most: 1e6 }),
      ),
    )
    .addOption(seedOption("fixes samples and draws (0)"))
    .addOption(
      new Option("--draws <n>", "codes drawn for the likelihood of an example (100)").argParser(
        wholeNumber("--draws", { least: 1, most: 10_000 }),
      ),
    )
    .option("--feature-network <file>", "FILE.onnx that gives features of images [N, 1 or 3, H, W]")
    .addOption(
      new Option("--feature-size <pixels>", "height and width that it takes (as the file says)").argParser(
        wholeNumber("--feature-size", { least: 1, most: 8192 }),
      ),
    )
    .addOption(
      new Option("--feature-mean <numbers>", "subtracted from its pixels in 0 … 1 (0)").argParser(
        decimals("--feature-mean"),
      ),
    )
    .addOption(
      new Option("--feature-deviation <numbers>", "divides them then (1)").argParser(
        decimals("--feature-deviation"),
      ),
    )
    .option("--feature-output <name>", "which of its outputs to take (the first)")
    .addOption(
      new Option(
        "--judge-rounds <n>",
        "rounds that a new domain classifier is trained for (enough)",
      ).argParser(wholeNumber("--judge-rounds", { least: 1 })),
    );
  addDeviceOptions(command).action(async (name: string | undefined, options: EvaluateOptions) => {
    const output = outputOf(context, options);
    if (name === undefined) {
      if (!options.list) throw new UserError("evaluate needs a run; --list names what can be measured");
      await list(output, undefined);
      return;
    }
    await withRun(name, { ...options, output }, async (run) => {
      const { path } = run;
      if (options.list) {
        const { applicableGroups } = await import("../tasks/evaluation/evaluate.ts");
        await list(output, await applicableGroups(run));
        return;
      }
      const { evaluateRun } = await import("../tasks/evaluation/evaluate.ts");
      const { writeEvaluation } = await import("../tasks/evaluation/write-evaluation.ts");
      const features = await featuresOf(options, run.shape);
      const { metrics, count, seed, draws, threads, judgeRounds } = options;
      const { reporter } = await import("./reporter.ts");
      const progress = reporter(output, context);
      const evaluation = await evaluateRun(run, {
        ...(metrics && { metrics }),
        ...(count === undefined ? {} : { count }),
        ...(seed === undefined ? {} : { seed }),
        ...(draws === undefined ? {} : { draws }),
        ...(threads === undefined ? {} : { threads }),
        ...(judgeRounds === undefined ? {} : { judgeRounds }),
        ...(features && { features }),
        onProgress: await progress.begin(),
      }).finally(async () => {
        progress.end();
        await features?.close();
      });
      const why = () => {
        for (const [group, reason] of Object.entries(evaluation.skipped))
          output.note(`no ${group}: ${reason}`);
      };
      if (Object.keys(evaluation.measures).length === 0) why();
      const report = await writeEvaluation(path, run.description, evaluation);
      await print(output, evaluation);
      why();
      output.print(`written: ${report}`);
      const { pictures, ...numbers } = evaluation;
      output.result({ run: path, ...numbers, report, pictures: pictures.map((picture) => picture.name) });
    });
  });
}

/** The network that the user names, if any. */
async function featuresOf(options: EvaluateOptions, shape: readonly number[]) {
  const { featureNetwork: file, featureSize: size, featureMean: mean, threads } = options;
  const { featureDeviation: deviation, featureOutput: output } = options;
  if (file === undefined) {
    if ([size, mean, deviation, output].some((value) => value !== undefined))
      throw new UserError("--feature-size and its like are of a --feature-network; name its file");
    return undefined;
  }
  const { featureNetwork } = await import("../tasks/evaluation/feature-network.ts");
  return featureNetwork(file, shape, {
    ...(size === undefined ? {} : { size }),
    ...(mean && { mean }),
    ...(deviation && { deviation }),
    ...(output === undefined ? {} : { output }),
    ...(threads === undefined ? {} : { threads }),
  });
}

async function print(output: Output, { measures: found, features }: Evaluation): Promise<void> {
  const { measureNames, measures } = await import("../tasks/evaluation/measures.ts");
  const { betterText, referenceText, valueText } = await import("../tasks/evaluation/write-evaluation.ts");
  const rows = measureNames.flatMap((name) => {
    const measured = found[name];
    return measured === undefined
      ? []
      : [[name, valueText(measured), betterText(measures[name]), referenceText(measured)]];
  });
  output.print(table([["measure", "value", "good", "beside it"], ...rows], { right: [1] }));
  if (features !== undefined) output.printWrapped(`samples compared in ${features}`);
}

/** What can be measured; of a run, why some of it cannot. */
async function list(
  output: Output,
  reasons: Readonly<Record<string, string | undefined>> | undefined,
): Promise<void> {
  const { groupNames, groups, measureNames, measures } = await import("../tasks/evaluation/measures.ts");
  const { betterText } = await import("../tasks/evaluation/write-evaluation.ts");
  for (const group of groupNames) {
    const { summary, needs, cost } = groups[group];
    output.print(group);
    output.printWrapped(`${summary}; takes ${cost}`, 2);
    const reason = reasons?.[group];
    if (reasons === undefined) output.printWrapped(`needs ${needs}`, 2);
    else output.printWrapped(reason === undefined ? "applies" : `does not apply: ${reason}`, 2);
    for (const name of measureNames.filter((measure) => measures[measure].group === group))
      output.print(
        beside(
          `    ${name}`,
          `${measures[name].summary} (${betterText(measures[name])})`,
          26,
          output.columns,
        ),
      );
  }
  output.result({
    groups: groupNames.map((name) => ({
      name,
      ...groups[name],
      ...(reasons === undefined ? {} : { applies: reasons[name] === undefined, reason: reasons[name] }),
    })),
    measures: measureNames.map((name) => ({ name, ...measures[name] })),
  });
}
