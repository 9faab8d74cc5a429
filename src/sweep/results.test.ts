import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Results } from "./results.ts";

test("results outlive the process; half a line does not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gamelan-results-"));
  const path = join(folder, "results.jsonl");
  const one = { trial: 1, seed: 0, fold: 2, length: 3, run: "runs/trial-001", measures: { mse: 0.5 } };
  const first = await Results.open(path);
  await first.add(one);
  first.remember({ trial: 2, seed: 0, length: 3, run: "runs/trial-002", failed: "its process ended" });
  expect(first.list()).toHaveLength(2);
  await first.close();
  await appendFile(path, '{"trial":3,"see');

  const second = await Results.open(path);
  expect(second.list()).toEqual([one]);
  expect(second.get({ trial: 1, seed: 0, fold: 2, length: 3 })).toEqual(one);
  expect(second.get({ trial: 1, seed: 0, fold: 2, length: 9 })).toBeUndefined();
  await second.add({ ...one, length: 9 });
  await second.close();
  expect(await readFile(path, "utf8")).toBe(
    `${JSON.stringify(one)}\n${JSON.stringify({ ...one, length: 9 })}\n`,
  );
  await rm(folder, { recursive: true });
});
