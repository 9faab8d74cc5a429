import { appendFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { madeLog } from "../../test/support/studio-runs.ts";
import { lastEvents, pictureOf, RunLog, readTail } from "./run-log.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-log-"));
  path = join(folder, "events.jsonl");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a log thinned", () => {
  test("keeps the mean, the least and the most of each bucket", async () => {
    await writeFile(path, madeLog(10));
    const history = await new RunLog(path).history(5);
    expect(history.events).toBe(10);
    expect(history.rounds).toEqual([20, 40, 60, 80, 100]);
    const { mean, least, most } = history.metrics.critic!;
    expect([mean[0], least[0], most[0]]).toEqual([(1 / 10 + 1 / 20) / 2, 1 / 20, 1 / 10]);
    // Round 30 has no finite value.
    expect(history.metrics.generator!.mean[1]).toBe(Math.sin(40));
    expect(history.samples).toEqual([{ name: "generated", round: 10, file: "generated-0000010.png" }]);
    expect(history.collapse[0]!.warnings[0]!.what).toBe("modes");
  });

  test("is read on, and a metric of a later phase begins with a gap", async () => {
    await writeFile(path, madeLog(2));
    const log = new RunLog(path);
    const first = await log.history(100);
    await appendFile(
      path,
      `${JSON.stringify({ type: "round", round: 30, epoch: 0.3, metrics: { decoder: 1 } })}\n{"half`,
    );
    const next = await log.history(100);
    expect(next.next).toBeGreaterThan(first.next);
    expect(next.rounds).toEqual([10, 20, 30]);
    expect(next.metrics.decoder!.mean).toEqual([null, null, 1]);
    expect(next.metrics.critic!.mean[2]).toBeNull();
  });

  test("is read anew where it was cut back, shorter or grown again", async () => {
    await writeFile(path, madeLog(8));
    const log = new RunLog(path);
    await log.history(100);
    await truncate(path, madeLog(3).length);
    expect((await log.history(100)).rounds).toEqual([10, 20, 30]);
    // Rounds 100 and 110 are cut off, and other lines of one length take their place.
    const line = (round: number) =>
      `${JSON.stringify({ type: "round", round, epoch: 1, metrics: { critic: 1 } })}\n`;
    await writeFile(path, line(100) + line(110));
    await log.history(100);
    await writeFile(path, line(100) + line(105) + line(106));
    expect((await log.history(100)).rounds).toEqual([100, 105, 106]);
  });

  test("has the looks at the validation split, thinned too", async () => {
    const look = (round: number) => `{"type":"validation","round":${round},"measures":{"vae":${round}}}\n`;
    await writeFile(path, Array.from({ length: 25 }, (_, index) => look(index + 1)).join(""));
    const { validation } = await new RunLog(path).history(10);
    expect(validation.map(({ round }) => round)).toEqual([1, 4, 7, 10, 13, 16, 19, 22, 25]);
    expect((await readTail(path, 0)).events).toHaveLength(25);
  });

  test("passes over what is no event", async () => {
    await writeFile(path, `nonsense\n{"type":"other","round":1}\n${madeLog(1)}[]\n`);
    expect((await new RunLog(path).history(10)).rounds).toEqual([10]);
  });

  test("of 100,000 events has the length it is asked for", async () => {
    await writeFile(path, madeLog(100_000));
    const history = await new RunLog(path).history(600);
    expect(history.rounds.length).toBeLessThanOrEqual(600);
    expect(history.rounds.at(-1)).toBe(1_000_000);
    expect(history.metrics.critic!.most[0]).toBe(0.1);
  });
});

describe("what came after a byte", () => {
  test("is whole lines, and where the next begin", async () => {
    await writeFile(path, madeLog(2));
    const first = await readTail(path, 0);
    expect(first.events.map(({ type }) => type)).toEqual(["round", "samples", "round", "collapse"]);
    await appendFile(path, madeLog(3, 2));
    await appendFile(path, '{"type":"round","rou');
    const second = await readTail(path, first.next);
    expect(second.events).toMatchObject([{ round: 30 }]);
    expect(await readTail(path, second.next)).toEqual({ events: [], next: second.next, reset: false });
  });

  test("says where the log no longer is what it was", async () => {
    await writeFile(path, madeLog(3));
    expect((await readTail(path, 1_000_000)).reset).toBe(true);
    expect((await readTail(path, 5)).reset).toBe(true);
  });

  test("comes in parts, and a line longer than one is whole", async () => {
    const long = {
      type: "round",
      round: 1,
      epoch: 0,
      metrics: Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`name${i}`, 1.5])),
    };
    await writeFile(path, `${JSON.stringify(long)}\n${madeLog(1)}`);
    const first = await readTail(path, 0);
    expect(first.events[0]!.round).toBe(1);
    let { next } = first;
    const rounds: number[] = [];
    for (;;) {
      const tail = await readTail(path, next);
      if (tail.next === next) break;
      next = tail.next;
      rounds.push(...tail.events.map(({ round }) => round));
    }
    expect(first.events.length + rounds.length).toBe(3);
  });
});

test("the newest events are found from the end", async () => {
  await writeFile(path, madeLog(1000));
  const { round, samples, collapse } = await lastEvents(path);
  expect(round!.round).toBe(10_000);
  expect(samples!.file).toBe("samples/generated-0000010.png");
  expect(collapse!.round).toBe(20);
});

test("a picture's name", () => {
  expect(pictureOf({ round: 7, file: "samples/translated-back-0000007.png" })).toEqual({
    name: "translated-back",
    round: 7,
    file: "translated-back-0000007.png",
  });
});
