/**
 * The page of step times over commits, made of bench/history.jsonl:
 *
 *   node bench/history.js
 *
 * Writes docs/results/speed-history.md and, where there are two commits or more, a picture of each of its two figures.
 */
import { rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { lineChart } from "../dist/pictures/line-chart.js";
import { readHistory } from "./record.js";

/** @typedef {import("./record.js").HistoryLine} HistoryLine */

const page = fileURLToPath(new URL("../docs/results/speed-history.md", import.meta.url));
const pictures = fileURLToPath(new URL("../docs/pictures/", import.meta.url));

/** @type {readonly { title: string, axis: string, file: string, of: (line: HistoryLine) => number | null | undefined, text: (value: number) => string }[]} */
const figures = [
  {
    title: "PyTorch's time over Gamelan's",
    axis: "PyTorch's time / Gamelan's",
    file: "speed-history-torch.png",
    of: ({ engines }) => engines.torch?.ratio,
    text: (value) => value.toFixed(2),
  },
  {
    title: "Part of the machine's peak",
    axis: "part of the machine's peak",
    file: "speed-history-peak.png",
    of: ({ of_peak }) => of_peak,
    text: (value) => `${(100 * value).toFixed(0)} %`,
  },
];

/**
 * @param {readonly string[]} heading
 * @param {readonly (readonly string[])[]} rows
 */
const markdown = (heading, rows) =>
  [heading, heading.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Each once, in the order of their first. @param {readonly string[]} values */
const distinct = (values) => [...new Set(values)];

/** The lines of one machine. @param {readonly HistoryLine[]} lines */
async function section(lines, /** @type {string} */ machine, /** @type {number} */ index) {
  const commits = distinct(lines.map(({ commit }) => commit));
  const names = distinct(lines.map(({ workload }) => workload));
  const last = (/** @type {string} */ commit, /** @type {string} */ workload) =>
    lines.findLast((line) => line.commit === commit && line.workload === workload);
  const parts = [`## ${machine}`];
  for (const { title, axis, file, of, text } of figures) {
    const value = (/** @type {string} */ commit, /** @type {string} */ workload) => {
      const line = last(commit, workload);
      return (line && of(line)) ?? undefined;
    };
    const measured = commits.filter((commit) => names.some((each) => value(commit, each) !== undefined));
    if (measured.length === 0) continue;
    const rows = measured.map((commit) => [
      `${commit}, ${lines.find((line) => line.commit === commit)?.date}`,
      ...names.map((name) => {
        const found = value(commit, name);
        return found === undefined ? "" : text(found);
      }),
    ]);
    parts.push(`### ${title}`, markdown(["commit", ...names], rows));
    const name = index === 0 ? file : file.replace(".png", `-${index + 1}.png`);
    await rm(`${pictures}${name}`, { force: true });
    if (measured.length < 2) continue;
    const { png } = await lineChart({
      title: `${title}, ${machine}`,
      xLabel: "recorded commit",
      yLabel: axis,
      scale: "linear",
      smoothing: 1,
      series: names.map((each) => ({
        name: each,
        x: measured.map((_, place) => place + 1),
        y: measured.map((commit) => value(commit, each) ?? Number.NaN),
      })),
    });
    await writeFile(`${pictures}${name}`, png);
    parts.push(`![${title}, over the commits recorded](../pictures/${name})`);
  }
  return parts.join("\n\n");
}

const lines = await readHistory();
const machineOf = (/** @type {HistoryLine} */ { processor, cores, threads }) =>
  `${processor}, ${cores} ${cores === 1 ? "core" : "cores"}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
const sections = [];
for (const [index, machine] of distinct(lines.map(machineOf)).entries())
  sections.push(
    await section(
      lines.filter((line) => machineOf(line) === machine),
      machine,
      index,
    ),
  );
const intro = `# Speed over time

Ratios of step times, commit by commit, on the workloads of [bench/README.md](../../bench/README.md). "PyTorch's time over Gamelan's" is 1.3 where PyTorch takes 1.3 times as long, of the medians of alternating rounds. "Part of the machine's peak" is the arithmetic of a step's products, divided by what a matrix product of 2048 × 2048 reached in the same minutes on as many threads; what is left of it goes to passes over memory, to small products and to convolutions. A commit with a "+" had changes that were not committed.

Made by \`node bench/history.js\` from [bench/history.jsonl](../../bench/history.jsonl), to which \`npm run bench -- --record\` adds; that also has milliseconds and versions. A commit recorded twice shows its last measurement.`;
await writeFile(page, `${[intro, ...sections].join("\n\n")}\n`);
console.log(`${lines.length} lines: ${page}`);
