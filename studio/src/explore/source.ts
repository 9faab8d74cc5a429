// Where the explorer's files come from: the studio, which makes them when they are asked for, or a folder beside the
// page, which any web host gives out.

import { EXPLORER_FORMAT, type ExplorerMap } from "../../../src/studio/explorer/contract.ts";
import { ask, runFile } from "../api.ts";

export interface ExplorerSource {
  map(signal: AbortSignal): Promise<ExplorerMap>;
  /** The address of a file that the map names. */
  address(file: string): string;
}

/** A run of the studio. */
export const studioSource = (run: string): ExplorerSource => ({
  map: (signal) => ask<ExplorerMap>(`runs/${encodeURIComponent(run)}/explorer`, { signal }),
  address: (file) => runFile(run, `explorer/${file}`),
});

/** A folder beside the page. */
export const folderSource = (folder: string): ExplorerSource => ({
  async map(signal) {
    const map = (await (await fetched(`${folder}/map.json`, signal)).json()) as ExplorerMap;
    if (map.format === EXPLORER_FORMAT) return map;
    throw new Error("the explorer's files are of another version than its page; export it again");
  },
  address: (file) => `${folder}/${encodeURIComponent(file)}`,
});

/** Float32 numbers of a file. */
export async function fetchFloats(address: string, signal: AbortSignal): Promise<Float32Array> {
  const bytes = await (await fetched(address, signal)).arrayBuffer();
  const view = new DataView(bytes);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

/** Pictures of examples, side by side. */
export async function fetchPictures(address: string, signal: AbortSignal): Promise<ImageBitmap> {
  return createImageBitmap(await (await fetched(address, signal)).blob());
}

async function fetched(address: string, signal: AbortSignal): Promise<Response> {
  const file = address.slice(address.lastIndexOf("/") + 1);
  const response = await fetch(address, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Error(`${file} cannot be fetched; is the server still there?`);
  });
  if (!response.ok) throw new Error(`${file} cannot be fetched: the server answered ${response.status}`);
  return response;
}
