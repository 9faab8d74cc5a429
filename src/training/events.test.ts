import { appendFile, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EventLog, type RunEvent, readAllEvents, readEvents } from "./events.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-events-"));
  path = join(folder, "events.jsonl");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { force: true, recursive: true });
});

const losses = (round: number): RunEvent => ({ type: "losses", round, losses: { critic: round / 7 } });

test("events come back as they were added, an object a line", async () => {
  const log = await EventLog.open(path);
  const events = [{ type: "started", round: 0, text: "ä\n😀" }, losses(1), losses(1), losses(5)];
  for (const event of events) log.append(event);
  await log.close();
  expect(await readAllEvents(path)).toEqual(events);
  expect((await readFile(path, "utf8")).split("\n")).toHaveLength(5);
  const first = [];
  for await (const event of readEvents(path)) {
    first.push(event);
    break;
  }
  expect(first).toEqual(events.slice(0, 1));
});

test("numbers that JSON has not become null", async () => {
  await using log = await EventLog.open(path);
  log.append({ type: "losses", round: 1, loss: Number.NaN, gradient: Number.POSITIVE_INFINITY });
  await log.sync();
  expect(await readAllEvents(path)).toEqual([{ type: "losses", round: 1, loss: null, gradient: null }]);
});

test("rounds never go down", async () => {
  const log = await EventLog.open(path);
  log.append(losses(3));
  expect(() => log.append(losses(2))).toThrow(/round 2 cannot follow one of round 3/);
  expect(() => log.append(losses(Number.NaN))).toThrow(RangeError);
  await log.close();
  const again = await EventLog.open(path);
  expect(() => again.append(losses(2))).toThrow(RangeError);
  await again.close();
});

test("many events go out on their own, in order", async () => {
  const log = await EventLog.open(path);
  for (let round = 0; round < 5000; round++) log.append(losses(round));
  await log.flush();
  const events = await readAllEvents(path);
  expect(events.map(({ round }) => round)).toEqual(Array.from({ length: 5000 }, (_, round) => round));
  await log.close();
});

describe("resuming", () => {
  test("makes the log that of a run that was never stopped, whatever was lost or added since", async () => {
    const whole = join(folder, "whole.jsonl");
    const uninterrupted = await EventLog.open(whole);
    for (let round = 1; round <= 30; round++) uninterrupted.append(losses(round));
    await uninterrupted.close();
    const expected = await readFile(whole, "utf8");

    for (const checkpoint of [0, 10, 20]) {
      for (const extra of [
        "",
        JSON.stringify(losses(29)),
        `${JSON.stringify(losses(29))}\n{"ty`,
        "\0\0\0\n",
      ]) {
        await rm(path, { force: true });
        const first = await EventLog.open(path);
        for (let round = 1; round <= 23; round++) first.append(losses(round));
        await first.close();
        await appendFile(path, extra);

        const resumed = await EventLog.open(path, { resumeFrom: checkpoint });
        for (let round = checkpoint + 1; round <= 30; round++) resumed.append(losses(round));
        await resumed.close();
        expect(await readFile(path, "utf8")).toBe(expected);
      }
    }
  });

  test("half a line at the end is passed over by readers and cut off when the log is opened", async () => {
    await writeFile(path, `${JSON.stringify(losses(1))}\n${JSON.stringify(losses(2))}`);
    expect(await readAllEvents(path)).toEqual([losses(1)]);
    const log = await EventLog.open(path);
    log.append(losses(2));
    await log.close();
    expect(await readAllEvents(path)).toEqual([losses(1), losses(2)]);
  });

  test("a damaged line among good ones costs only itself", async () => {
    const lines = [JSON.stringify(losses(1)), "{]", '{"type":"x"}', JSON.stringify(losses(2)), ""];
    await writeFile(path, lines.join("\n"));
    await (await EventLog.open(path, { resumeFrom: 2 })).close();
    expect(await readAllEvents(path)).toEqual([losses(1), losses(2)]);
  });

  test("lines longer than a reading's piece are whole", async () => {
    const long = { type: "note", round: 1, text: "😀".repeat(100_000) };
    const log = await EventLog.open(path);
    log.append(long);
    log.append(losses(2));
    await log.close();
    expect(await readAllEvents(path)).toEqual([long, losses(2)]);
    await (await EventLog.open(path, { resumeFrom: 1 })).close();
    expect(await readAllEvents(path)).toEqual([long]);
  });
});

describe("failing", () => {
  test("a missing file or folder is named", async () => {
    await expect(readAllEvents(path)).rejects.toThrow(`cannot read ${path}: no such file or folder`);
    const below = join(folder, "none", "events.jsonl");
    await expect(EventLog.open(below)).rejects.toMatchObject({ name: "UserError", exitCode: 1 });
  });

  test("a full disk is one line at the next call, and nothing is written after the gap", async () => {
    const handle = await open(folder, "r");
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const log = await EventLog.open(path);
    log.append(losses(1));
    await log.flush();
    const error = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" });
    vi.spyOn(prototype, "appendFile").mockRejectedValueOnce(error);
    log.append(losses(2));
    await expect(log.sync()).rejects.toThrow(`cannot write ${path}: the disk is full`);
    log.append(losses(3));
    await expect(log.close()).rejects.toMatchObject({ exitCode: 1 });
    expect(await readAllEvents(path)).toEqual([losses(1)]);
  });
});
