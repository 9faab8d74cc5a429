import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { destinationOf, numberedFiles, refuseLeftovers, writeOut } from "./destination.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-destination-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const all = ["picture", "array", "folder"] as const;
const kindOf = async (path: string) => (await destinationOf(path, all)).kind;

test("the ending says what is wanted", async () => {
  expect(await kindOf("a/b.png")).toBe("picture");
  expect(await kindOf("B.PNG")).toBe("picture");
  expect(await kindOf("b.npy")).toBe("array");
  expect(await kindOf("b")).toBe("folder");
  expect(await kindOf("b.png/")).toBe("folder");
  await mkdir(join(directory, "v1.2"));
  expect(await kindOf(join(directory, "v1.2"))).toBe("folder");
});

test("what is not possible is said", async () => {
  await expect(destinationOf("a.jpg", all)).rejects.toThrow(
    '--out cannot be "a.jpg"; here it takes FILE.png, FILE.npy or a folder',
  );
  await expect(destinationOf("a", ["picture", "array"])).rejects.toThrow(
    "here it takes FILE.png or FILE.npy",
  );
  await expect(destinationOf("a.png", ["array"])).rejects.toThrow("here it takes FILE.npy");
  await expect(destinationOf("", all)).rejects.toThrow('--out cannot be ""');
  await writeFile(join(directory, "file"), "");
  await expect(destinationOf(join(directory, "file"), all)).rejects.toThrow("which is a file");
});

test("a file is written, and the folders above it", async () => {
  const path = join(directory, "new", "deep", "a.npy");
  await writeOut(path, Uint8Array.of(1, 2));
  expect([...(await readFile(path))]).toEqual([1, 2]);
  await writeOut(path, Uint8Array.of(3));
  expect([...(await readFile(path))]).toEqual([3]);
  await expect(writeOut(join(path, "b.npy"), Uint8Array.of(1))).rejects.toThrow("cannot write");
});

test("files are numbered so that they sort", () => {
  expect(numberedFiles("d", 2)).toEqual([join("d", "0001.png"), join("d", "0002.png")]);
  expect(numberedFiles("d", 10_000).at(-1)).toBe(join("d", "10000.png"));
  expect(numberedFiles("d", 10_000)[0]).toBe(join("d", "00001.png"));
});

test.runIf(process.platform === "linux")("where no folder can be made it says so", async () => {
  await expect(writeOut("/proc/none/deep/a.npy", Uint8Array.of(1))).rejects.toThrow(
    "cannot write /proc/none/deep:",
  );
});

test("files of an earlier call do not stay among the new ones", async () => {
  const folder = join(directory, "earlier");
  const files = numberedFiles(folder, 2);
  await refuseLeftovers(folder, files);
  for (const file of [...files, join(folder, "holiday-2019.png"), join(folder, "cats", "about.txt")])
    await writeOut(file, new Uint8Array());
  await refuseLeftovers(folder, files);
  await writeOut(join(folder, "train", "cats", "generated-0003.png"), new Uint8Array());
  await expect(refuseLeftovers(folder, files)).rejects.toThrow(
    `${join(folder, "train", "cats", "generated-0003.png")} would be left among the new files and count as theirs; ` +
      `empty ${folder}, or name another folder`,
  );
  await expect(refuseLeftovers(folder, numberedFiles(folder, 1))).rejects.toThrow(
    `${join(folder, "0002.png")} and 1 more would be left`,
  );
});
