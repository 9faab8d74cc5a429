// gamelan models [NAME]: what can be trained; a model's options.

import type { Command } from "commander";
import { addCommand, type Context, outputOf } from "./command.ts";
import type { CommonOptions } from "./options.ts";
import type { Output } from "./output.ts";
import { beside, table } from "./table.ts";

export function addModels(program: Command, context: Context): void {
  addCommand(program, "models", {
    summary: "list what can be trained, or a model's options",
    examples: ["models", "models vae", "models vae --json"],
  })
    .argument("[name]", "a model, to see its options")
    .action(async (name: string | undefined, options: CommonOptions) => {
      const output = outputOf(context, options);
      await (name === undefined ? listModels(output) : describeModel(output, name));
    });
}

async function listModels(output: Output): Promise<void> {
  const { catalogue } = await import("../models/catalogue.ts");
  const models = catalogue.map(({ name, family, summary }) => ({ name, family, summary }));
  output.print(table(models.map(({ name, family, summary }) => [name, family, summary])));
  output.print("\ngamelan models NAME lists a model's options; gamelan train NAME trains it.");
  output.result({ models });
}

async function describeModel(output: Output, name: string): Promise<void> {
  const { findModel } = await import("../models/find-model.ts");
  const { describeOptions, formatOption } = await import("../models/settings.ts");
  const model = findModel(name);
  const options = describeOptions(model);
  output.print(`${model.name}: ${model.summary}\n`);
  const rows = options.map((option) => ({
    label: option.default === undefined ? option.name : `${option.name}=${formatOption(option.default)}`,
    text: `${option.description} (${option.allowed})`,
  }));
  const width = Math.min(30, Math.max(...rows.map(({ label }) => label.length)) + 2);
  for (const { label, text } of rows) output.print(beside(`  ${label}`, text, width + 2, output.columns));
  const first = options[0];
  const example =
    first === undefined
      ? ""
      : ` --set ${first.name}=${formatOption(first.default ?? first.choices?.[0] ?? 1)}`;
  output.print(`\ngamelan train ${model.name}${example} sets one; --set may be given several times.`);
  output.result({ name: model.name, family: model.family, summary: model.summary, options });
}
