// The folder `explorer` of a run: all that the page needs to explore it, so that nothing is asked of the server any
// more once these files are fetched, and any web host can give them out.
//
//   map.json       what there is (contract.ts)
//   ROLE.onnx      the networks, of the run's last checkpoint
//   codes.f32      the codes of some examples
//   examples.png   these examples, or examples.f32 where they are vectors
//
// It is made when first asked for, and made anew when the run has trained on since.

import { readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { loadDataset, type Split } from "../../data/index.ts";
import { takeRows } from "../../data/splits.ts";
import { UserError } from "../../errors.ts";
import { gridOf } from "../../pictures/grid.ts";
import { encodePng } from "../../pictures/png.ts";
import { randomStream } from "../../random/index.ts";
import { encodeSplit } from "../../tasks/latent-space.ts";
import { sizeOf } from "../../tensor/index.ts";
import { makeFolder, writeFileAtomic } from "../../training/atomic-file.ts";
import { listCheckpoints } from "../../training/checkpoint.ts";
import { type OpenRun, open } from "../../training/open.ts";
import { exampleValues } from "../../training/samples.ts";
import {
  EXPLORER_FORMAT,
  type ExplorerExamples,
  type ExplorerMap,
  type ExplorerNetwork,
  type ExplorerRole,
  type ExplorerScore,
  type ExplorerSpace,
  explorerRoles,
} from "./contract.ts";
import { explorerSpaces } from "./spaces.ts";

/** The folder of a run that it is. */
export const EXPLORER = "explorer";
/** Examples of a map, at most, and the numbers of all of them together. */
const MOST_EXAMPLES = 1000;
const MOST_VALUES = 2 ** 22;

const beingMade = new Map<string, Promise<ExplorerMap>>();

/**
 * Makes the explorer of a run, unless it is there already and of the last checkpoint.
 *
 * @throws UserError where the run cannot be opened, or has no checkpoint yet
 * @example
 * const { roles } = await prepareExplorer("runs/vae-mnist-1"); // files in runs/vae-mnist-1/explorer
 */
export async function prepareExplorer(path: string): Promise<ExplorerMap> {
  const there = beingMade.get(path);
  if (there !== undefined) return there;
  const made = (async () => (await ready(path)) ?? (await make(path)))();
  beingMade.set(path, made);
  try {
    return await made;
  } finally {
    beingMade.delete(path);
  }
}

/** What is there already; undefined where it is of another round, or not whole. */
async function ready(path: string): Promise<ExplorerMap | undefined> {
  const folder = join(path, EXPLORER);
  const text = await readFile(join(folder, "map.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const map = JSON.parse(text) as ExplorerMap;
    if (map.format !== EXPLORER_FORMAT) return undefined;
    if ((await newestCheckpoint(path)) !== map.newest) return undefined;
    for (const { file, bytes } of Object.values(map.roles))
      if ((await stat(join(folder, file))).size !== bytes) return undefined;
    return map;
  } catch {
    return undefined;
  }
}

const newestCheckpoint = async (path: string): Promise<number> =>
  (await listCheckpoints(path)).at(-1)?.round ?? 0;

async function make(path: string): Promise<ExplorerMap> {
  const newest = await newestCheckpoint(path);
  const run = await open(path);
  try {
    const folder = join(path, EXPLORER);
    await makeFolder(folder);
    const { description } = run;
    const { specification } = description.data.examples;
    const { found, note } = await examplesOf(run);
    const values = found && exampleValues(found.split, run.shape, found.split.count);
    const encoded =
      found !== undefined && run.roles.includes("encode") ? await encodeSplit(run, found.split) : undefined;
    const spaces = await explorerSpaces(run, encoded);
    if (encoded !== undefined) await writeFloats(join(folder, "codes.f32"), encoded.codes);
    const map: ExplorerMap = {
      format: EXPLORER_FORMAT,
      run: basename(path),
      model: description.model,
      data: description.data.source,
      round: run.round,
      newest,
      kind: specification.kind,
      shape: run.shape,
      ...(run.targetShape === undefined ? {} : { targetShape: run.targetShape }),
      ...(run.table === undefined ? {} : { table: run.table }),
      roles: await writeNetworks(run, folder, rolesFor(run, spaces)),
      spaces: spaces.map((space) => (space.name === "codes" ? { ...space, codes: "codes.f32" } : space)),
      ...(found === undefined ? {} : { examples: await writeExamples(folder, found, run.shape, values!) }),
      scores: values === undefined ? {} : await scoresOf(run, values),
      ...(note === undefined ? {} : { note }),
    };
    await writeFileAtomic(join(folder, "map.json"), JSON.stringify(map));
    return map;
  } finally {
    await run.close();
  }
}

interface FoundExamples {
  readonly split: Split;
  readonly classes?: readonly string[];
}

/** Examples in no order, of the test split where there is one. */
async function examplesOf(run: OpenRun): Promise<{ found?: FoundExamples; note?: string }> {
  const { source, options, table } = run.description.data;
  const how = { seed: run.description.seed, ...options, ...(table === undefined ? {} : { table }) };
  try {
    // One split at a time, as the training examples are many.
    for (const name of ["test", "validation", "train"] as const) {
      const { [name]: split, classes } = await loadDataset(source, { ...how, splits: [name] });
      if (split.count === 0) continue;
      const size = sizeOf(run.shape);
      const count = Math.min(split.count, MOST_EXAMPLES, Math.max(16, Math.floor(MOST_VALUES / size)));
      const rows = randomStream(0, "explore").permutation(0, split.count).subarray(0, count);
      return { found: { split: takeRows(split, rows, size), ...(classes === undefined ? {} : { classes }) } };
    }
    return {};
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { note: `without the run's data there are no examples: ${error.message}` };
  }
}

/** Roles that the page asks: those that make examples, and those that judge pictures. */
const rolesFor = (run: OpenRun, spaces: readonly ExplorerSpace[]): ExplorerRole[] =>
  explorerRoles.filter(
    (role) =>
      run.roles.includes(role) &&
      (makers.has(role)
        ? spaces.some((space) => space.role === role)
        : run.shape.length === 3 && (role !== "encode" || spaces.some(({ name }) => name === "codes"))),
  );
const makers: ReadonlySet<ExplorerRole> = new Set(["decode", "vary", "generate"]);

async function writeNetworks(
  run: OpenRun,
  folder: string,
  roles: readonly ExplorerRole[],
): Promise<ExplorerMap["roles"]> {
  const needed = new Set(roles.map((role) => `${role}.onnx`));
  for (const file of await run.exportModels(folder)) if (!needed.has(basename(file))) await rm(file);
  const networks: Partial<Record<ExplorerRole, ExplorerNetwork>> = {};
  for (const role of roles) {
    const file = `${role}.onnx`;
    networks[role] = {
      file,
      bytes: (await stat(join(folder, file))).size,
      inputs: run.inputs(role)!.map(({ name, shape, dtype = "float32" }) => ({ name, shape, dtype })),
    };
  }
  return networks;
}

async function writeExamples(
  folder: string,
  { split, classes }: FoundExamples,
  shape: readonly number[],
  values: Float32Array,
): Promise<ExplorerExamples> {
  const { count, labels } = split;
  const known = {
    count,
    ...(labels === undefined ? {} : { labels: Array.from(labels) }),
    ...(classes === undefined ? {} : { classes }),
  };
  if (shape.length === 3 && (shape[0] === 1 || shape[0] === 3)) {
    const columns = Math.ceil(Math.sqrt(count));
    const picture = gridOf({ shape: [count, ...shape], data: values }, { columns, padding: 0 });
    await writeFileAtomic(join(folder, "examples.png"), encodePng(picture));
    return { ...known, pictures: { file: "examples.png", count, columns } };
  }
  await writeFloats(join(folder, "examples.f32"), values);
  return { ...known, values: "examples.f32" };
}

/** What the examples score, as values from the least to the most. */
async function scoresOf(run: OpenRun, values: Float32Array): Promise<ExplorerMap["scores"]> {
  const scores: Partial<Record<ExplorerScore, readonly number[]>> = {};
  if (run.roles.includes("reconstruct"))
    scores.error = percentiles((await run.anomaly(values, { score: "reconstruction" })).data);
  if (run.roles.includes("realness")) scores.realness = percentiles((await run.realness(values)).data);
  if (run.roles.includes("anomaly"))
    scores.anomaly = percentiles((await run.anomaly(values, { score: "anomaly" })).data);
  return scores;
}

function percentiles(values: Float32Array): number[] {
  const sorted = Float32Array.from(values).sort();
  return Array.from({ length: 101 }, (_, index) => sorted[Math.round((index / 100) * (sorted.length - 1))]!);
}

/** Float32, little-endian on every machine. */
async function writeFloats(path: string, values: Float32Array): Promise<void> {
  const bytes = new DataView(new ArrayBuffer(4 * values.length));
  for (const [index, value] of values.entries()) bytes.setFloat32(4 * index, value, true);
  await writeFileAtomic(path, new Uint8Array(bytes.buffer));
}
