import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PublishedSet } from "./published.ts";
import { type PullOptions, pullDataset } from "./pull.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const content: Readonly<Record<string, Buffer>> = {
  "a.bin": Buffer.from(Uint8Array.from({ length: 300_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24)),
  "b.bin": Buffer.from("a small file"),
};
const fileOf = (name: string) => ({
  name,
  bytes: content[name]!.length,
  sha256: createHash("sha256").update(content[name]!).digest("hex"),
});

let folder: string;
let servers: Server[];
let requests: { url: string; range: string | undefined }[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gamelan-pull-"));
  servers = [];
  requests = [];
});
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

/** A server on a free port; `handler` sees how many requests came before. */
async function serve(handler: Handler): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? "", range: request.headers.range });
    handler(request, response, count++);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const bodyOf = (request: IncomingMessage): Buffer => content[(request.url ?? "").slice(1)]!;

const whole: Handler = (request, response) => {
  const body = bodyOf(request);
  const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1];
  if (from === undefined) {
    response.writeHead(200, { "content-length": body.length });
    response.end(body);
  } else {
    response.writeHead(206, {
      "content-length": body.length - Number(from),
      "content-range": `bytes ${from}-${body.length - 1}/${body.length}`,
    });
    response.end(body.subarray(Number(from)));
  }
};

/** Sends the first `length` bytes and breaks the connection. */
const cut =
  (length: number): Handler =>
  (request, response) => {
    const body = bodyOf(request);
    response.writeHead(200, { "content-length": body.length });
    response.write(body.subarray(0, length), () => setTimeout(() => response.destroy(), 20));
  };
const answer =
  (status: number): Handler =>
  (_, response) => {
    response.writeHead(status);
    response.end("sorry");
  };

function pull(mirrors: string[], options: PullOptions = {}, files = ["a.bin", "b.bin"]) {
  const set: PublishedSet = { summary: "", licence: "", classes: [], mirrors, files: files.map(fileOf) };
  return pullDataset("test", { directory: folder, set, retryDelay: 1, ...options });
}

async function expectWhole(files = ["a.bin", "b.bin"]): Promise<void> {
  expect((await readdir(folder)).sort()).toEqual(files);
  for (const file of files) expect((await readFile(join(folder, file))).equals(content[file]!)).toBe(true);
}

describe("pullDataset", () => {
  test("fetches the files, and says how far it is", async () => {
    const seen: [number, number][] = [];
    const result = await pull([await serve(whole)], {
      onProgress: (bytes, total) => seen.push([bytes, total]),
    });
    expect(result).toEqual({ directory: folder, fetched: ["a.bin", "b.bin"] });
    await expectWhole();
    const total = 300_012;
    expect(seen[0]).toEqual([0, total]);
    expect(seen.at(-1)).toEqual([total, total]);
    expect(seen.every(([bytes], i) => i === 0 || bytes >= seen[i - 1]![0])).toBe(true);
  });

  test("fetches only what is missing or not whole", async () => {
    await writeFile(join(folder, "a.bin"), content["a.bin"]!);
    await writeFile(join(folder, "b.bin"), "broken");
    expect((await pull([await serve(whole)])).fetched).toEqual(["b.bin"]);
    await expectWhole();
    expect(requests.map(({ url }) => url)).toEqual(["/b.bin"]);
  });

  test("tries again after errors of the server", async () => {
    const flaky: Handler = (request, response, count) =>
      (count < 3 ? answer([500, 503, 429][count]!) : whole)(request, response, count);
    await pull([await serve(flaky)]);
    await expectWhole();
    expect(requests).toHaveLength(5);
  });

  test("continues where the connection was cut", async () => {
    const flaky: Handler = (request, response, count) =>
      (count === 0 ? cut(100_000) : whole)(request, response, count);
    await pull([await serve(flaky)], {}, ["a.bin"]);
    await expectWhole(["a.bin"]);
    expect(requests).toHaveLength(2);
    expect(requests[1]!.range).toMatch(/^bytes=[1-9]\d*-$/);
  });

  test("starts over where the server knows no ranges", async () => {
    const flaky: Handler = (request, response, count) => {
      delete request.headers.range;
      (count === 0 ? cut(100_000) : whole)(request, response, count);
    };
    await pull([await serve(flaky)], {}, ["a.bin"]);
    await expectWhole(["a.bin"]);
  });

  test("goes to the next mirror where one has not the file, or other bytes", async () => {
    const wrong: Handler = (request, response) => {
      const body = Buffer.from(bodyOf(request));
      body[5]! ^= 1;
      response.end(body);
    };
    const longer: Handler = (request, response) =>
      response.end(Buffer.concat([bodyOf(request), Buffer.from("!")]));
    const mirrors = await Promise.all([answer(404), wrong, longer, whole].map(serve));
    await pull(mirrors);
    await expectWhole();
    expect(requests).toHaveLength(8);
  });

  test("replaces a bad beginning left by an earlier run", async () => {
    await writeFile(join(folder, "a.bin.part"), Buffer.alloc(1000, 7));
    await pull([await serve(whole)], {}, ["a.bin"]);
    await expectWhole(["a.bin"]);
    await writeFile(join(folder, "a.bin.part"), Buffer.alloc(400_000, 7));
    await rm(join(folder, "a.bin"));
    await pull([await serve(whole)], {}, ["a.bin"]);
    await expectWhole(["a.bin"]);
  });

  test("a connection that stalls counts as broken", async () => {
    const silent: Handler = (request, response, count) => {
      if (count > 0) whole(request, response, count);
    };
    await pull([await serve(silent)], { stallTimeout: 50 }, ["b.bin"]);
    await expectWhole(["b.bin"]);
  });

  test("says in one line why none of the mirrors would do, and leaves no file under its name", async () => {
    const mirrors = [
      await serve(answer(404)),
      await serve(answer(500)),
      await serve(cut(1000)),
      "http://127.0.0.1:1/",
    ];
    const error = await pull(mirrors, { retries: 1 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "UserError", exitCode: 1 });
    const { message } = error as Error;
    expect(message).toMatch(
      /^cannot fetch a\.bin \(127\.0\.0\.1:\d+: it answered 404 Not Found; .*: it answered 500 Internal Server Error; .*; 127\.0\.0\.1:1: .*\)$/,
    );
    expect(message).not.toContain("\n");
    expect((await readdir(folder)).filter((name) => !name.endsWith(".part"))).toEqual([]);
  });

  test("can be stopped, and continues later", async () => {
    const controller = new AbortController();
    const slow: Handler = (request, response, count) => {
      if (count > 0) return whole(request, response, count);
      response.writeHead(200, { "content-length": 300_000 });
      response.write(bodyOf(request).subarray(0, 50_000));
    };
    const address = await serve(slow);
    const onProgress = (bytes: number): void => {
      if (bytes >= 50_000) controller.abort();
    };
    await expect(pull([address], { signal: controller.signal, onProgress }, ["a.bin"])).rejects.toMatchObject(
      {
        name: "AbortError",
      },
    );
    expect(await readdir(folder)).toEqual(["a.bin.part"]);
    await pull([address], {}, ["a.bin"]);
    await expectWhole(["a.bin"]);
    expect(requests[1]!.range).toBe("bytes=50000-");
  });

  test("names a folder that cannot be written to, and a set that there is not", async () => {
    await writeFile(join(folder, "file"), "");
    await expect(pull([await serve(whole)], { directory: join(folder, "file") })).rejects.toMatchObject({
      name: "UserError",
      exitCode: 1,
      message: expect.stringMatching(/^cannot write to .*file: /),
    });
    await expect(pullDataset("mnis")).rejects.toThrow(
      'no data called "mnis" can be fetched; did you mean "mnist"?',
    );
    await expect(pullDataset("toString")).rejects.toThrow(/there is mnist, fashion-mnist/);
  });

  test.skipIf(process.env.GAMELAN_DATA === undefined)(
    "fetches MNIST as published (needs GAMELAN_DATA)",
    async () => {
      const address = await serve(async (request, response) => {
        response.end(await readFile(join(process.env.GAMELAN_DATA!, "mnist", (request.url ?? "").slice(7))));
      });
      const directory = join(folder, "deep", "mnist");
      await mkdir(join(folder, "deep"));
      const { fetched } = await pullDataset("mnist", { baseUrl: `${address}mnist`, directory });
      expect(fetched).toHaveLength(4);
    },
  );
});
