import { appendFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeRun } from "../../test/support/studio-runs.ts";
import { runTrial, type TrialRunner } from "../sweep/run-trial.ts";
import { lockRun } from "../training/run-lock.ts";
import type {
  DataListing,
  ModelDetails,
  ModelListing,
  Refusal,
  RunDetails,
  RunHistory,
  RunSummary,
} from "./contract.ts";
import { RunsFolder } from "./runs-folder.ts";
import { createApp, startStudio } from "./server.ts";
import { Trainings } from "./trainings.ts";

let folder: string;
let runs: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "gamelan-studio-")));
  runs = join(folder, "runs");
  await mkdir(runs);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const never: TrialRunner = async () => ({ status: "lost", reason: "no run is to be trained here" });

function appWith({ runner = never, token }: { runner?: TrialRunner; token?: string } = {}) {
  const trainings = new Trainings(runner);
  const page = join(folder, "page");
  const app = createApp({
    folder: new RunsFolder(runs),
    trainings,
    page,
    ...(token === undefined ? {} : { token }),
  });
  return { app, trainings, page };
}

interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as the studio's own page makes it, unless other headers are given. */
function ask(app: Hono, path: string, { method, body, headers = {} }: Asked = {}): Promise<Response> {
  return Promise.resolve(
    app.request(`http://127.0.0.1:4263${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        host: "127.0.0.1:4263",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }),
  );
}

const jsonOf = async <Answer = unknown>(response: Promise<Response>): Promise<Answer> =>
  (await (await response).json()) as Answer;

describe("runs", () => {
  test("are listed, the newest first, and a broken one does not break the list", async () => {
    await makeRun(runs, { name: "old", created: "2026-01-01T00:00:00Z", finished: true });
    await makeRun(runs, { name: "new", created: "2026-02-01T00:00:00Z" });
    const broken = await makeRun(runs, { name: "broken" });
    await writeFile(join(broken, "run.json"), "{");
    await mkdir(join(runs, "no-run"));
    // There is one, that cannot be read.
    await mkdir(join(runs, "unread"));
    await symlink("run.json", join(runs, "unread", "run.json"));
    const list = await jsonOf<RunSummary[]>(ask(appWith().app, "/api/runs"));
    expect(list.map(({ name, state }) => [name, state])).toEqual([
      ["new", "paused"],
      ["old", "finished"],
      ["broken", "broken"],
      ["unread", "broken"],
    ]);
    expect(list[0]).toMatchObject({
      model: "gan",
      data: "ring",
      round: 50,
      rounds: 50,
      epoch: 0.5,
      metrics: { critic: 0.02 },
      picture: "generated-0000010.png",
      warnings: ["only 50 % of the modes are covered"],
    });
    expect(list[2]!.problem).toMatch(/run.json is damaged: it is not JSON/);
  });

  test("are told about, and read again when they have changed", async () => {
    const path = await makeRun(runs, { name: "one", finished: true });
    const { app } = appWith();
    expect(await jsonOf(ask(app, "/api/runs/one"))).toMatchObject({
      description: { model: "gan", seed: 0 },
      measured: { round: 50, test: { modes: 7 } },
      roles: ["generate"],
    });
    await appendFile(
      join(path, "events.jsonl"),
      '{"type":"round","round":60,"epoch":0.6,"metrics":{"critic":9}}\n',
    );
    expect(await jsonOf(ask(app, "/api/runs/one"))).toMatchObject({ round: 60, metrics: { critic: 9 } });
  });

  test("have logs, thinned and followed", async () => {
    await makeRun(runs, { name: "one", events: 100 });
    const { app } = appWith();
    const history = await jsonOf<RunHistory>(ask(app, "/api/runs/one/history?points=10"));
    expect(history.rounds).toHaveLength(10);
    const tail = await jsonOf(ask(app, `/api/runs/one/events?from=${history.next}`));
    expect(tail).toMatchObject({ events: [], reset: false, run: { name: "one", round: 1000 } });
    expect((await ask(app, "/api/runs/one/history?points=0")).status).toBe(400);
    expect((await ask(app, "/api/runs/one/events?from=-1")).status).toBe(400);
  });

  test("that are not there, or are broken, are one line", async () => {
    const broken = await makeRun(runs, { name: "broken" });
    await rm(join(broken, "events.jsonl"));
    const { app } = appWith();
    const missing = await ask(app, "/api/runs/none");
    expect([missing.status, await missing.json()]).toEqual([404, { error: 'there is no run "none"' }]);
    expect(await jsonOf(ask(app, "/api/runs/broken"))).toMatchObject({ state: "broken" });
    expect(await jsonOf(ask(app, "/api/runs/broken/history"))).toEqual({
      error: "its events cannot be read (ENOENT)",
    });
    expect((await ask(app, "/api/runs/broken/resume", { body: {} })).status).toBe(409);
  });
});

test("a run that another process trains is watched, and left alone", async () => {
  const path = await makeRun(runs, { name: "one" });
  const lock = await lockRun(path);
  const { app } = appWith({ runner: runTrial });
  expect(await jsonOf(ask(app, "/api/runs/one"))).toMatchObject({ state: "elsewhere" });
  for (const deed of ["resume", "stop"])
    expect(await jsonOf(ask(app, `/api/runs/one/${deed}`, { body: {} }))).toEqual({
      error: "one is being trained by a process that this server did not start",
    });
  await lock.release();
  expect(await jsonOf(ask(app, "/api/runs/one"))).toMatchObject({ state: "paused" });
});

describe("files of a run", () => {
  test("are given out, and not again where the browser has them", async () => {
    await makeRun(runs, { name: "one" });
    const { app } = appWith();
    const first = await ask(app, "/api/runs/one/files/samples/generated-0000010.png");
    expect(first.headers.get("content-type")).toBe("image/png");
    expect((await first.arrayBuffer()).byteLength).toBe(Number(first.headers.get("content-length")));
    const headers = { "if-none-match": first.headers.get("etag")! };
    expect((await ask(app, "/api/runs/one/files/samples/generated-0000010.png", { headers })).status).toBe(
      304,
    );
  });

  test("outside of the folder of runs are not", async () => {
    const path = await makeRun(runs, { name: "one" });
    await writeFile(join(folder, "secret.png"), "secret");
    await symlink(join(folder, "secret.png"), join(path, "samples", "link.png"));
    const elsewhere = join(folder, "elsewhere");
    await makeRun(elsewhere, { name: "two" });
    await symlink(join(elsewhere, "two"), join(runs, "two"));
    const { app } = appWith();
    for (const [file, status] of [
      ["one/files/samples/link.png", 403],
      ["one/files/samples/..%2F..%2F..%2Fsecret.png", 404],
      ["one/files/..%2Fsecret.png", 404],
      ["one/files/lock", 404],
      ["one/files/checkpoints/round-1.safetensors", 404],
      ["one/files/samples/.hidden.png", 404],
      ["..%2F..%2Fsecret.png", 404],
      ["%2e%2e", 404],
      ["two", 403],
      ["two/files/run.json", 403],
      ["%E0%A4%A/files/run.json", 404],
    ] as const) {
      const response = await ask(app, `/api/runs/${file}`);
      expect([file, response.status]).toEqual([file, status]);
    }
    const list = await jsonOf<RunSummary[]>(ask(app, "/api/runs"));
    expect(list[1]).toMatchObject({
      name: "two",
      state: "broken",
      problem: expect.stringContaining("outside"),
    });
  });
});

describe("whoever asks", () => {
  test("must be the studio's own page, at this machine", async () => {
    const { app } = appWith();
    const statusOf = async (headers: Record<string, string>, asked: Asked = {}) =>
      (await ask(app, "/api/runs", { ...asked, headers: { ...asked.headers, ...headers } })).status;
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ host: "localhost:4263" })).toBe(200);
    expect(await statusOf({ host: "[::1]:4263" })).toBe(200);
    expect(await statusOf({ origin: "http://127.0.0.1:4263", "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await statusOf({ "sec-fetch-site": "none" })).toBe(200);
    // A name that was resolved anew to this machine.
    expect(await statusOf({ host: "evil.example:4263" })).toBe(403);
    expect(await statusOf({ origin: "http://evil.example" })).toBe(403);
    expect(await statusOf({ origin: "null" })).toBe(403);
    expect(await statusOf({ origin: "http://127.0.0.1:3000" })).toBe(403);
    expect(await statusOf({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await statusOf({ "sec-fetch-site": "same-site" })).toBe(403);
    expect(await statusOf({ "content-type": "text/plain" }, { body: "{}" })).toBe(415);
  });

  test("needs the token where others can reach the server, and then has a cookie", async () => {
    const { app } = appWith({ token: "right" });
    const host = { host: "192.168.1.5:4263" };
    expect((await ask(app, "/api/runs", { headers: host })).status).toBe(401);
    expect((await ask(app, "/?token=wrong", { headers: host })).status).toBe(401);
    const entered = await ask(app, "/?token=right", { headers: host });
    expect([entered.status, entered.headers.get("location")]).toEqual([302, "/"]);
    const slashes = await ask(app, "//evil.example/?token=right", { headers: host });
    expect(slashes.headers.get("location")).toBe("/evil.example/");
    const [cookie = ""] = entered.headers.get("set-cookie")!.split(";");
    expect(entered.headers.get("set-cookie")).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask(app, "/api/runs", { headers: { ...host, cookie } })).status).toBe(200);
    expect(
      (await ask(app, "/api/runs", { headers: { ...host, cookie, origin: "http://evil.example" } })).status,
    ).toBe(403);
  });

  test("gets a page that loads nothing from elsewhere", async () => {
    const { app, page } = appWith();
    expect(await jsonOf(ask(app, "/"))).toEqual({
      error: "the page of the studio is not built; npm run build makes it",
    });
    await mkdir(join(page, "assets"), { recursive: true });
    await writeFile(join(page, "index.html"), "<!doctype html>");
    await writeFile(join(page, "assets", "a.js"), "1");
    await writeFile(join(folder, "secret.txt"), "secret");
    const index = await ask(app, "/");
    expect(index.headers.get("content-security-policy")).toMatch(/^default-src 'self';/);
    expect(index.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
    expect((await ask(app, "/assets/a.js")).headers.get("cache-control")).toMatch(/immutable/);
    for (const path of ["/../secret.txt", "/..%2Fsecret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/none"])
      expect((await ask(app, path)).status).toBe(404);
  });
});

test("a folder of runs that is not there yet is empty, and one that cannot be read says so", async () => {
  await rm(runs, { recursive: true });
  const { app } = appWith();
  expect(await jsonOf(ask(app, "/api/runs"))).toEqual([]);
  await writeFile(runs, "");
  expect(await jsonOf(ask(app, "/api/runs"))).toEqual({
    error: `cannot read ${runs}: a part of that path is a file, not a folder`,
  });
});

describe("what can be trained", () => {
  test("models with the schemas of their options", async () => {
    const { app } = appWith();
    const models = await jsonOf<ModelListing[]>(ask(app, "/api/models"));
    expect(models.find(({ name }) => name === "wgan-gp")!.family).toBe("gan");
    const { options } = await jsonOf<ModelDetails>(ask(app, "/api/models/vae"));
    const beta = options.find(({ name }) => name === "beta")!;
    expect(beta).toMatchObject({ allowed: expect.stringContaining("number"), schema: { type: "number" } });
    expect(beta.description).not.toBe("");
    expect(await jsonOf(ask(app, "/api/models/vea"))).toEqual({ error: expect.stringContaining("vae") });
  });

  test("and data", async () => {
    const { sources, devices } = await jsonOf<DataListing>(ask(appWith().app, "/api/data"));
    expect(sources.find(({ name }) => name === "glyphs")!.present).toBe(true);
    expect(devices).toContain("cpu");
  });

  test("with examples as pictures, where they can be drawn", async () => {
    const { app } = appWith();
    for (const query of [
      "source=glyphs:train=50,test=5&imageSize=14&grey=true",
      "source=ring:train=50,test=5",
    ]) {
      const response = await ask(app, `/api/data/picture?${query}`);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    }
    await writeFile(join(folder, "table.csv"), "a,b,c\n1,2,3\n4,5,6\n");
    expect((await ask(app, `/api/data/picture?source=${join(folder, "table.csv")}`)).status).toBe(404);
    expect(await jsonOf(ask(app, "/api/data/picture?source=rnig"))).toEqual({
      error: expect.stringContaining('did you mean "ring"'),
    });
    expect((await ask(app, "/api/data/picture?source=glyphs&imageSize=x")).status).toBe(400);
  });
});

describe("a run", () => {
  const small = { model: "gan", data: "ring:train=500,validation=50,test=50", options: { batch: 50 } };

  test("is begun, paused, resumed and stopped", async () => {
    const { app, trainings } = appWith({ runner: runTrial });
    const begun = await ask(app, "/api/runs", {
      body: { ...small, name: "one", rounds: 1_000_000, threads: 1 },
    });
    const { name, state, rounds } = await jsonOf<RunSummary>(Promise.resolve(begun));
    expect([begun.status, name, state, rounds]).toEqual([201, "one", "training", 1_000_000]);
    expect((await ask(app, "/api/runs/one/resume", { body: {} })).status).toBe(409);
    const paused = await jsonOf<RunSummary>(ask(app, "/api/runs/one/pause", { body: {} }));
    expect(paused.state).toBe("paused");
    expect(await jsonOf(ask(app, "/api/runs/one/resume", { body: {} }))).toMatchObject({ state: "training" });
    await jsonOf(ask(app, "/api/runs/one/stop", { body: {} }));
    await trainings.get("one")?.outcome;
    const stopped = await jsonOf<RunDetails>(ask(app, "/api/runs/one"));
    expect(stopped).toMatchObject({ state: "finished", measured: { round: stopped.rounds } });
    expect(stopped.roles).toContain("generate");
    expect(Object.keys(stopped.metrics)).toEqual(
      expect.arrayContaining(["critic/gradientNorm", "generator/stepSize"]),
    );
    expect(await jsonOf(ask(app, "/api/runs/one/resume", { body: { rounds: stopped.round - 1 } }))).toEqual({
      error: `one has ${stopped.round} rounds already; give at least as many`,
    });
    expect((await ask(app, "/api/runs", { body: { ...small, name: "one" } })).status).toBe(409);
    await ask(app, "/api/runs", { body: { ...small, name: "two", rounds: 2, sizes: false } });
    await trainings.get("two")?.outcome;
    const { metrics } = await jsonOf<RunSummary>(ask(app, "/api/runs/two"));
    expect(Object.keys(metrics).join()).not.toMatch(/Norm|Size/);
    await trainings.close();
  });

  test("that cannot be begun says why in one line", async () => {
    const { app } = appWith({ runner: runTrial });
    const errorOf = async (body: unknown) => (await jsonOf<Refusal>(ask(app, "/api/runs", { body }))).error;
    expect(await errorOf({ ...small, model: "gna" })).toMatch(/did you mean "gan"/);
    expect(await errorOf({ ...small, options: { latent: 0 } })).toMatch(/latent=0 is not possible/);
    expect(await errorOf({ ...small, data: "rnig" })).toMatch(/did you mean "ring"/);
    expect(await errorOf({ ...small, epochs: 1, rounds: 1 })).toMatch(/not both/);
    expect(await errorOf({ ...small, name: "../x" })).toMatch(/a run cannot be named/);
    expect(await errorOf({ ...small, out: "/tmp/x" })).toMatch(/out/);
    expect(await errorOf("{")).toMatch(/must be JSON/);
    expect(await jsonOf(ask(app, "/api/runs"))).toEqual([]);
  });
});

test("a real server answers at a free port, and saves what it trains when it is closed", async () => {
  let stopped = false;
  const runner: TrialRunner = async (job, { signal, onProgress }) => {
    await makeRun(runs, { name: job.path.split(/[/\\]/).at(-1)! });
    onProgress(0.5);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    stopped = true;
    return { status: "stopped" };
  };
  const studio = await startStudio({ folder: runs, port: 0, runner });
  expect(studio.url).toBe(`http://127.0.0.1:${studio.port}/`);
  const response = await fetch(`${studio.url}api/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gan", data: "ring" }),
  });
  expect(await response.json()).toMatchObject({ name: "gan-ring-1", state: "training" });
  await expect(startStudio({ folder: runs, port: studio.port })).rejects.toThrow(/is in use; choose another/);
  await studio.close();
  expect(stopped).toBe(true);
  await expect(fetch(studio.url)).rejects.toThrow();
});
