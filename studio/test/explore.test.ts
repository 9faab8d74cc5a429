// Exploring trained runs in real Chromium: what the page shows is what Node computes, nothing is asked of the server
// once the files are there, and the exported explorer runs below a folder of a plain host.

import { createReadStream } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodePng } from "../../src/pictures/png.ts";
import { randomStream } from "../../src/random/index.ts";
import type { ExplorerMap } from "../../src/studio/explorer/contract.ts";
import { exportExplorer } from "../../src/studio/explorer/export.ts";
import { open } from "../../src/training/open.ts";
import { train } from "../../src/training/train.ts";
import { type DrivenStudio, driveStudio, narrow, page as pageFolder, whyNot } from "./chromium.ts";

const name = whyNot === undefined ? "exploring" : `exploring (skipped: ${whyNot})`;

describe.skipIf(whyNot !== undefined)(name, () => {
  let driven: DrivenStudio;
  let host: Server | undefined;
  beforeAll(async () => {
    driven = await driveStudio();
    const glyphs = "glyphs:classes=digits,train=300,validation=30,test=60";
    await trained("two", { model: "vae", data: glyphs, options: { latent: 2 }, imageSize: 14 });
    await trained("six", {
      model: "autoencoder",
      data: glyphs,
      options: { latent: 6, widths: [16] },
      imageSize: 14,
    });
    await trained("classes", { model: "conditional-gan", data: glyphs, imageSize: 16 });
    await trained("ring", {
      model: "gan",
      data: "ring:train=200,validation=20,test=50",
      options: { latent: 3 },
    });
    const table = join(driven.runs, "..", "people.csv");
    const rows = Array.from({ length: 80 }, (_, row) => `${20 + (row % 40)},${row % 3 ? "clerk" : "cook"}`);
    await writeFile(table, ["age,job", ...rows, ""].join("\n"));
    await trained("table", {
      model: "autoencoder",
      data: table,
      options: { latent: 3, widths: [8], batch: 10 },
    });
  });
  afterAll(async () => {
    await driven?.close();
    host?.close();
  });

  async function trained(run: string, request: Parameters<typeof train>[0]): Promise<void> {
    const training = await train({ ...request, rounds: 12, threads: 1, out: join(driven.runs, run) });
    for await (const _ of training.events());
  }

  const mapOf = async (run: string): Promise<ExplorerMap> =>
    JSON.parse(await readFile(join(driven.runs, run, "explorer", "map.json"), "utf8"));

  test("moves over the map, and shows what the network makes", async () => {
    const page = await driven.open("#/explore");
    await page.getByText("Choose a run to see").waitFor();
    await page.getByLabel("Run", { exact: true }).selectOption("two");
    await page.locator("[data-milliseconds]").waitFor();
    await page.waitForLoadState("networkidle");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));

    // Where everything begins is the mean of the codes, decoded.
    const map = await mapOf("two");
    const run = await open(join(driven.runs, "two"));
    const close = async (code: Float32Array) => expectClose(await shown(page), (await run.decode(code)).data);
    await close(Float32Array.from(map.spaces[0]!.mean));

    const area = page.getByRole("application", { name: /^Map/ });
    await area.focus();
    const place = page.locator(".explore .below p");
    const before = await place.textContent();
    for (let step = 0; step < 5; step++) await area.press("ArrowRight");
    await area.press("ArrowUp");
    const { least, most } = map.spaces[0]!.plane;
    const [x, y] = map.spaces[0]!.mean as [number, number];
    const moved = [x + 5 * 0.02 * (most[0] - least[0]), y + 0.02 * (most[1] - least[1])];
    await close(Float32Array.from(moved));
    expect(await place.textContent()).not.toBe(before);
    expect(await place.textContent()).toBe(
      moved.map((value) => value.toFixed(2).replace("-", "−")).join(", "),
    );
    await area.press("Home");
    await close(Float32Array.from(map.spaces[0]!.mean));

    // Dragged.
    const box = (await area.boundingBox())!;
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 150, { steps: 10 });
    await page.mouse.up();
    const [dragged, ...rest] = (await place.textContent())!.replaceAll("−", "-").split(", ").map(Number);
    expect(rest).toHaveLength(1);
    const part = (200 - 50) / (box.width - 58);
    expect(dragged).toBeCloseTo(least[0] + part * (most[0] - least[0]), 1);

    // A seed gives what the command generates of it.
    await page.getByRole("spinbutton", { name: "Seed" }).fill("7");
    await page.getByRole("spinbutton", { name: "Seed" }).press("Enter");
    expectClose(await shown(page), (await run.generate(1, { seed: 7 })).data);
    expect(await page.getByRole("list", { name: "Classes" }).getByRole("button").count()).toBe(10);

    // One number alone, by keyboard; its strip is pictures.
    const slider = page.getByRole("slider", { name: "z1" });
    await slider.focus();
    await slider.press("Home");
    const { mean, deviation } = map.spaces[0]!;
    const noise = randomStream(7, "generate").normal(0, new Float32Array(2));
    await close(Float32Array.of(mean[0]! - 3 * deviation[0]!, noise[1]!));
    await waitForPicture(page, "z1 from −3 to 3 deviations");

    // From one to another.
    await waitForPicture(page, "Pictures on the way");
    const way = page.getByRole("slider", { name: "Place on the way" });
    await way.focus();
    await way.press("Home");
    const first = await shown(page);
    await way.press("End");
    expect(difference(await shown(page), first)).toBeGreaterThan(0);

    await page.getByLabel("pictures behind").check();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the map as PNG" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("two-map.png");

    // All of it without the server; the encoder has not been needed yet.
    expect(asked.filter((url) => !url.startsWith("blob:") && !url.endsWith("/api/runs"))).toEqual([]);
    await run.close();
    await page.context().close();
    expect(driven.faults).toEqual([]);
  });

  test("rebuilds and scores a picture of one's own", async () => {
    const page = await driven.open("#/explore/six");
    await page.locator("[data-milliseconds]").waitFor();
    const run = await open(join(driven.runs, "six"));
    const { test: split } = await run.data();
    const data = split.values.slice(0, 14 * 14) as Uint8Array;
    await page.getByLabel("A picture from a file").setInputFiles({
      name: "digit.png",
      mimeType: "image/png",
      buffer: Buffer.from(encodePng({ width: 14, height: 14, channels: 1, data })),
    });
    const row = page.getByRole("row", { name: /^mean squared error/ });
    await row.waitFor();
    const values = Float32Array.from(data, (byte) => byte / 255);
    const { data: scores } = await run.anomaly(values, { score: "reconstruction" });
    expect(Number((await row.textContent())!.match(/0\.\d+/)![0].slice(0, 6))).toBeCloseTo(scores[0]!, 3);
    await row.getByText(/^more than \d+ % of the examples$/).waitFor();
    expectClose(await pixelsOf(page, "Its reconstruction"), (await run.reconstruct(values)).data);
    // The map is where its code is.
    expectClose(await shown(page), (await run.reconstruct(values)).data);

    await page.getByLabel("dark and light exchanged").check();
    const inverted = values.map((value) => 1 - value);
    await expect
      .poll(async () => difference(await pixelsOf(page, "The picture as the networks see it"), inverted))
      .toBeLessThan(0.01);

    // What is no picture is one line.
    await page.getByLabel("A picture from a file").setInputFiles({
      name: "notes.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("no picture"),
    });
    await page.getByText("this is no picture that the browser reads").waitFor();
    driven.faults.length = 0;

    // Dropped and pasted: of two sizes, all white and all black.
    await page.getByRole("button", { name: "Close this message" }).click();
    await page.getByLabel("dark and light exchanged").uncheck();
    for (const [kind, size, value] of [
      ["drop", 40, 255],
      ["paste", 30, 0],
    ] as const) {
      const pixels = new Uint8Array(size * size * 3).fill(value);
      const bytes = encodePng({ width: size, height: size, channels: 3, data: pixels });
      await page.evaluate(giving(kind, bytes));
      await expect
        .poll(async () => new Set(await pixelsOf(page, "The picture as the networks see it")))
        .toEqual(new Set([value / 255]));
    }
    await page.getByRole("button", { name: /^An example/ }).click();
    await expect
      .poll(async () => new Set(await pixelsOf(page, "The picture as the networks see it")).size)
      .toBeGreaterThan(2);
    await run.close();
    await page.context().close();
    expect(driven.faults).toEqual([]);
  });

  test("generates of noise and classes, points and rows", async () => {
    const page = await driven.open("#/explore/classes");
    await page.getByRole("heading", { name: "Map of the noise" }).waitFor();
    await page.locator("[data-milliseconds]").waitFor();
    const run = await open(join(driven.runs, "classes"));
    await page.getByLabel("Class", { exact: true }).selectOption("3");
    const noise = randomStream(0, "generate").normal(
      0,
      new Float32Array(run.inputs("generate")![0]!.shape[0]!),
    );
    expectClose(await shown(page), (await run.apply("generate", noise, Int32Array.of(3))).data);
    await run.close();

    await page.goto(page.url().replace("classes", "ring"));
    await page.getByRole("img", { name: /^The point / }).waitFor();
    await page.goto(page.url().replace("ring", "table"));
    await page.getByRole("row", { name: /^job (clerk|cook)/ }).waitFor();
    await page.getByRole("row", { name: /^age \d+/ }).waitFor();
    await page.context().close();
    expect(driven.faults).toEqual([]);
  });

  test("fits 390 pixels, light and dark", async () => {
    const page = await driven.open("#/explore/six", { viewport: narrow });
    for (const run of ["six", "table"]) {
      await page.goto(page.url().replace("six", run));
      await page.getByRole("heading", { name: `Explore ${run}` }).waitFor();
      await page.locator("[data-milliseconds]").waitFor();
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        expect([run, wide]).toEqual([run, narrow.width]);
      }
    }
    await page.context().close();
    expect(driven.faults).toEqual([]);
  });

  test("says in one line what is broken", async () => {
    const file = join(driven.runs, "six", "explorer", "decode.onnx");
    const sound = await readFile(file);
    await writeFile(file, Buffer.alloc(sound.length, 7));
    const page = await driven.open("#/explore/six");
    await page.getByText(/^decode\.onnx is no network that runs here: /).waitFor();
    await writeFile(file, sound);
    await page.goto(page.url().replace("six", "nothing"));
    await page.getByText('there is no run "nothing"').waitFor();
    await page.context().close();
    driven.faults.length = 0;
  });

  test("is written as files that a plain host gives out, below any folder", async () => {
    const folder = join(driven.runs, "..", "host");
    const { bytes, files } = await exportExplorer(join(driven.runs, "six"), join(folder, "deep", "site"), {
      page: pageFolder,
    });
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["index.html", "explorer/map.json", "explorer/decode.onnx"]),
    );
    expect(bytes).toBe(files.reduce((sum, file) => sum + file.bytes, 0));
    // Again, over the first.
    await exportExplorer(join(driven.runs, "six"), join(folder, "deep", "site"), { page: pageFolder });
    await expect(exportExplorer(join(driven.runs, "six"), driven.runs, { page: pageFolder })).rejects.toThrow(
      /holds other files; give a folder that is new or empty/,
    );

    host = await serve(folder);
    const address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/deep/site/`;
    const context = await driven.browser.newContext();
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url()) && !request.url().startsWith(address))
        faults.push(request.url());
    });
    page.on("response", (response) => response.status() >= 400 && faults.push(response.url()));
    await page.goto(address);
    await page.locator("[data-milliseconds]").waitFor();
    await page.getByRole("heading", { name: "six" }).waitFor();
    const run = await open(join(driven.runs, "six"));
    const { mean } = (await mapOf("six")).spaces[0]!;
    expectClose(await shown(page), (await run.decode(Float32Array.from(mean))).data);
    await run.close();
    await page.getByRole("button", { name: /^An example/ }).click();
    await page.getByRole("row", { name: /^mean squared error/ }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});

/** Gives the page a picture by hand, as a script. */
const giving = (kind: "drop" | "paste", bytes: Uint8Array): string => `{
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.of(${bytes.join()})], "given.png", { type: "image/png" }));
  document.querySelector(".drop").dispatchEvent(${
    kind === "drop"
      ? 'new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })'
      : 'new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })'
  });
}`;

/** What is read of a canvas; the page's own types are not known here. */
interface CanvasElement {
  readonly width: number;
  readonly height: number;
  getContext(kind: "2d"): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

/** The first channel of a canvas's pixels, from 0 to 1. */
async function pixelsOf(page: Page, label: string): Promise<number[]> {
  const canvas = page.getByRole("img", { name: label, exact: true }).first();
  return canvas.evaluate((element) => {
    const drawn = element as unknown as CanvasElement;
    const { width, height } = drawn;
    const { data } = drawn.getContext("2d").getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, at) => data[4 * at]! / 255);
  });
}

/** What the present code makes, when nothing more is being computed. */
async function shown(page: Page): Promise<number[]> {
  const label = await page.locator(".explore .shown h2").textContent();
  let last = await pixelsOf(page, label!);
  for (let still = 0; still < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    const next = await pixelsOf(page, label!);
    still = difference(next, last) === 0 ? still + 1 : 0;
    last = next;
  }
  return last;
}

async function waitForPicture(page: Page, label: string): Promise<void> {
  await expect
    .poll(async () => new Set(await pixelsOf(page, label)).size, { timeout: 20_000 })
    .toBeGreaterThan(2);
}

/** The largest difference. */
const difference = (left: ArrayLike<number>, right: ArrayLike<number>): number => {
  expect(left.length).toBe(right.length);
  let most = 0;
  for (let at = 0; at < left.length; at++) most = Math.max(most, Math.abs(left[at]! - right[at]!));
  return most;
};

/** To a level of grey and a half. */
const expectClose = (pixels: readonly number[], values: Float32Array): void =>
  expect(difference(pixels, values)).toBeLessThan(1.5 / 255);

/** A host that knows nothing but files. */
async function serve(folder: string): Promise<Server> {
  const types: Readonly<Record<string, string>> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
  };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, "http://host").pathname.replace(/\/$/, "/index.html");
    const file = join(folder, path);
    const found = await stat(file).catch(() => undefined);
    response.writeHead(found ? 200 : 404, {
      "content-type": types[extname(file)] ?? "application/octet-stream",
    });
    if (found) createReadStream(file).pipe(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
