// Thresholds, combinations and what labels tell, of images and of a table.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import type { AlarmThreshold } from "../metrics/alarm-threshold.ts";
import { randomStream } from "../random/index.ts";
import type { DetectionQuality } from "../tasks/detection/index.ts";

const SHORT = "--threads 1 --quiet";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });
const bytes = (name: string) => readFile(join(directory, name));
const cells = async (name: string) =>
  (await bytes(name))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));

interface Printed {
  readonly score: string;
  readonly flagged?: number;
  readonly threshold?: AlarmThreshold;
  readonly quality?: DetectionQuality;
  readonly strongest: readonly { example: number; flag?: boolean; column?: string; label?: string }[];
}
const detected = async (line: string) => lastJson(await run(`detect ${line} --json`)) as unknown as Printed;

/** Temperature and pressure of a machine go together, unless it is broken. */
async function writeMachines(name: string, count: number): Promise<void> {
  const noise = randomStream(4, name).normal(0, new Float32Array(2 * count));
  const lines = Array.from({ length: count }, (_, row) => {
    const broken = row % 10 === 9;
    const temperature = 60 + 5 * noise[2 * row]!;
    const pressure = (broken ? -2 : 2) * (temperature - 60) + noise[2 * row + 1]! + (broken ? 40 : 0);
    return `${temperature.toFixed(2)},${pressure.toFixed(2)},${broken ? "broken" : "sound"}`;
  });
  await writeFile(join(directory, name), ["temperature,pressure,class", ...lines].join("\n"));
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-detect-"));
  await writeMachines("machines.csv", 600);
  await writeMachines("new.csv", 100);
  const lengths = Array.from({ length: 50 }, (_, row) => (1 + row / 1000).toFixed(3));
  await writeFile(join(directory, "lengths.csv"), ["length", ...lengths].join("\n"));
  const autoencoder = "--set latent=2 --set widths=16 --set batch=32";
  for (const line of [
    `autoencoder --data machines.csv --normal sound ${autoencoder} --rounds 250 --out runs/machines`,
    "autoencoder --data lengths.csv --set latent=1 --set batch=10 --rounds 3 --out runs/lengths",
    `vae --data glyphs:classes=shapes,train=60,validation=20,test=30 --set architecture=dense --set widths=16 --set latent=3 --set batch=10 --rounds 3 --out runs/shapes`,
    `autoencoder --data glyphs:train=60,validation=0,test=30 --set batch=10 --rounds 3 --out runs/none`,
  ])
    expect(await run(`train ${line} ${SHORT}`)).toMatchObject({ status: 0 });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("a table", () => {
  test("rows that are too strange are flagged, and labels tell how many rightly", async () => {
    const found = await detected("machines --false-alarm-rate 0.1 --out scores.csv");
    const { threshold, quality, flagged } = found;
    expect(threshold!.count).toBeGreaterThan(40);
    expect(threshold!.falseAlarmRate).toBeLessThanOrEqual(0.1);
    expect(quality!.auroc.value).toBeGreaterThan(0.9);
    expect(quality!.detectionRate).toBeGreaterThan(0.5);
    const [header, ...rows] = await cells("scores.csv");
    expect(header).toEqual(["example", "score", "flag", "label"]);
    expect(rows.filter(([, , flag]) => flag === "1")).toHaveLength(flagged!);
    for (const [, score, flag] of rows) expect(flag).toBe(Number(score) > threshold!.threshold ? "1" : "0");
    expect(["temperature", "pressure"]).toContain(found.strongest[0]!.column);
    const { stdout } = await run("detect machines --false-alarm-rate 0.1 --top 2");
    expect(stdout).toMatch(
      /^\d+ are flagged, above [\d.e-]+; of new normal examples [\d.]+ % ± [\d.]+ % would be, by \d+ held out\n\d+ anomalous, \d+ normal: AUROC 0\.9\d+ ± 0\.\d+, AUPRC 0\.\d+ ± 0\.\d+ \(chance 0\.\d+\); flagged are [\d.]+ % and [\d.]+ %$/m,
    );
    expect(stdout).toMatch(/^example +score +flag +column +label$/m);
  });

  test("scores are combined, and beside the combination in the file", async () => {
    const { score } = await detected("machines --input new.csv --score combined --out all.csv");
    expect(score).toBe("reconstruction+code-density");
    const [header, ...rows] = await cells("all.csv");
    expect(header).toEqual(["example", "score", "reconstruction", "code-density", "label"]);
    expect(rows).toHaveLength(100);
    const before = await bytes("all.csv");
    await run("detect machines --input new.csv --score combined --out all.csv");
    expect((await bytes("all.csv")).equals(before)).toBe(true);
  });

  test("a histogram shows both kinds, and held-out examples may be others", async () => {
    const options = "--held-out new.csv --false-alarm-rate 0.05 --histogram scores.png";
    const { threshold } = await detected(`machines ${options}`);
    // The broken ones among them are left out.
    expect(threshold!.count).toBe(90);
    expect(decode(await bytes("scores.png"))).toMatchObject({ width: 1600, height: 900 });
  });

  test("a rate that is too small, and options that do not fit, are one line", async () => {
    const { status, stderr } = await run("detect machines --false-alarm-rate 0.001");
    expect(stderr).toMatch(
      /^gamelan: a false-alarm rate of 0\.001 takes at least 999 held-out normal examples, and there are \d+; with these it can be 0\.\d+ at least\n$/,
    );
    expect(status).toBe(2);
    expect((await run("detect machines --normal fine")).stderr).toBe(
      'gamelan: the examples have no class "fine"; they have broken, sound\n',
    );
    expect((await run("detect machines --picture a.png")).stderr).toBe(
      "gamelan: --picture is for grey and colour images; leave it out\n",
    );
    for (const rate of ["2", "0", "-0.1", "often"])
      expect((await run(`detect machines --false-alarm-rate ${rate}`)).stderr).toBe(
        `gamelan: --false-alarm-rate is a number above 0 and below 1, such as 0.01 for one in a hundred, not "${rate}"\n`,
      );
    expect((await run("detect machines --components 2")).stderr).toMatch(/^gamelan: components are of/);
    expect((await run("detect machines --held-out new.csv")).stderr).toBe(
      "gamelan: --held-out has no effect on a single score; give --false-alarm-rate too, or several scores to combine\n",
    );
    expect((await run("detect none --false-alarm-rate 0.1")).stderr).toMatch(
      /^gamelan: this takes held-out normal examples, and there are none; [^\n]*--held-out\n$/,
    );
    expect((await run("detect machines --false-alarm-rate 0.1 --normal broken")).stderr).toMatch(
      /^gamelan: this takes held-out normal examples, and none of the \d+ held-out ones is of broken; [^\n]*--held-out\n$/,
    );
  });
});

test.each([
  ["detect", "score"],
  ["embed", "code"],
  ["reconstruct", "reconstruction"],
])(
  "%s: a row whose values are too large for a %s is one line, and nothing is written",
  async (command, value) => {
    const out = `huge-${value}.csv`;
    await writeFile(join(directory, "huge.csv"), "length\n1.01\n3e38\n1.02");
    const { status, stdout, stderr } = await run(`${command} lengths --input huge.csv --out ${out}`);
    expect(stderr).toBe(
      `gamelan: example 1, counted from 0, has no finite ${value}: its values are too large for the model; correct it or leave it out\n`,
    );
    expect([status, stdout, existsSync(join(directory, out))]).toEqual([2, "", false]);
  },
);

describe("images", () => {
  test("the strangest, their reconstructions and errors", async () => {
    await run("detect shapes --picture strangest.png --top 6");
    // Five stacks of three and one more below, enlarged twice.
    expect(decode(await bytes("strangest.png"))).toMatchObject({
      width: 2 + 5 * 58,
      height: 2 + 6 * 58 + 6,
    });
  });

  test("a class may be called normal that was not so in training", async () => {
    const { stdout } = await run("data glyphs:classes=shapes --json");
    const { classes } = JSON.parse(stdout) as { classes: { name: string }[] };
    const { quality, score } = await detected(`shapes --normal ${classes[0]!.name} --score code-density`);
    expect(score).toBe("code-density");
    expect(quality!.normal + quality!.anomalous).toBe(30);
    expect(await detected("shapes")).not.toHaveProperty("quality");
  });
});
