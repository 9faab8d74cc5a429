// The files of the studio's page, as `npm run build` leaves them.

import { createReadStream } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Context } from "hono";
import { Refused } from "./refused.ts";

/** Where the page lies. */
export const pageFolder = fileURLToPath(new URL("../../dist/studio/page", import.meta.url));

/** Larger files, such as networks of many weights, are given out piece by piece. */
const WHOLE_BYTES = 64e6;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".onnx": "application/octet-stream",
};

/** Gives out a file of the page. Names of assets hold their content's hash, so that they may be kept for ever. */
export async function givePage(context: Context, folder: string): Promise<Response> {
  const path = decoded(new URL(context.req.url).pathname);
  const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
  const [real, root] = await Promise.all([file, folder].map((each) => realpath(each).catch(() => "")));
  if (root === "") throw new Refused("the page of the studio is not built; npm run build makes it", 404);
  if (real === "" || !real!.startsWith(root + sep)) throw new Refused(`there is nothing at ${path}`, 404);
  return giveFile(context, real!, { keep: path.startsWith("/assets/") });
}

/** Gives out a file; not again where the browser has it still. */
export async function giveFile(context: Context, path: string, { keep = false } = {}): Promise<Response> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Refused("there is no such file", 404);
  const tag = `"${found.mtimeMs.toString(36)}-${found.size.toString(36)}"`;
  const headers = {
    etag: tag,
    "cache-control": keep ? "public, max-age=31536000, immutable" : "no-cache",
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
  };
  if (context.req.header("if-none-match") === tag) return context.body(null, 304, headers);
  const body =
    found.size <= WHOLE_BYTES
      ? new Uint8Array(await readFile(path))
      : (Readable.toWeb(createReadStream(path)) as ReadableStream);
  return context.body(body, 200, { ...headers, "content-length": String(found.size) });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "/";
  }
}
