/**
 * Keeps the tables of options in docs/models/ as the models' schemas have them: `npm run build`, then
 * `node scripts/model-options.js` writes them, and with `--check` only tells which pages are out of date (exit 1).
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const pages = fileURLToPath(new URL("../docs/models/", import.meta.url));
const table = /<!-- options: written by scripts\/model-options\.js -->\n.*?<!-- end of options -->/s;

/** @param {string} text */
const cell = (text) => text.replaceAll("|", "\\|");

async function loadModels() {
  try {
    const { catalogue } = await import("../dist/models/catalogue.js");
    const { describeOptions, formatOption } = await import("../dist/models/settings.js");
    return catalogue.map((model) => ({
      name: model.name,
      rows: describeOptions(model).map(({ name, default: value, allowed, description }) => {
        const standard = value === undefined ? "" : `\`${formatOption(value)}\``;
        return `| \`${name}\` | ${standard} | ${cell(allowed)} | ${cell(description)} |`;
      }),
    }));
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error("Gamelan is not built: npm run build, then again");
    process.exit(2);
  }
}

const models = await loadModels();
const checking = process.argv.includes("--check");
const wrong = [];
for (const { name, rows } of models) {
  const path = join(pages, `${name}.md`);
  let page = "";
  try {
    page = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  } catch {
    wrong.push(`docs/models/${name}.md is missing`);
    continue;
  }
  if (!table.test(page)) {
    wrong.push(`docs/models/${name}.md has no place for the table, between two comments`);
    continue;
  }
  const written = [
    "<!-- options: written by scripts/model-options.js -->",
    "",
    "| option | default | allowed | what it does |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "<!-- end of options -->",
  ].join("\n");
  const next = page.replace(table, () => written);
  if (next === page) continue;
  if (checking) wrong.push(`docs/models/${name}.md is out of date`);
  else writeFileSync(path, next);
}
const names = models.map(({ name }) => `${name}.md`);
for (const file of readdirSync(pages))
  if (file.endsWith(".md") && file !== "README.md" && !names.includes(file))
    wrong.push(`docs/models/${file} is about no model of the catalogue`);

for (const line of wrong) console.error(line);
if (wrong.length > 0) {
  if (checking) console.error("npm run build && node scripts/model-options.js writes the tables");
  process.exitCode = 1;
}
