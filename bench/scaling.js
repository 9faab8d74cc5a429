/**
 * What a round costs as batch, width, images and code grow, in Gamelan and in PyTorch:
 *
 *   node bench/scaling.js [SWEEP ...] [--threads N] [--rounds N] [--time wall|processor] [--draw]
 *
 * Each point is measured by a process of its own, Gamelan's and PyTorch's in turn, never two at once. Writes
 * docs/results/scaling.md with a picture of each sweep, and bench/scaling.json with the numbers; a sweep that is not
 * named keeps the numbers it had.
 */
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { logAxis } from "../dist/pictures/axis.js";
import { colourOf, drawMark, framed, rasterise, round } from "../dist/pictures/chart.js";
import { runChild } from "./child.js";
import { gamelanMissing, python, torchMissing } from "./engines.js";
import { jsonObjects } from "./lines.js";
import { median } from "./statistics.js";
import { count, readArguments, runProgram, UsageError } from "./usage.js";

/** @typedef {{ engine: string, wall_ms: number, processor_ms: number, memory: number }} Point */
/** @typedef {{ value: number, gamelan: Point, torch: Point }} Row */
/** @typedef {{ processor: string, threads: number, date: string, rounds: number, time: "wall" | "processor", rows: Row[] }} Measured */

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));
const dense = { kind: "autoencoder", widths: [128, 64], latent: 32, batch: 256, size: 28 };
const convolutional = { kind: "dcgan", filters: 16, latent: 64, batch: 32, size: 32 };

const sweeps = [
  {
    name: "batch",
    title: "Batch, dense autoencoder 784-128-64-32",
    axis: "examples in a batch",
    values: [16, 32, 64, 128, 256, 512, 1024, 2048],
    of: (/** @type {number} */ batch) => ({ ...dense, batch }),
  },
  {
    name: "batch-convolutional",
    title: "Batch, DCGAN of 16 filters on 32×32",
    axis: "examples in a batch",
    values: [8, 16, 32, 64, 128, 256],
    of: (/** @type {number} */ batch) => ({ ...convolutional, batch }),
  },
  {
    name: "width",
    title: "Width, dense autoencoder, batches of 128",
    axis: "units of the first layer; the second has half as many",
    values: [64, 128, 256, 512, 1024, 2048, 4096],
    of: (/** @type {number} */ width) => ({ ...dense, widths: [width, width / 2], batch: 128 }),
  },
  {
    name: "filters",
    title: "Width, DCGAN on 32×32, batches of 32",
    axis: "filters of the first convolution",
    values: [4, 8, 16, 32, 64, 128],
    of: (/** @type {number} */ filters) => ({ ...convolutional, filters }),
  },
  {
    name: "image-size",
    title: "Images, DCGAN of 16 filters, batches of 16",
    axis: "pixels of height and width",
    values: [8, 16, 32, 64, 128],
    of: (/** @type {number} */ size) => ({ ...convolutional, size, batch: 16 }),
  },
  {
    name: "latent",
    title: "Code, dense autoencoder 784-512-256, batches of 128",
    axis: "numbers of a code",
    values: [2, 8, 32, 128, 512, 2048],
    of: (/** @type {number} */ latent) => ({ ...dense, widths: [512, 256], latent, batch: 128 }),
  },
];

/** @param {import("./child.js").Outcome} outcome @returns {Point} */
function pointOf({ output, failure }) {
  if (failure !== undefined) throw new Error(failure);
  return /** @type {Point} */ (/** @type {unknown} */ (jsonObjects(output).at(-1)));
}

/**
 * @param {typeof sweeps[number]} sweep
 * @param {{ threads: number, rounds: number }} how
 * @returns {Promise<Row[]>}
 */
async function measured({ name, values, of }, { threads, rounds }) {
  const rows = [];
  for (const value of values) {
    const spec = JSON.stringify(of(value));
    const more = ["--threads", `${threads}`];
    const engines = {
      gamelan: () => runChild(process.execPath, [path("./scaling-child.js"), spec, ...more]),
      torch: () => runChild(python(), [path("./peers/torch_scaling.py"), spec, ...more]),
    };
    /** @type {{ gamelan: Point[], torch: Point[] }} */
    const points = { gamelan: [], torch: [] };
    for (let round = 0; round < rounds; round++) {
      points.gamelan.push(pointOf(await engines.gamelan()));
      points.torch.push(pointOf(await engines.torch()));
    }
    const middle = (/** @type {Point[]} */ all) => ({
      engine: all[0]?.engine ?? "",
      wall_ms: median(all.map(({ wall_ms }) => wall_ms)),
      processor_ms: median(all.map(({ processor_ms }) => processor_ms)),
      memory: median(all.map(({ memory }) => memory)),
    });
    const row = { value, gamelan: middle(points.gamelan), torch: middle(points.torch) };
    console.error(
      `${name} ${value}: ${digits(row.gamelan.wall_ms)} ms (${digits(row.gamelan.processor_ms)} of the processor), PyTorch ${digits(row.torch.wall_ms)} (${digits(row.torch.processor_ms)})`,
    );
    rows.push(row);
  }
  return rows;
}

const engines = /** @type {const} */ ([
  { key: "gamelan", title: "Gamelan", mark: "dot" },
  { key: "torch", title: "PyTorch", mark: "triangle" },
]);
/** @typedef {"wall" | "processor"} Time */
const timeOf = (/** @type {Point} */ point, /** @type {Time} */ time) =>
  time === "wall" ? point.wall_ms : point.processor_ms;
const HOW = {
  wall: "By the clock.",
  processor:
    "The machine was busy: time is that of the processor, which counts nothing but the process itself.",
};
const timeName = { wall: "milliseconds of a round", processor: "processor milliseconds of a round" };
const [WIDTH, HEIGHT] = [480, 380];

/** Time and memory side by side. @param {typeof sweeps[number]} sweep */
function picture({ title, axis }, /** @type {Measured} */ { rows, time }) {
  const figures = [
    { label: timeName[time], of: (/** @type {Point} */ point) => timeOf(point, time) },
    { label: "MiB of memory", of: (/** @type {Point} */ point) => point.memory / 2 ** 20 },
  ];
  const panels = figures.map(({ label, of }, index) => {
    const values = rows.flatMap((row) => engines.map(({ key }) => of(row[key]))).filter((value) => value > 0);
    const places = rows.map(({ value }) => value);
    const range = (/** @type {number[]} */ numbers) =>
      /** @type {[number, number]} */ ([Math.min(...numbers) / 1.15, Math.max(...numbers) * 1.15]);
    const svg = framed({
      ...{ width: WIDTH, height: HEIGHT, id: `plot${index}` },
      title: index === 0 ? title : "",
      xLabel: `${axis} (log scale)`,
      yLabel: `${label} (log scale)`,
      legend:
        index === 0
          ? []
          : engines.map(({ title, mark }, series) => ({ name: title, colour: colourOf(series), mark })),
      axes: (_plotWidth, plotHeight) => ({
        x: {
          ...logAxis(...range(places), 6),
          ticks: places.map((value) => ({ value, text: `${value}` })),
        },
        y: logAxis(...range(values), Math.max(2, Math.floor(plotHeight / 55))),
      }),
      draw: (place) =>
        engines
          .map(({ key, mark }, series) => {
            const points = rows
              .filter((row) => of(row[key]) > 0)
              .map((row) => [round(place.x(row.value)), round(place.y(of(row[key])))]);
            const colour = colourOf(series);
            return (
              `<path d="M${points.map((point) => point.join(" ")).join("L")}" stroke="${colour}" stroke-width="2" fill="none"/>` +
              points.map(([x = 0, y = 0]) => drawMark(mark, x, y, { radius: 4, colour, line: 2 })).join("")
            );
          })
          .join("\n"),
    });
    return `<g transform="translate(${index * WIDTH} 0)">${svg}</g>`;
  });
  return rasterise(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * WIDTH}" height="${HEIGHT}" viewBox="0 0 ${2 * WIDTH} ${HEIGHT}">` +
      `<rect width="${2 * WIDTH}" height="${HEIGHT}" fill="#ffffff"/>${panels.join("")}</svg>`,
  );
}

const digits = (/** @type {number} */ value) =>
  value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3);

/** Of neighbouring points, the largest power of the size with which time grows. */
function steepest(/** @type {Measured} */ { rows, time }, /** @type {"gamelan" | "torch"} */ key) {
  const powers = rows.slice(1).map((row, index) => {
    const before = rows[index] ?? row;
    return Math.log(timeOf(row[key], time) / timeOf(before[key], time)) / Math.log(row.value / before.value);
  });
  return Math.max(...powers);
}

async function main() {
  const { values, positionals } = readArguments({
    allowPositionals: true,
    options: {
      threads: { type: "string", default: `${Math.min(2, availableParallelism())}` },
      rounds: { type: "string", default: "3" },
      time: { type: "string", default: "wall" },
      draw: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !sweeps.some((sweep) => sweep.name === name));
  if (unknown !== undefined)
    throw new UsageError(`no sweep "${unknown}"; there are ${sweeps.map(({ name }) => name).join(", ")}`);
  const [threads, rounds] = [count("threads", values.threads), count("rounds", values.rounds)];
  const time = values.time === "wall" || values.time === "processor" ? values.time : undefined;
  if (time === undefined) throw new UsageError(`--time is wall or processor, not "${values.time}"`);
  const missing = values.draw ? undefined : ((await gamelanMissing()) ?? (await torchMissing()));
  if (missing !== undefined) throw new UsageError(missing);
  const file = path("./scaling.json");
  /** @type {Record<string, Measured>} */
  const known = JSON.parse(await readFile(file, "utf8").catch(() => "{}"));
  const chosen = values.draw
    ? []
    : sweeps.filter(({ name }) => !positionals.length || positionals.includes(name));
  for (const sweep of chosen) {
    known[sweep.name] = {
      processor: cpus()[0]?.model.trim() ?? "unknown processor",
      ...{ threads, rounds, time, date: new Date().toISOString().slice(0, 10) },
      rows: await measured(sweep, { threads, rounds }),
    };
    await writeFile(file, `${JSON.stringify(known, null, 1)}\n`);
  }

  const parts = [await readFile(path("./scaling-page.md"), "utf8").then((text) => text.trim())];
  for (const sweep of sweeps) {
    const found = known[sweep.name];
    if (found === undefined) continue;
    const { processor, threads, rounds, date, rows, time } = found;
    const name = `scaling-${sweep.name}.png`;
    await writeFile(path(`../docs/pictures/${name}`), await picture(sweep, found));
    const cells = rows.map(({ value, gamelan, torch }) => [
      `${value}`,
      digits(timeOf(gamelan, time)),
      digits(timeOf(torch, time)),
      (timeOf(torch, time) / timeOf(gamelan, time)).toFixed(2),
      digits(gamelan.memory / 2 ** 20),
      digits(torch.memory / 2 ** 20),
    ]);
    const heading = [
      sweep.axis,
      "Gamelan, ms",
      "PyTorch, ms",
      "PyTorch / Gamelan",
      "Gamelan, MiB",
      "PyTorch, MiB",
    ];
    parts.push(
      `## ${sweep.title}`,
      `![Time and memory of a round over ${sweep.axis}](../pictures/${name})`,
      [heading, heading.map(() => "---"), ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n"),
      `Between neighbours time grows at most as the power ${steepest(found, "gamelan").toFixed(2)} of the size (PyTorch ${steepest(found, "torch").toFixed(2)}). ${HOW[time]} ${processor}, ${threads} ${threads === 1 ? "thread" : "threads"}, ${date}, ${rounds === 1 ? "one process each" : `medians of ${rounds} alternating rounds`}.`,
    );
  }
  await writeFile(path("../docs/results/scaling.md"), `${parts.join("\n\n")}\n`);
  return 0;
}

await runProgram(main, "node bench/scaling.js [SWEEP ...] [--threads N] [--rounds N]");
