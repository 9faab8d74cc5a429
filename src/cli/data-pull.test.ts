import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { gamelan, lastJson } from "../../test/cli/run-command.ts";

const mnist = join(process.env.GAMELAN_DATA ?? "", "mnist");
const haveMnist = process.env.GAMELAN_DATA !== undefined && existsSync(mnist);

let directory = "";
let server: Server;
let address = "";
let serve: (name: string) => string | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gamelan-cli-pull-"));
  vi.stubEnv("GAMELAN_DATA", directory);
  serve = () => undefined;
  server = createServer((request, response) => {
    const path = serve(request.url?.slice(1) ?? "");
    if (path === undefined) response.writeHead(404).end();
    else createReadStream(path).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true, force: true });
});

test.skipIf(!haveMnist)("fetches a set once (needs GAMELAN_DATA)", async () => {
  serve = (name) => join(mnist, name);
  const first = await gamelan(["data", "pull", "mnist", "--from", address]);
  expect(first).toMatchObject({
    status: 0,
    stdout: `mnist: 4 files fetched, in ${join(directory, "mnist")}\n`,
  });
  expect(first.stderr).toContain("100 %");
  expect(await readdir(join(directory, "mnist"))).toHaveLength(4);
  const second = await gamelan(["data", "pull", "mnist", "--from", address, "--json", "--quiet"]);
  expect(lastJson(second)).toEqual({ name: "mnist", directory: join(directory, "mnist"), fetched: [] });
  expect(second.stderr).toBe("");
});

test("a publisher that fails is one line, exit status 1", async () => {
  const { status, stderr } = await gamelan(["data", "pull", "mnist", "--from", address, "--quiet"]);
  expect(stderr).toMatch(
    /^gamelan: cannot fetch train-images-idx3-ubyte.gz \(127\.0\.0\.1:\d+: it answered 404 .*\)\n$/,
  );
  expect(status).toBe(1);
});

test("Ctrl-C stops it with exit status 130", async () => {
  // The server holds the connection open, and the first line of progress is the moment to stop.
  server.removeAllListeners("request");
  server.on("request", (_, response) => response.writeHead(200).write("x"));
  const { status, stderr } = await gamelan(["data", "pull", "mnist", "--from", address], {
    terminal: true,
    stopAt: "mnist",
  });
  expect(stderr).toContain("gamelan: stopped; gamelan data pull mnist goes on with what has arrived\n");
  expect(status).toBe(130);
});
