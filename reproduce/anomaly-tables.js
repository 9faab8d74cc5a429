/** Tables of ADBench (Han, Hu, Huang, Jiang, Zhao 2022), from $GAMELAN_DATA/adbench, split for training and test. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { encodeNpz, readNpz } from "../dist/data/index.js";
import { randomStream, UserError } from "../dist/index.js";

/** `file`: its number and name in ADBench; `columns`: how many numbers a row has. */
export const TABLES = [
  { file: "2_annthyroid", columns: 6 },
  { file: "6_cardio", columns: 21 },
  { file: "23_mammography", columns: 6 },
  { file: "29_Pima", columns: 8 },
  { file: "30_satellite", columns: 36 },
  { file: "38_thyroid", columns: 6 },
  { file: "43_WDBC", columns: 30 },
  { file: "47_yeast", columns: 8 },
].map((table) => ({ ...table, name: table.file.replace(/^\d+_/, "") }));

const placeOf = (/** @type {string} */ file) => `reproduce/results/adbench/${file}.npz`;

/** What is trained on: columns are standardised by training rows. */
export const sourceOf = (/** @type {string} */ file) => `${placeOf(file)}:table=yes`;

/** Writes the splits of all tables, where they are not there. */
export async function writeTables() {
  const folder = join(process.env.GAMELAN_DATA ?? "", "adbench");
  for (const { file } of TABLES) {
    const [from, to] = [join(folder, `${file}.npz`), placeOf(file)];
    if (existsSync(to)) continue;
    if (process.env.GAMELAN_DATA === undefined || !existsSync(from))
      throw new UserError(
        `${file}.npz is not in $GAMELAN_DATA/adbench; put the tables of ADBench's adbench/datasets/Classical there`,
      );
    const arrays = readNpz(await readFile(from), from);
    const [rows, labels] = ["X", "y"].map((name) => arrays.get(name));
    if (rows === undefined || labels === undefined) throw new UserError(`${from} does not hold X and y`);
    await mkdir(dirname(to), { recursive: true });
    const values = Float32Array.from(rows.values, Number);
    await writeFile(to, encodeNpz(splitTable(values, Uint8Array.from(labels.values, Number))));
  }
}

/**
 * Half of the normal rows, drawn once, to learn from; the other half and all anomalies for the test.
 *
 * @param {Float32Array} values [rows, columns]
 * @param {Uint8Array} labels 0 is normal
 */
export function splitTable(values, labels) {
  const columns = values.length / labels.length;
  const order = randomStream(0, "adbench").permutation(0, labels.length);
  const normal = order.filter((row) => labels[row] === 0);
  const half = Math.floor(normal.length / 2);
  const learnt = normal.subarray(0, half).sort();
  const tried = Int32Array.of(...normal.subarray(half), ...order.filter((row) => labels[row] !== 0)).sort();
  const of = (/** @type {Int32Array} */ rows) => {
    const taken = new Float32Array(rows.length * columns);
    rows.forEach((row, to) => {
      taken.set(values.subarray(row * columns, (row + 1) * columns), to * columns);
    });
    const kinds = Int32Array.from(rows, (row) => Math.min(1, /** @type {number} */ (labels[row])));
    return /** @type {const} */ ([
      { values: taken, shape: [rows.length, columns] },
      { values: kinds, shape: [rows.length] },
    ]);
  };
  const [[xTrain, yTrain], [xTest, yTest]] = [of(learnt), of(tried)];
  return { x_train: xTrain, y_train: yTrain, x_test: xTest, y_test: yTest };
}
