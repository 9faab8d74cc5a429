import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { encodePng, writePng } from "./png.ts";

test.each([1, 3] as const)("%i channels come back from a PNG file as they were", async (channels) => {
  const folder = await mkdtemp(join(tmpdir(), "gamelan-png-"));
  const data = Uint8Array.from({ length: 7 * 5 * channels }, (_, index) => (index * 37) % 256);
  await writePng(join(folder, "picture.png"), { width: 7, height: 5, channels, data });
  const back = decode(await readFile(join(folder, "picture.png")));
  expect(back).toMatchObject({ width: 7, height: 5, channels, depth: 8 });
  expect(new Uint8Array(back.data)).toEqual(data);
  await rm(folder, { recursive: true });
});

test("a part of a larger array is written as that part", () => {
  const data = new Uint8Array([9, 9, 1, 2, 3, 4, 9]).subarray(2, 6);
  const back = decode(encodePng({ width: 2, height: 2, channels: 1, data }));
  expect([...back.data]).toEqual([1, 2, 3, 4]);
});

test("wrong sizes and unwritable places are refused", async () => {
  expect(() => encodePng({ width: 2, height: 2, channels: 1, data: new Uint8Array(3) })).toThrow(RangeError);
  const path = join(tmpdir(), "gamelan-no-such-folder", "a.png");
  const attempt = writePng(path, { width: 1, height: 1, channels: 1, data: new Uint8Array(1) });
  await expect(attempt).rejects.toMatchObject({ name: "UserError", exitCode: 1 });
  await expect(attempt).rejects.toThrow(`cannot write ${path}`);
});
