import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";
import { listCheckpoints } from "../training/checkpoint.ts";

let directory = "";
const run = (line: string) => gamelan(line.split(" "), { directory });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-with-run-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test("a damaged newest checkpoint is passed over with a warning, whatever the run is used for", async () => {
  const how = "--data glyphs:train=60,test=10 --set architecture=dense --set widths=8 --set latent=2";
  const small = "--set batch=10 --threads 1 --quiet --out runs/vae";
  expect(await run(`train vae ${how} ${small} --rounds 2`)).toMatchObject({ status: 0 });
  expect(await run("resume vae --rounds 4 --threads 1 --quiet")).toMatchObject({ status: 0 });
  const { path } = (await listCheckpoints(join(directory, "runs", "vae"))).at(-1)!;
  const bytes = await readFile(path);
  bytes[bytes.length - 5]! ^= 1;
  await writeFile(path, bytes);
  for (const use of ["generate vae --count 2", "embed vae", "export vae", "detect vae"]) {
    const finished = await run(`${use} --json --quiet`);
    expect(finished).toMatchObject({ status: 0 });
    expect(finished.stderr).toMatch(/^gamelan: .*damaged.*; going on from round 2 instead\n$/);
    lastJson(finished);
  }
});
