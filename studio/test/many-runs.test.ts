// A hundred runs with a hundred thousand events each: all are listed, and several are drawn, without one whole log
// coming to the page.

import { cp, link, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { madeLog, makeRun } from "../../test/support/studio-runs.ts";
import { type DrivenStudio, driveStudio, whyNot } from "./chromium.ts";

const name = whyNot === undefined ? "many long runs" : `many long runs (skipped: ${whyNot})`;
const RUNS = 100;
const EVENTS = 100_000;

describe.skipIf(whyNot !== undefined)(name, () => {
  let driven: DrivenStudio;
  beforeAll(async () => {
    driven = await driveStudio();
    const first = await makeRun(driven.runs, { name: "run-0", events: EVENTS });
    const log = join(first, "events.jsonl");
    await rm(log);
    await writeFile(log, madeLog(EVENTS));
    for (let index = 1; index < RUNS; index++) {
      const path = join(driven.runs, `run-${index}`);
      await mkdir(path);
      for (const part of ["run.json", "checkpoints", "samples", "models"])
        await cp(join(first, part), join(path, part), { recursive: true });
      // One log under a hundred names, to spare the disk.
      await link(log, join(path, "events.jsonl"));
    }
    const broken = await makeRun(driven.runs, { name: "broken" });
    await writeFile(join(broken, "run.json"), "nonsense");
  });
  afterAll(() => driven?.close());

  test("are all listed, the broken one as broken, and compared", async () => {
    const page = await driven.open("#/train");
    let most = 0;
    page.on("response", async (response) => {
      if (response.url().includes("/api/"))
        most = Math.max(most, (await response.body().catch(() => "")).length);
    });
    await page.getByRole("link", { name: "run-99" }).waitFor();
    expect(await page.locator(".run-card").count()).toBe(RUNS + 1);
    expect(await page.locator(".chip.broken").count()).toBe(1);
    await page.getByText("run.json is damaged").waitFor();

    await page.goto(`${driven.studio.url}#/compare?runs=run-1,run-2,run-3`);
    await page.getByRole("img", { name: /^Loss of critic/ }).waitFor();
    await page.getByText("In nothing that they were begun with.").waitFor();
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(500_000);
    expect(driven.faults).toEqual([]);
  });
});
