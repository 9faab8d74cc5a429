// What is said of a collapse, and that a run that collapses says it.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../models/catalogue.ts";
import { findModel } from "../models/find-model.ts";
import { collapseWarnings } from "./collapse.ts";
import { readAllEvents } from "./events.ts";
import { train } from "./train.ts";

const HEALTHY = {
  latent: 32,
  effectiveRank: 20,
  activeUnits: 1,
  distinctCodes: 1,
  distanceCorrelation: 0.9,
  distanceEvenness: 0.9,
  spread: 0.8,
  duplicates: 0.06,
  noiseEffect: 0.3,
};

const ALL = ["lambda", "lambda2", "beta", "freeBits", "latent", "packing", "penalty", "learningRate"];

const warned = (
  measures: Record<string, number>,
  progress = 1,
  options: readonly string[] = ALL,
  spareUnits = false,
  examples = 256,
  againstCollapse: Readonly<Record<string, "lower" | "higher">> = {
    lambda: spareUnits ? "higher" : "lower",
    beta: "lower",
  },
) =>
  collapseWarnings({ ...HEALTHY, ...measures }, progress, {
    options: new Set(options),
    spareUnits,
    againstCollapse,
    examples,
  }).map(({ what, message }) => `${what}: ${message}`);

describe("warnings", () => {
  test("there are none of a healthy model, and none in the first fifth", () => {
    expect(warned({})).toEqual([]);
    expect(warned({ effectiveRank: 1 }, 0.19)).toEqual([]);
    expect(warned({ effectiveRank: 1 }, 0.2)).toHaveLength(1);
  });

  test("each names what is collapsing and what to try", () => {
    expect(warned({ effectiveRank: 2.345 })[0]).toMatch(/^codes: .* they use 2.3 of 32 directions; .*lambda/);
    expect(warned({ activeUnits: 0.06 })[0]).toMatch(/^codes: .* 6 % of their units are active; .*freeBits/);
    expect(warned({ distinctCodes: 0.4 })[0]).toMatch(/^codes: .* only 40 % of the examples have a code of/);
    expect(warned({ spread: 0.001 })[0]).toMatch(
      /^codes: .* to one point: they differ by 0.1 % of their size/,
    );
    expect(warned({ noiseEffect: 0.001 })[0]).toMatch(
      /^noise: .*\(0.1 % of the differences.*; try a higher lambda2/,
    );
    expect(warned({ duplicates: 0.8 })[0]).toMatch(
      /^samples: .* 80 % .* 5 % of the data have; try packing=2/,
    );
    expect(warned({ modes: 0.5 })[0]).toMatch(/^modes: only 50 % of the modes are covered; try packing=2/);
  });

  test("codes that are longer than examples were looked at may use no more directions than these have", () => {
    expect(warned({ latent: 3136, effectiveRank: 250 })).toEqual([]);
    expect(warned({ latent: 3136, effectiveRank: 20 })).toHaveLength(1);
    expect(warned({ latent: 256, effectiveRank: 19 }, 1, ALL, false, 20)).toEqual([]);
    expect(warned({ latent: 32, effectiveRank: 1 }, 1, ALL, false, 2)).toEqual([]);
  });

  test("units that a model has to spare may fall silent, but codes may not become one", () => {
    expect(warned({ effectiveRank: 2, activeUnits: 0.02 }, 1, ["lambda"], true)).toEqual([]);
    expect(warned({ distinctCodes: 0.1 }, 1, ["lambda"], true)[0]).toMatch(/; try a higher lambda, or /);
  });

  test("what a model has no option for is not advised", () => {
    expect(warned({ duplicates: 0.8 }, 1, ["beta", "learningRate"])[0]).toMatch(
      /; try a lower beta, or a lower learningRate, or a longer training$/,
    );
    expect(warned({ spread: 0.001 }, 1, [])[0]).toMatch(/; try a longer training$/);
  });

  test("an option is to be turned the way that its model says", () => {
    const collapsed = { spread: 0.001 };
    const way = (model: string) => {
      const { options, spareUnits = false, againstCollapse = {} } = findModel(model);
      const names = Object.keys(options.shape);
      expect(names).toEqual(expect.arrayContaining(Object.keys(againstCollapse)));
      return warned(collapsed, 1, names, spareUnits, 256, againstCollapse)[0]!.split("; try ")[1]!;
    };
    expect(way("contractive-autoencoder")).toMatch(/^a lower lambda, or /);
    expect(way("vae")).toMatch(/^a lower beta, or freeBits=0.1, or /);
    for (const model of ["wae", "alpha-gan", "compressive-autoencoder"])
      expect(way(model)).toMatch(/^a higher lambda, or /);
    for (const model of ["began", "vq-vae"]) expect(way(model)).toBe("a longer training");
    for (const { name } of catalogue) way(name);
  });

  test("samples that repeat each other are helped by pressing less on codes, under any name", () => {
    const repeating = (lambda: "lower" | "higher") =>
      warned({ duplicates: 0.8 }, 1, ["lambda"], false, 256, { lambda })[0];
    expect(repeating("lower")).toMatch(/; try a lower lambda, or a longer training$/);
    expect(repeating("higher")).toMatch(/; try a longer training$/);
  });

  test("short codes are not held to many directions", () => {
    expect(warned({ latent: 2, effectiveRank: 1 })).toEqual([]);
  });
});

test("a run whose codes are pressed together says so, and keeps the measures", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gamelan-collapse-"));
  try {
    const run = await train({
      model: "contractive-autoencoder",
      data: "glyphs:classes=digits,train=300,validation=60,test=20",
      options: { widths: [32], latent: 8, lambda: 1e4, batch: 50, learningRate: 1e-2 },
      rounds: 200,
      out: join(folder, "run"),
    });
    const warnings: string[] = [];
    const rounds: number[] = [];
    for await (const event of run.events()) {
      if (event.type !== "collapse") continue;
      rounds.push(event.round);
      warnings.push(...event.warnings.map(({ message }) => message));
    }
    expect(warnings[0]).toMatch(/^codes are collapsing/);
    expect(rounds.at(-1)).toBe(200);
    const logged = (await readAllEvents(join(folder, "run", "events.jsonl"))).filter(
      ({ type }) => type === "collapse",
    );
    expect(logged.map(({ round }) => round)).toEqual(rounds);
    const last = logged.at(-1)!.measures as Record<string, number>;
    expect(last.latent).toBe(8);
    expect(last.distinctCodes).toBeLessThan(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
