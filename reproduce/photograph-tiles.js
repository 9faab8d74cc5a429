/** Photographs of $GAMELAN_DATA/kodak, cut into tiles, as one array for training and one for the test. */
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import sharp from "sharp";
import { encodeNpy } from "../dist/data/index.js";

const SIZE = 32;
/** Photographs at the end of the list that are kept for the test. */
const KEPT = 3;
/** Tiles to learn from overlap: one begins at every sixteenth pixel, across and down. */
const STRIDE = 16;

export const TILES = {
  path: "reproduce/results/photograph-tiles.npz",
  words: `those of Kodak's in $GAMELAN_DATA/kodak, cut into tiles of ${SIZE}×${SIZE}; the last ${KEPT} of them are the test, and tiles of the others, which are learnt from, overlap by ${SIZE - STRIDE} pixels`,
};

const folder = () => join(process.env.GAMELAN_DATA ?? "", "kodak");

/** Whether there are photographs. */
export const hasPhotographs = () => process.env.GAMELAN_DATA !== undefined && existsSync(folder());

export async function writeTiles() {
  const names = (await readdir(folder())).filter((name) => name.endsWith(".png")).sort();
  const tiles = await Promise.all(
    names.map((name, index) => tilesOf(join(folder(), name), index < names.length - KEPT ? STRIDE : SIZE)),
  );
  const arrayOf = (/** @type {Uint8Array[]} */ all) => {
    const bytes = new Uint8Array(Buffer.concat(all));
    return encodeNpy(bytes, [bytes.length / (3 * SIZE * SIZE), 3, SIZE, SIZE]);
  };
  await mkdir(dirname(TILES.path), { recursive: true });
  const arrays = { "x_train.npy": arrayOf(tiles.slice(0, -KEPT)), "x_test.npy": arrayOf(tiles.slice(-KEPT)) };
  await writeFile(TILES.path, zipSync(arrays, { level: 0 }));
}

/** Whole tiles, one at every `stride` pixels, [count, 3, size, size]. @param {string} file @param {number} stride */
async function tilesOf(file, stride) {
  const { data, info } = await sharp(file).toColourspace("srgb").removeAlpha().raw().toBuffer({
    resolveWithObject: true,
  });
  const along = (/** @type {number} */ length) => Math.floor((length - SIZE) / stride) + 1;
  const [rows, columns] = [along(info.height), along(info.width)];
  const tiles = new Uint8Array(rows * columns * 3 * SIZE * SIZE);
  let to = 0;
  for (let tile = 0; tile < rows * columns; tile++)
    for (let channel = 0; channel < 3; channel++)
      for (let y = 0; y < SIZE; y++)
        for (let x = 0; x < SIZE; x++) {
          const row = Math.floor(tile / columns) * stride + y;
          const from = (row * info.width + (tile % columns) * stride + x) * 3 + channel;
          tiles[to++] = /** @type {number} */ (data[from]);
        }
  return tiles;
}
