import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { UserError } from "../errors.ts";
import { processExists, removeStaleTemporaries, withTemporary, writeFileAtomic } from "./atomic-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-atomic-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { force: true, recursive: true });
});

/** A number that no process has: that of one which has just ended. */
function deadProcess(): number {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  return pid;
}

/** Make the disk fail: from the `after`-th call on, the method of all open files throws this. */
async function breakDisk(method: "write" | "sync", code: string, after = 1): Promise<void> {
  const handle = await open(folder, "r");
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const original = prototype[method];
  let calls = 0;
  vi.spyOn(prototype, method).mockImplementation(function (this: unknown, ...parameters: unknown[]) {
    if (++calls < after) return original.apply(this, parameters);
    return Promise.reject(Object.assign(new Error(code), { code, syscall: method }));
  });
}

describe("writeFileAtomic", () => {
  test("writes text, bytes, and chunks of both kinds of iterables", async () => {
    const path = join(folder, "file");
    const chunks = [new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array([3])];
    await writeFileAtomic(path, "ä\n");
    expect(await readFile(path, "utf8")).toBe("ä\n");
    await writeFileAtomic(path, new Uint8Array([9, 8]));
    expect([...(await readFile(path))]).toEqual([9, 8]);
    await writeFileAtomic(path, chunks);
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    await writeFileAtomic(
      path,
      (async function* () {
        yield* chunks;
      })(),
    );
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("writes all bytes when the system takes only some at a time", async () => {
    const handle = await open(folder, "r");
    const prototype = Object.getPrototypeOf(handle);
    await handle.close();
    const write = prototype.write;
    vi.spyOn(prototype, "write").mockImplementation(function (this: unknown, ...parameters: unknown[]) {
      const [bytes, from, length] = parameters as [Uint8Array, number, number];
      return write.call(this, bytes, from, Math.min(length, 7));
    });
    const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);
    await writeFileAtomic(join(folder, "file"), bytes);
    expect(new Uint8Array(await readFile(join(folder, "file")))).toEqual(bytes);
  });

  test.each([
    ["write", "ENOSPC", 2, "the disk is full"],
    ["sync", "EIO", 1, "input/output error"],
  ] as const)(
    "a failing %s (%s) leaves the old file and no temporary one",
    async (method, code, after, says) => {
      const path = join(folder, "file");
      await writeFileAtomic(path, "old");
      await breakDisk(method, code, after);
      const attempt = writeFileAtomic(path, [new Uint8Array(10), new Uint8Array(10)]);
      await expect(attempt).rejects.toThrow(`cannot write ${path}: `);
      await expect(attempt).rejects.toThrow(says);
      await expect(attempt).rejects.toMatchObject({ exitCode: 1, name: "UserError" });
      expect(await readdir(folder)).toEqual(["file"]);
      expect(await readFile(path, "utf8")).toBe("old");
    },
  );

  test("names the path when the folder is missing, is a file, or the target is a folder", async () => {
    await writeFile(join(folder, "plain"), "");
    await mkdir(join(folder, "full"));
    await writeFile(join(folder, "full", "inside"), "");
    for (const [name, says] of [
      ["missing/file", /no such file or folder/],
      ["plain/file", /is a file, not a folder|no such file/],
      ["full", /is a folder|permission|in the way/],
    ] as const) {
      const path = join(folder, name);
      const attempt = writeFileAtomic(path, "x");
      await expect(attempt).rejects.toBeInstanceOf(UserError);
      await expect(attempt).rejects.toThrow(says);
      await expect(attempt).rejects.toThrow(path);
    }
    expect((await readdir(folder)).sort()).toEqual(["full", "plain"]);
  });

  test("passes on an error of whatever makes the chunks, and cleans up", async () => {
    const failing = (function* () {
      yield new Uint8Array(4);
      throw new RangeError("no more");
    })();
    await expect(writeFileAtomic(join(folder, "file"), failing)).rejects.toThrow(RangeError);
    expect(await readdir(folder)).toEqual([]);
  });

  test("two writers of one file at once leave one whole content", async () => {
    const path = join(folder, "file");
    const texts = ["a", "b", "c", "d"].map((letter) => letter.repeat(100_000));
    await Promise.all(texts.map((text) => writeFileAtomic(path, text)));
    expect(texts).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["file"]);
  });
});

describe("removeStaleTemporaries", () => {
  test("removes those of dead processes, and leaves others' and other files", async () => {
    const dead = `.a.safetensors.${deadProcess()}-1.tmp`;
    const forgotten = `.b.${process.pid}-1234567.tmp`; // Of a dead namesake of this process.
    const alive = `.c.${process.ppid}-1.tmp`;
    for (const name of [dead, forgotten, alive, "d.tmp", "e.1-1.tmp"])
      await writeFile(join(folder, name), "");
    expect((await removeStaleTemporaries(folder)).sort()).toEqual([dead, forgotten].sort());
    expect((await readdir(folder)).sort()).toEqual([alive, "d.tmp", "e.1-1.tmp"].sort());
  });

  test("leaves the one that this process is writing", async () => {
    const path = join(folder, "file");
    const meanwhile = (async function* () {
      yield new Uint8Array([1]);
      expect(await removeStaleTemporaries(folder)).toEqual([]);
      yield new Uint8Array([2]);
    })();
    await writeFileAtomic(path, meanwhile);
    expect([...(await readFile(path))]).toEqual([1, 2]);
  });
});

test("withTemporary lends a name of its own and leaves nothing there", async () => {
  const names = await Promise.all(
    ["a", "a"].map((name) =>
      withTemporary(join(folder, name), async (temporary) => {
        await mkdir(temporary);
        await writeFile(join(temporary, "inside"), "");
        expect(await removeStaleTemporaries(folder)).toEqual([]);
        return temporary;
      }),
    ),
  );
  expect(new Set(names).size).toBe(2);
  expect(await readdir(folder)).toEqual([]);
});

test("processExists tells the living from the dead", () => {
  expect(processExists(process.pid)).toBe(true);
  expect(processExists(deadProcess())).toBe(false);
});
