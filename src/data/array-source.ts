// Data sets of NumPy arrays: an .npy file, or an .npz file with examples and labels under their usual names.
//
//   [n, features]                       vectors           [n, height, width]                  grey images
//   [n, 1 or 3, height, width]          images            [n, height, width, 1 or 3]          images, turned round
//
// Bytes are taken as 0 … 255 for [0, 1]; every other type as the values themselves. Vectors can be read as the rows of
// a table instead, which are standardised (table/array-table.ts).

import { basename, extname } from "node:path";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { sizeOf } from "../tensor/shape.ts";
import { adaptedShape, adaptImages } from "./adapt-images.ts";
import type { LoadOptions, OpenedSource, Split } from "./dataset.ts";
import { readBytes } from "./files.ts";
import { checksumOf } from "./fingerprint.ts";
import { type NpyArray, readNpy } from "./npy.ts";
import { readNpz } from "./npz.ts";
import { asTable } from "./table/array-table.ts";

const exampleKeys = ["X", "x", "data", "images", "x_train", "X_train", "train_images", "arr_0"];
const labelKeys = ["y", "labels", "label", "targets", "y_train", "train_labels"];
const testKeys = ["x_test", "X_test", "test_images"];
const testLabelKeys = ["y_test", "test_labels"];

interface Arrays {
  readonly examples: NpyArray;
  readonly labels: NpyArray | undefined;
}

/** What may follow the path: `rows.npy:table=yes`. */
export const arrayOptions = z.strictObject({ table: z.enum(["yes", "no"]).default("no") });

/** Opens an .npy or .npz file. */
export async function openArrays(
  path: string,
  load: LoadOptions,
  { table }: Partial<z.output<typeof arrayOptions>> = {},
): Promise<OpenedSource> {
  if (table !== "yes" && load.table === undefined) return openExamples(path, load, "finite");
  return asTable(path, await openExamples(path, load, "missing"), load);
}

/** Whether NaN is a missing value, or all values must be finite. */
type Gaps = "finite" | "missing";

async function openExamples(path: string, options: LoadOptions, gaps: Gaps): Promise<OpenedSource> {
  const bytes = await readBytes(path);
  const name = basename(path);
  if (extname(path).toLowerCase() === ".npy")
    return assemble(
      path,
      name,
      options,
      gaps,
      { examples: readNpy(bytes, path), labels: undefined },
      undefined,
    );
  let names: readonly string[] = [];
  const arrays = readNpz(bytes, path, (all) => {
    names = all;
    return all.length === 1 ? all : [...exampleKeys, ...labelKeys, ...testKeys, ...testLabelKeys];
  });
  const find = (keys: readonly string[]): NpyArray | undefined =>
    keys.map((key) => arrays.get(key)).find((array) => array !== undefined);
  const examples = find(exampleKeys) ?? (names.length === 1 ? [...arrays.values()][0] : undefined);
  if (examples === undefined)
    throw new UserError(
      `${path} holds ${names.join(", ") || "no arrays"}; its examples should be called X, x, data or images`,
    );
  const test = find(testKeys);
  return assemble(
    path,
    name,
    options,
    gaps,
    { examples, labels: find(labelKeys) },
    test && { examples: test, labels: find(testLabelKeys) },
  );
}

function assemble(
  path: string,
  name: string,
  options: LoadOptions,
  gaps: Gaps,
  train: Arrays,
  test: Arrays | undefined,
): OpenedSource {
  const { kind, shape, channelsLast } = layoutOf(path, train.examples.shape);
  if (test && String(test.examples.shape.slice(1)) !== String(train.examples.shape.slice(1)))
    throw new UserError(
      `${path}: the test examples are ${test.examples.shape.slice(1).join("×")}, the others ${train.examples.shape.slice(1).join("×")}`,
    );
  const trainLabels = train.labels && labelsOf(path, train.labels, train.examples.shape[0]!);
  const testLabels = test?.labels && labelsOf(path, test.labels, test.examples.shape[0]!);
  const classes = Math.max(
    ...[trainLabels, testLabels].map((labels) => labels?.reduce((a, b) => Math.max(a, b), -1) ?? -1),
  );
  const reader = (arrays: Arrays, labels: Int32Array | undefined) => async (): Promise<Split> => {
    const values = examplesOf(path, arrays.examples, sizeOf(shape), gaps);
    const split: Split = {
      count: arrays.examples.shape[0]!,
      values: channelsLast ? toChannelsFirst(values, shape) : values,
      ...(labels && { labels }),
    };
    return kind === "image" ? adaptImages(split, shape, options) : split;
  };
  return {
    name,
    kind,
    shape: kind === "image" ? adaptedShape(name, shape, options) : shape,
    ...(classes >= 0 && { classes: Array.from({ length: classes + 1 }, (_, label) => String(label)) }),
    identity: [train.examples, train.labels, test?.examples, test?.labels].map((array) =>
      array ? `${array.type} ${array.shape.join("×")} ${checksumOf(array.values)}` : "",
    ),
    dtype: dtypeOf(train.examples),
    counts: { train: train.examples.shape[0]!, validation: 0, test: test?.examples.shape[0] ?? 0 },
    train: reader(train, trainLabels),
    ...(test && { test: reader(test, testLabels) }),
  };
}

interface Layout {
  readonly kind: "image" | "vector";
  readonly shape: readonly number[];
  readonly channelsLast: boolean;
}

function layoutOf(path: string, shape: readonly number[]): Layout {
  const [count = 0, ...rest] = shape;
  if (shape.length < 2 || shape.length > 4 || count === 0 || rest.includes(0))
    throw new UserError(
      `${path} has the shape (${shape.join(", ")}); examples are (count, features), (count, height, width) or (count, channels, height, width)`,
    );
  if (rest.length === 1) return { kind: "vector", shape: rest, channelsLast: false };
  const [a = 0, b = 0, c = 0] = rest;
  if (rest.length === 2) return { kind: "image", shape: [1, a, b], channelsLast: false };
  if (a === 1 || a === 3) return { kind: "image", shape: rest, channelsLast: false };
  if (c === 1 || c === 3) return { kind: "image", shape: [c, a, b], channelsLast: c === 3 };
  throw new UserError(
    `${path} has the shape (${shape.join(", ")}); images have 1 or 3 channels, first or last`,
  );
}

const dtypeOf = ({ type }: NpyArray) => (type === "u1" ? "uint8" : "float32");

function examplesOf(path: string, array: NpyArray, size: number, gaps: Gaps): Uint8Array | Float32Array {
  const { values } = array;
  if (dtypeOf(array) === "uint8" && values instanceof Uint8Array) return values;
  const floats = values instanceof Float32Array ? values : toFloats(values);
  for (let i = 0; i < floats.length; i++)
    if (!Number.isFinite(floats[i]) && !(gaps === "missing" && Number.isNaN(floats[i])))
      throw new UserError(
        `${path}: example ${Math.floor(i / size)} holds ${floats[i]}; all values must be finite`,
      );
  return floats;
}

function toFloats(values: NpyArray["values"]): Float32Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < floats.length; i++) floats[i] = Number(values[i]);
  return floats;
}

function labelsOf(path: string, array: NpyArray, count: number): Int32Array {
  const flat = array.shape.length === 2 && array.shape[1] === 1;
  if (array.shape[0] !== count || (array.shape.length !== 1 && !flat))
    throw new UserError(
      `${path}: labels of shape (${array.shape.join(", ")}) for ${count} examples; there should be one each`,
    );
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = Number(array.values[i]);
    if (!Number.isInteger(label) || label < 0 || label >= 100_000)
      throw new UserError(`${path}: label ${i} is ${label}; labels are whole numbers from 0`);
    labels[i] = label;
  }
  return labels;
}

function toChannelsFirst(
  values: Uint8Array | Float32Array,
  shape: readonly number[],
): Uint8Array | Float32Array {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const out = values.slice();
  for (let i = 0; i < values.length; i += channels * plane)
    for (let p = 0; p < plane; p++)
      for (let c = 0; c < channels; c++) out[i + c * plane + p] = values[i + p * channels + c]!;
  return out;
}
