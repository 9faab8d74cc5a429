// A table from file to file: trained on, and everything made of it in its own columns.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { open } from "../training/open.ts";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });
const lines = async (name: string) => (await readFile(join(directory, name), "utf8")).trimEnd().split("\n");
const SHORT = "--threads 1 --set batch=16 --quiet";

/** Height in centimetres, weight in kilogrammes, colour of the coat; the small are cats, the large dogs. */
const animals = Array.from({ length: 120 }, (_, row) => {
  const dog = row % 3 === 0;
  const height = (dog ? 60 : 25) + (row % 7);
  const weight = row % 10 === 4 ? "" : ((dog ? 30 : 4) + (row % 5) / 2).toFixed(1);
  return [`#${row}`, height, weight, dog ? "brown" : row % 2 === 0 ? "black" : "white", dog ? "dog" : "cat"];
});
const HEADER = "name,height,weight,coat,class";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-tables-"));
  await writeFile(
    join(directory, "animals.csv"),
    [HEADER, ...animals.map((row) => row.join(","))].join("\n"),
  );
  for (const line of [
    `autoencoder --data animals.csv --set latent=2 --set widths=16 --rounds 300 --out runs/all`,
    `autoencoder --data animals.csv --normal cat --set latent=1 --set widths=16 --rounds 150 --out runs/cats`,
    `conditional-gan --data animals.csv --rounds 2 --out runs/kinds`,
  ])
    expect(await run(`train ${line} ${SHORT}`)).toMatchObject({ status: 0 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("what to do next is something that a table can be put to", async () => {
  const line = "train vae --data animals.csv --set latent=2 --set widths=8 --rounds 2 --out runs/next";
  const { stdout } = await run(`${line} --threads 1 --set batch=16`);
  const [, next = ""] = /next: gamelan (.*)\n/.exec(stdout)!;
  expect(next).toContain("--out generated.npy");
  expect(await run(next)).toMatchObject({ status: 0 });
});

test("data tells the columns", async () => {
  const { stdout } = await run("data animals.csv");
  expect(stdout).toContain("animals.csv: rows of 3 columns, as vectors of 7\n");
  expect(stdout).toMatch(/^ {2}height +numeric +25 to 66, mean [\d.]+, σ [\d.]+$/m);
  expect(stdout).toMatch(/^ {2}weight +numeric .*; \d+\.\d % missing$/m);
  expect(stdout).toMatch(/^ {2}coat +categorical +\w+ \(\d+\), \w+ \(\d+\), \w+ \(\d+\)$/m);
  expect(stdout).toMatch(/^ {2}class +label$/m);
  expect(stdout).toMatch(/^ {2}name +left out +names the rows$/m);
  const { table } = lastJson(await run("data animals.csv:ignore=coat --json")) as {
    table: { columns: { name: string }[] };
  };
  expect(table.columns.map(({ name }) => name)).toEqual(["height", "weight"]);
});

describe("of a trained run", () => {
  test("generate writes rows in the table's columns, units and digits", async () => {
    expect((await run("generate all --count 20")).stdout).toBe("20 examples, seed 0: all-generated.csv\n");
    const rows = await lines("all-generated.csv");
    expect(rows[0]).toBe("height,weight,coat");
    expect(rows).toHaveLength(21);
    for (const row of rows.slice(1))
      expect(row).toMatch(/^-?\d+,(-?\d+(\.\d)?)?,(brown|black|white|\(other\))$/);
    const { stderr } = await run("generate all --out animals.png");
    expect(stderr).toBe('gamelan: --out cannot be "animals.png"; here it takes FILE.csv or FILE.npy\n');
  });

  test("a model that knows classes says which each row is of", async () => {
    await run("generate kinds --count 4");
    expect((await lines("kinds-generated.csv")).map((row) => row.split(",").at(-1))).toEqual([
      "class",
      "cat",
      "dog",
      "cat",
      "dog",
    ]);
    await run("generate kinds --count 2 --label dog --out dogs.csv");
    expect((await lines("dogs.csv")).map((row) => row.split(",").at(-1))).toEqual(["class", "dog", "dog"]);
  });

  test("reconstruct gives back about the rows it was given", async () => {
    await run("reconstruct all --split train --count 30 --out back.csv");
    const rows = await lines("back.csv");
    expect(rows[0]).toBe("height,weight,coat,class");
    for (const row of rows.slice(1)) {
      const [height, , coat, kind] = row.split(",");
      expect(Number(height) > 45).toBe(kind === "dog");
      expect(coat === "brown").toBe(kind === "dog");
    }
  });

  test("embed and detect take another table, as the run's schema reads it", async () => {
    const others = ["coat,weight,height", "black,4.5,27", "brown,31,64", "green,,900"];
    await writeFile(join(directory, "others.csv"), others.join("\n"));
    expect((await run("embed all --input others.csv --out codes.csv")).stdout).toBe(
      "codes of 3 examples of others.csv, each of 2: codes.csv\n",
    );
    const found = lastJson(await run("detect all --input others.csv --json")) as {
      strongest: { example: number }[];
    };
    expect(found.strongest[0]!.example).toBe(2);
    expect((await run("detect all --input ring")).stderr).toBe(
      "gamelan: ring is no table, and the run was trained on one; give a table with its columns\n",
    );
    await writeFile(join(directory, "less.csv"), "coat,height\nblack,3\nbrown,4\n");
    expect((await run("detect all --input less.csv")).stderr).toBe(
      'gamelan: less.csv has no column "weight"; it has coat, height\n',
    );
  });

  test("--normal trains on one class, and the others are strange", async () => {
    const model = await open(join(directory, "runs", "cats"), { threads: 1 });
    const here = process.cwd();
    process.chdir(directory);
    const data = await model.data().finally(() => process.chdir(here));
    await model.close();
    expect(new Set([...data.train.labels!, ...data.validation.labels!])).toEqual(new Set([0]));
    expect(data.test.labels!.reduce((sum, label) => sum + label, 0)).toBe(40);
    const { strongest } = lastJson(await run("detect cats --top 40 --json")) as {
      strongest: { label: string }[];
    };
    expect(strongest.every(({ label }) => label === "dog")).toBe(true);
  });

  test("opens and encodes without the data", async () => {
    await rm(join(directory, "animals.csv"));
    expect((await run("detect all")).stderr).toMatch(
      /^gamelan: the data of \S+ are missing: it was trained on animals\.csv, and there is no such file or folder in \S+; bring them back, or run this in the folder that they were in\n$/,
    );
    expect((await run("detect all --input others.csv --out alone.csv")).status).toBe(0);
    expect((await run("generate kinds --count 2 --label cat --out cats.csv")).status).toBe(0);
    const { encodeRows, decodeRows } = await import("../index.ts");
    const model = await open(join(directory, "runs", "all"), { threads: 1 });
    const examples = encodeRows(model.table!, [{ height: 27, weight: 4.5, coat: "black" }]);
    expect(decodeRows(model.table!, examples)).toEqual([[27, 4.5, "black"]]);
    const { data, shape } = await model.reconstruct(examples);
    expect(shape).toEqual([1, 7]);
    expect(decodeRows(model.table!, data)[0]![2]).toBe("black");
    await model.close();
  });
});
