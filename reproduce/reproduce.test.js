import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reproductions } from "./catalogue.js";
import { idOf, tasksOf } from "./conduct.js";
import { figure, markdownTable, valuesOf } from "./figures.js";
import { pageOf, resultTable } from "./page.js";
import { Records } from "./records.js";
import { keyOf, Results } from "./results.js";
import { writeRecordedPage } from "./write-page.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-reproduce-"));
});
afterAll(() => rm(folder, { recursive: true }));

const request = { model: "gan", data: "ring", options: { packing: 2 }, rounds: 50 };
const trial = { name: "GAN, ring", table: "ring", label: "GAN", request };
const columns = [
  { measure: "modes", title: "modes", digits: 1 },
  { measure: "share", title: "high quality", digits: 1, percent: true },
];

describe("figures", () => {
  test("are means with their standard errors", () => {
    // The deviation of 1, 2, 3 is 1, its error 1/√3.
    expect(figure([1, 2, 3], { digits: 2 })).toBe("2.00 ± 0.58");
    expect(figure([0.5, 0.7], { digits: 1, percent: true })).toBe("60.0 ± 10.0 %");
    expect(figure([1234.5], { digits: 1 })).toBe("1,234.5");
    expect(figure([], { digits: 1 })).toBe("");
    expect(figure([8], { digits: 1 }, 0)).toBe("8.0");
    expect(figure([8, 8], { digits: 1 })).toBe("8.0 ± 0.0");
    // √(3² + 4²): what varies from seed to seed, and what does not.
    expect(figure([5, 11], { digits: 0 }, 4)).toBe("8 ± 5");
  });

  test("leave out what is no number", () => {
    const results = [{ measures: { modes: 7 } }, { measures: { modes: null } }, { failed: "diverged" }].map(
      (one, seed) => ({ trial: "a", seed, key: "", ...one }),
    );
    expect(valuesOf(/** @type {any} */ (results), "modes")).toEqual([7]);
  });
});

test("a table has our rows, then the published ones", () => {
  const results = [
    { trial: trial.name, seed: 0, key: "", measures: { modes: 8, share: 0.9 } },
    { trial: trial.name, seed: 1, key: "", measures: { modes: 6, share: 0.7 } },
    { trial: trial.name, seed: 2, key: "", failed: "diverged" },
  ];
  const published = [{ table: "ring", label: "GAN", values: { modes: "6.3" }, source: "a | b" }];
  const table = { name: "ring", first: "model", columns };
  expect(resultTable(table, [{ trial, results }], published).split("\n")).toEqual([
    "| model | modes | high quality | seeds, or source |",
    "| --- | --- | --- | --- |",
    "| GAN | 7.0 ± 1.0 | 80.0 ± 10.0 % | 2; 1 diverged |",
    "| GAN (published) | 6.3 |  | a \\| b |",
  ]);
});

test("a table across trials has a column for each, and the mean of each seed over them", () => {
  const of = (/** @type {string} */ label, /** @type {string} */ column, /** @type {number[]} */ shares) => ({
    trial: { name: `${label}, ${column}`, table: "sets", label, column },
    results: shares.map((share, seed) => ({ trial: label, seed, key: "", measures: { "a share": share } })),
  });
  const rows = [of("PCA", "cats", [0.5]), of("vae", "cats", [0.6, 0.8]), of("vae", "dogs", [0.8, 1])];
  const across = {
    rows: [
      { measure: "a share", title: "a" },
      { measure: "b share", title: "b" },
    ],
    digits: 1,
    percent: true,
  };
  const published = [{ table: "shares", label: "X", values: { mean: "77.0 %" }, source: "X 2020" }];
  const table = { name: "shares", of: "sets", first: "score", columns: [], across };
  expect(resultTable(table, rows, published).split("\n")).toEqual([
    "| score | cats | dogs | mean | seeds, or source |",
    "| --- | --- | --- | --- | --- |",
    "| PCA: a | 50.0 |  |  | 1 |",
    "| vae: a | 70.0 ± 10.0 | 90.0 ± 10.0 | 80.0 ± 10.0 | 2 |",
    "| X (published) |  |  | 77.0 % | X 2020 |",
  ]);
});

test("a table across trials adds the error over examples to that over seeds", () => {
  const of = (/** @type {string} */ column, /** @type {number} */ share, /** @type {number} */ error) => ({
    trial: { name: column, table: "sets", label: "vae", column },
    results: [{ trial: column, seed: 0, key: "", measures: { share, shareError: error } }],
  });
  const across = { rows: [{ measure: "share", title: "", error: "shareError" }], digits: 1, percent: true };
  const table = { name: "sets", first: "score", columns: [], across };
  expect(
    resultTable(table, [of("cats", 0.5, 0.03), of("dogs", 0.6, 0.04)], [])
      .split("\n")
      .at(-1),
  ).toBe("| vae | 50.0 ± 3.0 | 60.0 ± 4.0 | 55.0 ± 2.5 | 1 |");
  // Over seeds 54 ± 4, over examples ± 3.
  const second = { trial: "cats", seed: 1, key: "", measures: { share: 0.58, shareError: 0.03 } };
  const cats = of("cats", 0.5, 0.03);
  expect(
    resultTable(table, [{ ...cats, results: [...cats.results, second] }], [])
      .split("\n")
      .at(-1),
  ).toBe("| vae | 54.0 ± 5.0 | 54.0 ± 5.0 | 2 |");
});

test("a page says what was trained, and how to repeat it", () => {
  const reproduction = {
    ...{ name: "ring", title: "Ring", summary: "", seeds: 1, published: [] },
    protocol: () => "As it is done.",
    trials: () => [trial],
    tables: [
      { name: "ring", first: "model", columns },
      { name: "grid", title: "Nothing yet", first: "model", columns },
    ],
    measure: async () => ({}),
  };
  const results = [{ trial: trial.name, seed: 0, key: "", measures: { modes: 8 } }];
  const page = pageOf(reproduction, {
    rows: [{ trial, results }],
    variant: { quick: true },
    setting: {
      ...{ command: "npm run x", summary: "Quick, one seed", missing: ["WGAN"] },
      measured: [{ date: "day", machine: "box", versions: "v" }],
    },
    pictures: [{ path: "../pictures/ring.png", caption: "A ring" }],
  });
  for (const part of [
    "# Ring\n\nAs it is done.",
    "npm run x",
    "Quick, one seed",
    "| model | modes | seeds |",
    "| GAN | 8.0 | 1 |",
    "Not measured yet: WGAN.",
    "day; box; v.",
    "![A ring](../pictures/ring.png)",
    "| GAN, ring | `gan` | `ring` | `packing=2` | 50 |",
  ])
    expect(page).toContain(part);
  expect(page).not.toContain("Nothing yet");
  expect(markdownTable([["a"], ["b"]])).toBe("| a |\n| --- |\n| b |");
});

describe("results", () => {
  test("are found again, and half a line is cut off", async () => {
    const path = join(folder, "results.jsonl");
    const first = { trial: "a", seed: 0, key: "k", measures: { modes: 3 } };
    const results = await Results.open(path);
    await results.add(first);
    await results.close();
    await appendFile(path, '{"trial":"a","seed":1,');
    const again = await Results.open(path);
    expect(again.get({ trial: "a", seed: 0, key: "k" })).toEqual(first);
    expect(again.get({ trial: "a", seed: 1, key: "k" })).toBeUndefined();
    expect(again.get({ trial: "a", seed: 0, key: "other" })).toBeUndefined();
    await again.add({ ...first, seed: 1 });
    await again.close();
    expect(
      (await readFile(path, "utf8"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).seed),
    ).toEqual([0, 1]);
  });

  test("have another key where something else is trained", () => {
    expect(keyOf({ rounds: 1 })).toBe(keyOf({ rounds: 1 }));
    expect(keyOf({ rounds: 1 })).not.toBe(keyOf({ rounds: 2 }));
  });
});

describe("records", () => {
  const measured = { date: "2026-01-02", machine: "box, 2 cores", versions: "gamelan 1" };

  test("keep what was measured first, seeds in order, of a trial as it is set", async () => {
    const records = await Records.open(folder, "kept");
    const result = { trial: "a", seed: 1, key: "k", measures: { modes: 3 } };
    await records.add([result, { ...result, seed: 0 }, { ...result, key: "older" }], measured);
    await records.add([{ ...result, measures: { modes: 99 } }], { ...measured, machine: "other" });
    await records.close();
    const again = await Records.open(folder, "kept");
    expect(
      again.of("a", "k").map(({ seed, measures, measured: { machine } }) => [seed, measures, machine]),
    ).toEqual([
      [0, { modes: 3 }, "box, 2 cores"],
      [1, { modes: 3 }, "box, 2 cores"],
    ]);
    expect(again.has({ trial: "a", seed: 2, key: "k" })).toBe(false);
    await again.close();
  });

  test("let a picture of few runs not take the place of one of more, unless those are of the past", async () => {
    const records = await Records.open(folder, "drawn");
    const all = new Set(["a", "b"]);
    expect(records.takesPicture("p.png", ["a"], all)).toBe(true);
    await records.addPicture("p.png", { caption: "both", keys: ["a", "b"] });
    expect(records.takesPicture("p.png", ["a"], all)).toBe(false);
    expect(records.takesPicture("p.png", ["a", "b"], all)).toBe(true);
    expect(records.takesPicture("p.png", ["a"], new Set(["a", "c"]))).toBe(true);
    await records.close();
    const again = await Records.open(folder, "drawn");
    expect(again.pictures(all)).toEqual([{ file: "p.png", caption: "both" }]);
    expect(again.pictures(new Set(["a"]))).toEqual([]);
    await again.close();
  });

  test("of a page are all rows that were ever measured, and the names of the others", async () => {
    const records = await Records.open(folder, "page");
    const other = { ...trial, name: "WGAN, ring", label: "WGAN" };
    const reproduction = {
      ...{ name: "ring", title: "Ring", summary: "", seeds: 2, published: [] },
      protocol: () => "As it is done.",
      trials: () => [trial, other, { ...trial, name: "GAN, grid", table: "grid" }],
      tables: ["ring", "grid"].map((name) => ({ name, first: "model", columns })),
      measure: async () => ({}),
    };
    const tasks = tasksOf(reproduction.trials(), 1, folder);
    const of = { trial: trial.name, key: tasks[0]?.key ?? "" };
    await records.add([{ ...of, seed: 0, measures: { modes: 8 } }], measured);
    await records.add([{ ...of, seed: 3, measures: { modes: 6 } }], measured);
    const results = await Results.open(join(folder, "none.jsonl"));
    const { page, text } = await writeRecordedPage(
      { reproduction, variant: { quick: true }, ending: "-quick", tasks, results },
      { records, root: folder },
    );
    expect(page).toBe(join(folder, "docs", "results", "ring-quick.md"));
    expect(await readFile(page, "utf8")).toBe(text);
    for (const part of [
      "| GAN | 7.0 ± 1.0 | 2 |",
      "Not measured yet: WGAN; GAN, grid.",
      "2026-01-02; box, 2 cores; gamelan 1.",
    ])
      expect(text).toContain(part);
    await results.close();
    await records.close();
  });
});

test("each trial has a run for each seed, and what is not trained is measured once", () => {
  const pixels = { name: "pixels", table: "ring", label: "pixels" };
  const tasks = tasksOf([pixels, trial], 2, folder);
  expect(tasks.map(({ trial: { name }, seed }) => [name, seed])).toEqual([
    ["pixels", 0],
    ["GAN, ring", 0],
    ["GAN, ring", 1],
  ]);
  expect(new Set(tasks.map((task) => JSON.stringify(idOf(task)))).size).toBe(3);
  expect(tasks[2]?.run).toMatch(/runs.gan-ring-seed-1-[0-9a-f]{8}$/);
});

test.each(reproductions.map((one) => [one.name, one]))("%s is complete", (_, one) => {
  for (const variant of [{ quick: false }, { quick: true }, { quick: false, rounds: 7 }]) {
    const trials = one.trials(variant);
    expect(new Set(trials.map(({ name }) => name)).size).toBe(trials.length);
    const tables = one.tables.map(({ name, of = name }) => of);
    for (const { table, request } of trials) {
      expect(tables).toContain(table);
      if (variant.rounds !== undefined && request !== undefined) expect(request.rounds).toBe(7);
    }
    for (const { table, values } of one.published) {
      const across = one.tables.find(({ name }) => name === table)?.across;
      const columns = across
        ? ["mean", ...trials.flatMap(({ table: own, column }) => (own === table ? [column] : []))]
        : one.tables.find(({ name }) => name === table)?.columns.map(({ measure }) => measure);
      for (const measure of Object.keys(values)) expect(columns).toContain(measure);
    }
    expect(one.protocol(variant).length).toBeGreaterThan(100);
  }
});
