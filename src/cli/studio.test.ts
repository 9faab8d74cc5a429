import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-studio-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const stopAt = "Ctrl-C ends it";

test("says where the page is, until it is stopped", async () => {
  const finished = await gamelan(["studio", folder, "--port", "0", "--json"], { stopAt });
  expect(finished.status).toBe(0);
  const { url, folder: shown } = lastJson(finished);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(shown).toBe(folder);
  await expect(fetch(url as string)).rejects.toThrow();
});

test("where others can reach it, the address has a token", async () => {
  const { stdout } = await gamelan(["studio", folder, "--port", "0", "--host", "0.0.0.0"], { stopAt });
  const [, host] = /http:\/\/([\d.]+):\d+\/\?token=[\w-]{24}$/m.exec(stdout) ?? [];
  // One that a browser elsewhere can open.
  expect(["0.0.0.0", undefined]).not.toContain(host);
});

test("a folder of runs that cannot be read is said to be", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const { status, stderr } = await gamelan(["studio", file]);
  expect([status, stderr]).toEqual([
    1,
    `gamelan: cannot read ${file}: a part of that path is a file, not a folder\n`,
  ]);
});

test("a port that is in use is said to be", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  const { status, stderr } = await gamelan(["studio", folder, "--port", String(port)]);
  expect([status, stderr]).toEqual([
    1,
    `gamelan: port ${port} of 127.0.0.1 is in use; choose another with --port\n`,
  ]);
  other.close();
});
