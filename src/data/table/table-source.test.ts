import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LoadOptions } from "../dataset.ts";
import { loadDataset } from "../load.ts";
import { writeNpy } from "../npy.ts";
import { decodeRows, encodeRows } from "./encode.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-tables-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Loads a table of this text; all of it is trained on unless told. */
async function load(
  text: string | Uint8Array,
  { name = "t.csv", settings = "", ...how }: Partial<LoadOptions> & { name?: string; settings?: string } = {},
) {
  const path = join(directory, name);
  await writeFile(path, text);
  return loadDataset(`${path}${settings}`, { seed: 0, test: 0, validation: 0, ...how });
}
const refusal = async (...given: Parameters<typeof load>): Promise<string> => {
  const error: unknown = await load(...given).catch((reason: unknown) => reason);
  if (!(error instanceof Error) || error.name !== "UserError") throw error;
  return error.message.replaceAll(join(directory, "t.csv"), "FILE");
};
const kindsOf = ({ table }: Awaited<ReturnType<typeof load>>) => [
  ...table!.columns.map(({ name, kind }) => `${name} ${kind}`),
  ...table!.ignored.map(({ name, reason }) => `${name} ${reason}`),
];

const PEOPLE = `id,age,job,pay,class,site,note
7,20,clerk,1.5,low,A,
9,30,cook,NA,high,A,
4,40,clerk,2.5,low,A,
2,50,?,3.5,low,A,
`;

describe("a table", () => {
  test("becomes vectors of what its columns hold", async () => {
    const data = await load(PEOPLE);
    expect(kindsOf(data)).toEqual([
      "age numeric",
      "job categorical",
      "pay numeric",
      "id names the rows",
      "site always the same",
      "note empty",
    ]);
    expect(data).toMatchObject({ kind: "vector", shape: [1 + 4 + 2], classes: ["high", "low"] });
    expect([...data.train.labels!]).toEqual([1, 0, 1, 1]);
    const [ageOf20, payOf1] = [-15 / Math.sqrt(125), -1 / Math.sqrt(2 / 3)];
    expect(Array.from(data.train.values.subarray(0, 14), (value) => value.toFixed(5))).toEqual(
      [ageOf20, 1, 0, 0, 0, payOf1, 0, ageOf20 / 3, 0, 1, 0, 0, 0, 1].map((value) => value.toFixed(5)),
    );
    expect(decodeRows(data.table!, data.train.values as Float32Array)).toEqual([
      [20, "clerk", 1.5],
      [30, "cook", null],
      [40, "clerk", 2.5],
      [50, null, 3.5],
    ]);
    expect(data.table!.columns[2]).toEqual({
      kind: "numeric",
      name: "pay",
      mean: 2.5,
      deviation: expect.closeTo(Math.sqrt(2 / 3), 9),
      least: 1.5,
      most: 3.5,
      decimals: 1,
      missing: 0.25,
    });
  });

  test("is what the user says it is", async () => {
    const settings = ":label=job,categorical=pay|id,ignore=note|age,missing=unknown|A";
    const data = await load(PEOPLE.replace("?", "chef"), { settings });
    expect(kindsOf(data)).toEqual([
      "id categorical",
      "pay categorical",
      "class categorical",
      "age not wanted",
      "site empty",
      "note not wanted",
    ]);
    expect(data.classes).toEqual(["chef", "clerk", "cook"]);
    const unlabelled = await load(PEOPLE, { settings: ":label=none,numeric=id" });
    expect(unlabelled.classes).toBeUndefined();
    expect(kindsOf(unlabelled)).toContain("class categorical");
    expect(kindsOf(unlabelled)).toContain("id numeric");
  });

  test("without a header has numbers for names, and a header may be told by hand", async () => {
    const data = await load("5,x\n1,y\n6,x\n");
    expect(kindsOf(data)).toEqual(["1 numeric", "2 categorical"]);
    expect((await load("a,b\nx,y\ny,x\nx,x\n", { settings: ":header=no" })).train.count).toBe(4);
    expect((await load("1,2\n3,4\n7,8\n", { settings: ":header=yes" })).table!.columns[1]!.name).toBe("2");
    expect(kindsOf(await load(",a,a\n3,1,x\n9,2,y\n"))).toEqual([
      "1 numeric",
      "a numeric",
      "a (2) categorical",
    ]);
  });

  test("in other forms holds the same", async () => {
    const want = decodeRows(...(await rowsOf(await load(PEOPLE))));
    const tabs = PEOPLE.replaceAll(",", "\t");
    expect(decodeRows(...(await rowsOf(await load(tabs, { name: "t.tsv" }))))).toEqual(want);
    const zipped = gzipSync(PEOPLE.replaceAll(",", ";"));
    expect(decodeRows(...(await rowsOf(await load(zipped, { name: "t.csv.gz" }))))).toEqual(want);
    const commas = PEOPLE.replaceAll(",", ";").replaceAll(".", ",");
    expect(decodeRows(...(await rowsOf(await load(commas, { settings: ":decimal=comma" }))))).toEqual(want);
  });

  test("whose first row was taken for no names says how to have it otherwise", async () => {
    const text = "2019,2020\n3,4\n7,8\n";
    expect((await load(text)).notes).toEqual([expect.stringContaining("add :header=yes to the path")]);
    for (const settings of [":header=yes", ":header=no"])
      expect((await load(text, { settings })).notes).toBeUndefined();
    expect((await load("a,b\n3,4\n7,8\n")).notes).toBeUndefined();
  });

  test("options that are words stay what is written", async () => {
    const data = await load("n,w\n1,007\n7,a\n2,a\n3,7\n", { settings: ":missing=007,label=w" }).catch(
      ({ message }: Error) => message,
    );
    expect(data).toMatch(/line 2, w: the label is missing/);
  });

  test("numbers keep their digits, however small", async () => {
    const rows = [1.5e-20, -2.25e-21, 3e-20, 1.25e-38];
    const data = await load(`small,n\n${rows.map((value, index) => `${value},${index % 2}`).join("\n")}\n`);
    expect(data.table!.columns[0]).toMatchObject({ least: -2.25e-21, most: 3e-20 });
    const back = decodeRows(data.table!, data.train.values as Float32Array).map(([value]) => value as number);
    for (const [index, value] of back.entries()) expect(value / 1e-20).toBeCloseTo(rows[index]! / 1e-20, 5);
  });

  test("numbers keep their digits, wherever their range lies", async () => {
    const rows = [1_600_000_000.25, 1_600_000_000.75, 1_600_003_600.5, 1_600_001_800];
    const data = await load(`time,n\n${rows.map((time, index) => `${time},${index % 2}`).join("\n")}\n`);
    const back = decodeRows(data.table!, data.train.values as Float32Array).map(([time]) => time as number);
    for (const [index, time] of back.entries()) expect(time).toBeCloseTo(rows[index]!, 2);
  });

  test("rare categories share a place", async () => {
    const data = await load(`w,n\n${"a,1\n".repeat(4)}${"b,2\n".repeat(3)}c,3\nd,4\n`, {
      settings: ":categories=2",
    });
    expect(data.table!.columns[0]).toMatchObject({
      categories: [
        { name: "a", count: 4 },
        { name: "b", count: 3 },
      ],
      other: 2,
    });
    expect(decodeRows(data.table!, data.train.values as Float32Array).map(([word]) => word)).toEqual([
      ..."aaaabbb",
      "(other)",
      "(other)",
    ]);
  });

  test("columns that count or name the rows are left out", async () => {
    const rows = Array.from({ length: 30 }, (_, row) => `${row + 5},name${row},${row % 3}`);
    const data = await load(`row,who,x\n${rows.join("\n")}\n`);
    expect(kindsOf(data)).toEqual(["x numeric", "row counts the rows", "who names the rows"]);
  });
});

const rowsOf = async ({ table, train }: Awaited<ReturnType<typeof load>>) =>
  [table!, train.values as Float32Array] as const;

describe("what is learned", () => {
  const many = `x,word\n${Array.from({ length: 200 }, (_, row) => `${(row * 37) % 101},${"abcdefgh"[row % 8]}`).join("\n")}\n`;

  test("comes from the training split alone", async () => {
    const { train, validation, test: held, table } = await load(many, { validation: 0.25, test: 0.2 });
    expect([train.count, validation.count, held.count]).toEqual([120, 40, 40]);
    const width = 1 + 9;
    const column = (split: typeof train) =>
      Array.from({ length: split.count }, (_, row) => split.values[row * width]!);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(column(train))).toBeCloseTo(0, 5);
    expect(mean(column(train).map((value) => value ** 2))).toBeCloseTo(1, 5);
    expect(Math.abs(mean(column(held)))).toBeGreaterThan(1e-3);
    const words = table!.columns[1]!;
    expect(words.kind === "categorical" && words.categories.reduce((sum, { count }) => sum + count, 0)).toBe(
      120,
    );
    // The same schema whichever splits are asked for.
    expect((await load(many, { validation: 0.25, test: 0.2, splits: ["test"] })).table).toEqual(table);
    expect((await load(many, { validation: 0.25, test: 0.2, seed: 1 })).table).not.toEqual(table);
  });

  test("a category that training has not seen is one of the others", async () => {
    const text = `w,x\n${Array.from({ length: 40 }, (_, row) => `w${row % 20},${row % 7}`).join("\n")}\n`;
    const { table, test: held, shape } = await load(text, { test: 0.5 });
    const known = table!.columns[0]!;
    const names = known.kind === "categorical" ? known.categories.map(({ name }) => name) : [];
    expect(names.length).toBeLessThan(20);
    const words = decodeRows(table!, held.values as Float32Array).map(([word]) => word);
    expect(words).toContain("(other)");
    for (const word of words) expect([...names, "(other)"]).toContain(word);
    expect(shape).toEqual([names.length + 2]);
  });

  test("encodes other tables: columns by name, labels where there are some, the same numbers", async () => {
    const { table } = await load(PEOPLE);
    const other = "pay,extra,job,age\n,1,pilot,20\n1.5,2,clerk,\n";
    const data = await load(other, { name: "other.csv", table: table! });
    expect(data.table).toEqual(table);
    expect(data.train.labels).toBeUndefined();
    expect([...data.train.values]).toEqual([
      ...encodeRows(table!, [
        { age: 20, job: "pilot", pay: null },
        { age: null, job: "clerk", pay: 1.5 },
      ]),
    ]);
    expect(await refusal("age,job\n1,cook\n2,cook\n", { table: table! })).toBe(
      'FILE has no column "pay"; it has age, job',
    );
    expect(await refusal("age,job,pay\n1,cook,much\n2,cook,1\n", { table: table! })).toMatch(
      /^FILE: line 2, pay: "much" is no number/,
    );
  });

  test("a number that training has always seen the same is not blown up", async () => {
    const rows = Array.from({ length: 30 }, (_, row) => `${row === 4 ? 0.2 : 0.1},${row % 4}`);
    const text = `x,n\n${rows.join("\n")}\n`;
    let seen = 0;
    for (let seed = 0; seed < 20; seed++) {
      const { table, test: held } = await load(text, { test: 0.1, seed });
      const column = table!.columns[0]!;
      if (column.kind !== "numeric" || column.least < column.most) continue;
      seen++;
      expect(column.deviation).toBe(1);
      expect(Math.max(...held.values)).toBeLessThan(3);
    }
    expect(seen).toBeGreaterThan(0);
  });

  test("a number that is far off in another table leaves its other rows as they are", async () => {
    const { table } = await load("age\n20\n30\n40\n");
    const { train } = await load("age\n20\n1e30\n40\n", { table: table! });
    const [first, , last] = encodeRows(table!, [{ age: 20 }, { age: 30 }, { age: 40 }]);
    expect([train.values[0], train.values[2]]).toEqual([first, last]);
    expect(train.values[1]).toBeGreaterThan(1e28);
  });

  test("labels of other tables may be missing", async () => {
    const { table } = await load(PEOPLE);
    const data = await load("age,job,pay,class\n20,cook,1,\n30,cook,2,low\n", { table: table! });
    expect(data.train).toMatchObject({ count: 2 });
    expect(data.train.labels).toBeUndefined();
  });

  test("the fingerprint is of the content and of how it is read", async () => {
    const { fingerprint } = await load(PEOPLE);
    expect((await load(PEOPLE, { seed: 4 })).fingerprint).toBe(fingerprint);
    expect((await load(PEOPLE.replace("1.5", "1.6"))).fingerprint).not.toBe(fingerprint);
    expect((await load(PEOPLE, { settings: ":ignore=age" })).fingerprint).not.toBe(fingerprint);
  });
});

describe("what will not do is said in one line", () => {
  const numbers = Array.from({ length: 20 }, (_, row) => String(row * row)).join("\n");
  test.each([
    ["a,b\n", {}, "FILE holds no rows"],
    ["", {}, "FILE holds no rows"],
    [
      `n\n${numbers}\n12O\n`,
      {},
      'FILE: line 22, n: "12O" is no number; if it stands for a missing value, add :missing=12O to the path, and if the column holds categories, :categorical=n',
    ],
    [
      "n,w\n1e39,x\n-2.5E40,y\n",
      {},
      'FILE: line 2, n: "1e39" is too large, numbers are at most 3.4e38; if it stands for a missing value, add :missing=1e39 to the path, and if the column may be left out, :ignore=n',
    ],
    [
      'n;w\n"3,14";x\n2;x\n1,5;y\n',
      {},
      'FILE: line 2, n: "3,14" is a number with a decimal comma; add :decimal=comma to the path, and if the column holds categories, :categorical=n',
    ],
    [
      "n;target\n1;0,5\n2;1,5\n",
      {},
      /^FILE: line 2, target: "0,5" is a number with a decimal comma; add :decimal=comma/,
    ],
    [
      "n;w\n3.14;x\n2;y\n",
      { settings: ":decimal=comma,numeric=n" },
      'FILE: line 2, n: "3.14" is a number with a decimal point; add :decimal=point to the path, and if the column holds categories, :categorical=n',
    ],
    [
      `n,2020\n${numbers.replaceAll("\n", ",1\n")},2\n`,
      {},
      'FILE: line 1, 1: "n" is no number; if this row names the columns, add :header=yes to the path, and if the column holds categories, :categorical=1',
    ],
    [
      `${numbers.replaceAll("\n", "  1\n")}  1\n`,
      {},
      "FILE has no column to learn from: 0  1 (names the rows); if blanks stand between its cells, add :delimiter=blank to the path",
    ],
    ["n,w\n1,x\n2,y\n", { settings: ":numeric=w" }, /^FILE: line 2, w: "x" is no number/],
    [
      "n,class\n1,x\n2,\n",
      {},
      "FILE: line 3, class: the label is missing; give each row one, or add :label=none to the path",
    ],
    ["age,w\n1,x\n2,y\n", { settings: ":label=agee" }, 'FILE has no column "agee"; did you mean "age"?'],
    ["n,w\n1,x\n1,x\n", {}, "FILE has no column to learn from: n (always the same), w (always the same)"],
    ["n,w\n1,x\n2,y\n", { settings: ":lable=w" }, 't.csv has no option "lable"; did you mean "label"?'],
    ["n,w\n1,x\n2,y\n", { settings: ":header=maybe" }, /^t\.csv: header=maybe is not possible/],
  ])("%j %j", async (text, how, message) => {
    if (message instanceof RegExp) expect(await refusal(text, how)).toMatch(message);
    else expect(await refusal(text, how)).toBe(message);
  });

  test("a table in the place of images, and images' options for a table", async () => {
    await load(PEOPLE);
    const path = join(directory, "t.csv");
    await expect(loadDataset(path, { seed: 0, to: path })).rejects.toThrow(
      /is a table; two sets of data are/,
    );
    await expect(loadDataset(`${path}+edges`, { seed: 0 })).rejects.toThrow(/\+edges works on images/);
    await expect(loadDataset(path, { seed: 0, grey: true })).rejects.toThrow(/holds vectors, not images/);
    await expect(loadDataset("glyphs", { seed: 0, normal: ["9", "zebra"] })).rejects.toThrow(
      /^glyphs has no class "zebra"; it has 0, 1/,
    );
    await expect(loadDataset(`${path}:label=none`, { seed: 0, normal: ["1"] })).rejects.toThrow(
      "t.csv has no labels; leave out the normal classes",
    );
  });
});

describe("an array as a table", () => {
  const read = async (values: number[], source = "a.npy:table=yes", how: Partial<LoadOptions> = {}) => {
    await writeNpy(join(directory, "a.npy"), Float32Array.from(values), [values.length / 2, 2]);
    return loadDataset(join(directory, source), { seed: 0, test: 0, validation: 0, ...how });
  };

  test("is standardised, and NaN is missing", async () => {
    const data = await read([1, 0.5, 2, Number.NaN, 3, 1.5]);
    expect(data.shape).toEqual([3]);
    expect(data.table!.columns).toMatchObject([
      { name: "1", mean: 2, decimals: 0, missing: 0 },
      { name: "2", mean: 1, deviation: 0.5, least: 0.5, most: 1.5, missing: 1 / 3 },
    ]);
    expect([...data.train.values].map((value) => Number(value.toFixed(4)))).toEqual([
      -1.2247, -1, 0, 0, 0, 1, 1.2247, 1, 0,
    ]);
    expect(decodeRows(data.table!, data.train.values as Float32Array)).toEqual([
      [1, 0.5],
      [2, null],
      [3, 1.5],
    ]);
    const again = await read([3, 1.5], "a.npy", { table: data.table! });
    expect([...again.train.values]).toEqual([...data.train.values.subarray(6)]);
    expect((await read([1, 0.5, 2, 1], "a.npy")).table).toBeUndefined();
  });

  test("has the columns that a schema asks for", async () => {
    const { table } = await load(PEOPLE);
    await expect(read([1, 2, 3, 4], "a.npy", { table: table! })).rejects.toThrow(
      /a\.npy has columns 1 to 2, and the run was trained on 3, age to pay$/,
    );
    await expect(read([1, Number.POSITIVE_INFINITY])).rejects.toThrow(/must be finite/);
    await expect(read([1, Number.NaN], "a.npy")).rejects.toThrow(/must be finite/);
  });
});

const SOME = process.env.GAMELAN_DATA;
test.skipIf(SOME === undefined)("a census, where GAMELAN_DATA has it: adult.data", async () => {
  const path = join(SOME!, "tabular-uci", "adult.data");
  const data = await loadDataset(`${path}:label=15`, { seed: 0 }).catch((error: Error) => {
    if (/no file or folder/.test(error.message)) return undefined;
    throw error;
  });
  if (data === undefined) return;
  expect(data.classes).toEqual(["<=50K", ">50K"]);
  expect(data.train.count + data.validation.count + data.test.count).toBe(32_561);
  expect(data.table!.columns.map(({ kind }) => kind[0]).join("")).toBe("ncncncccccnnnc");
});
