// gamelan bench [WORKLOAD]…: how long a training step takes here.

import { availableParallelism } from "node:os";
import { type Command, Option } from "commander";
import { countInWords } from "../data/shape-in-words.ts";
import { UserError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { addCommand, type Context, jsonLinesOption, outputOf } from "./command.ts";
import { type CommonOptions, wholeNumber } from "./options.ts";

interface BenchOptions extends CommonOptions {
  readonly steps?: number;
  readonly threads?: number;
}

export function addBench(program: Command, context: Context): void {
  addCommand(program, "bench", {
    summary: "time training steps of fixed workloads",
    more:
      "Trains on random images and prints, for each workload, the median and the fastest time of a step. With " +
      "--json a line of JSON each, in the form that bench/ compares engines by.",
    examples: ["bench dense-autoencoder dcgan-28", "bench --threads 2", "bench dcgan-64 --steps 40 --json"],
  })
    .argument("[workload...]", "which; all of them unless told")
    .addOption(
      new Option("--steps <n>", "steps to time, for each workload (about a second's worth)").argParser(
        wholeNumber("--steps", { least: 1, most: 1e6 }),
      ),
    )
    .addOption(
      new Option("--threads <n>", "threads of computation (one a processor)").argParser(
        wholeNumber("--threads", { least: 1, most: 1024 }),
      ),
    )
    .addOption(jsonLinesOption("each workload"))
    .action(async (names: readonly string[], options: BenchOptions) => {
      const output = outputOf(context, options);
      const { measure, workloads } = await import("./bench-workloads.ts");
      const known = workloads.map(({ name }) => name);
      for (const name of names)
        if (!known.includes(name)) {
          const meant = nearest(name, known);
          const advice = meant === undefined ? `there are ${known.join(", ")}` : `did you mean "${meant}"?`;
          throw new UserError(`no workload called "${name}"; ${advice}`);
        }
      const wanted = names.length === 0 ? known : names;
      const width = Math.max(...wanted.map((name) => name.length));
      const threads = options.threads ?? availableParallelism();
      output.print(
        `${"".padEnd(width)}  median ms  fastest ms        loss  (${countInWords(threads, "thread")})`,
      );
      for (const name of wanted) {
        const workload = workloads.find((each) => each.name === name)!;
        const steps = options.steps === undefined ? {} : { steps: options.steps };
        const measured = await measure(workload, { threads, ...steps });
        const cells = [
          measured.median_ms.toFixed(2).padStart(9),
          measured.min_ms.toFixed(2).padStart(10),
          measured.loss.toFixed(4).padStart(10),
        ];
        output.print([name.padEnd(width), ...cells].join("  "));
        output.result({ ...measured });
      }
    });
}
