/**
 * Keeps in docs/models/ what is made elsewhere: the tables of options as the models' schemas have them, and the picture
 * and figures of each model that `npm run reproduce -- models --record` has trained. `npm run build`, then
 * `node scripts/model-pages.js` writes them, and with `--check` only tells which pages are out of date (exit 1).
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const pages = join(root, "docs", "models");

/** A part of a page between two comments, which this script writes. */
const partOf = (/** @type {string} */ name) => {
  const [begin, end] = [`<!-- ${name}: written by scripts/model-pages.js -->`, `<!-- end of ${name} -->`];
  return {
    place: new RegExp(`${begin}\n.*?${end}`, "s"),
    around: (/** @type {string} */ text) => [begin, "", ...(text === "" ? [] : [text, ""]), end].join("\n"),
  };
};
const options = partOf("options");
const picture = partOf("picture");

/** @param {string} text */
const cell = (text) => text.replaceAll("|", "\\|");

async function load() {
  try {
    const { catalogue } = await import("../dist/models/catalogue.js");
    const { describeOptions, formatOption } = await import("../dist/models/settings.js");
    const recorded = await recordedPictures();
    return catalogue.map((model) => ({
      name: model.name,
      picture: recorded.get(model.name),
      options: [
        "| option | default | allowed | what it does |",
        "| --- | --- | --- | --- |",
        ...describeOptions(model).map(({ name, default: value, allowed, description }) => {
          const standard = value === undefined ? "" : `\`${formatOption(value)}\``;
          return `| \`${name}\` | ${standard} | ${cell(allowed)} | ${cell(description)} |`;
        }),
      ].join("\n"),
    }));
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error("Gamelan is not built: npm run build, then again");
    process.exit(2);
  }
}

/** What is known of models as they are trained now: a picture with its caption and figures, in Markdown. */
async function recordedPictures() {
  const { models } = await import("../reproduce/models.js");
  const { tasksOf } = await import("../reproduce/conduct.js");
  const { Records } = await import("../reproduce/records.js");
  const { figure, valuesOf } = await import("../reproduce/figures.js");
  const tasks = tasksOf(models.trials({ quick: false }), 1, "");
  const records = await Records.open(join(root, "reproduce", "records"), "models");
  const pictures = new Map(
    records.pictures(new Set(tasks.map(({ key }) => key))).map(({ file, caption }) => [file, caption]),
  );
  const found = tasks.flatMap(({ trial, key }) => {
    const file = `models-${trial.name}.png`;
    const caption = pictures.get(file);
    if (caption === undefined) return [];
    const results = records.of(trial.name, key);
    const { columns } = models.tables[0] ?? { columns: [] };
    const figures = columns.flatMap((column) => {
      const values = valuesOf(results, column.measure);
      return values.length === 0 || column.measure === "seconds"
        ? []
        : [`${column.title} ${figure(values, column)}`];
    });
    const [what = ""] = caption.split(", after");
    const told =
      figures.length === 0
        ? ""
        : ` ${figures.join(", ")} ([every model at this budget](../results/models.md)).`;
    return [[trial.name, `![${what}](../pictures/${file})\n\n${caption}.${told}`]];
  });
  await records.close();
  return new Map(found);
}

const models = await load();
const checking = process.argv.includes("--check");
const wrong = [];
for (const model of models) {
  const path = join(pages, `${model.name}.md`);
  let page = "";
  try {
    page = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  } catch {
    wrong.push(`docs/models/${model.name}.md is missing`);
    continue;
  }
  if (!options.place.test(page)) {
    wrong.push(`docs/models/${model.name}.md has no place for the table of options, between two comments`);
    continue;
  }
  let next = page.replace(options.place, () => options.around(model.options));
  const shown = model.picture ?? "";
  if (picture.place.test(next)) next = next.replace(picture.place, () => picture.around(shown));
  else if (shown !== "")
    next = next.replace("## The game", (heading) => `${picture.around(shown)}\n\n${heading}`);
  if (next === page) continue;
  if (checking) wrong.push(`docs/models/${model.name}.md is out of date`);
  else writeFileSync(path, next);
}
const names = models.map(({ name }) => `${name}.md`);
for (const file of readdirSync(pages))
  if (file.endsWith(".md") && file !== "README.md" && !names.includes(file))
    wrong.push(`docs/models/${file} is about no model of the catalogue`);

for (const line of wrong) console.error(line);
if (wrong.length > 0) {
  if (checking) console.error("npm run build && node scripts/model-pages.js writes them");
  process.exitCode = 1;
}
