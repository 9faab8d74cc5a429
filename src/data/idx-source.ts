// Data sets of IDX files: a folder of them under MNIST's names, or one file.
//
//   [anything-]train-images-idx3-ubyte[.gz]     [anything-]train-labels-idx1-ubyte[.gz]
//   [anything-]t10k-images-idx3-ubyte[.gz]      … the same for `test` and `validation`
//
// Images are [count, height, width] or [count, channels, height, width]; two dimensions are vectors.

import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { adaptedShape, adaptImages } from "./adapt-images.ts";
import type { LoadOptions, OpenedSource, Split } from "./dataset.ts";
import { listFolder, refuseBroken } from "./files.ts";
import { type IdxFile, type IdxValues, openIdx, readIdx } from "./idx.ts";

const pattern = /^(.*[-_])?(train|t10k|test|validation)-(images|labels)[-.]idx\d-[a-z0-9]+(\.gz)?$/;
const splitOf: Readonly<Record<string, "train" | "validation" | "test">> = {
  train: "train",
  t10k: "test",
  test: "test",
  validation: "validation",
};

/** Whether a file's name is one that IDX files go by. */
export const looksLikeIdx = (name: string): boolean => /[-.](idx\d?(-[a-z0-9]+)?)(\.gz)?$/.test(name);

/** Whether any of these files is the images of a split. */
export const holdsIdx = (files: readonly string[]): boolean =>
  files.some((name) => pattern.exec(name)?.[3] === "images");

export interface IdxNaming {
  readonly name: string;
  /** The names of the labels; without them classes are called by their numbers. */
  readonly classes?: readonly string[];
}

/** Opens a folder of IDX files. A compressed file beside its inflated twin is passed over. */
export async function openIdxFolder(
  directory: string,
  options: LoadOptions,
  naming: IdxNaming = { name: basename(directory) },
): Promise<OpenedSource> {
  const listing = await listFolder(directory);
  const { files } = listing;
  refuseBroken(directory, listing, (name) => pattern.test(name));
  const found = new Map<string, string>();
  for (const file of files) {
    const match = pattern.exec(file);
    if (match === null) continue;
    const key = `${splitOf[match[2]!]} ${match[3]}`;
    const other = found.get(key);
    if (other !== undefined && `${other}.gz` !== file)
      throw new UserError(
        `${directory} holds more than one set: ${other} and ${file}; name one file instead`,
      );
    if (other === undefined) found.set(key, file);
  }
  const openPair = async (split: string): Promise<Pair | undefined> => {
    const images = found.get(`${split} images`);
    const labels = found.get(`${split} labels`);
    if (images === undefined) return undefined;
    return openFiles(join(directory, images), labels === undefined ? undefined : join(directory, labels));
  };
  const [train, validation, test] = await Promise.all(["train", "validation", "test"].map(openPair));
  if (train === undefined)
    throw new UserError(`${directory} has no training images: train-images-idx3-ubyte or the same with .gz`);
  return assemble(naming, options, { train, validation, test });
}

/** Opens one IDX file as training examples, with the labels beside it if it has "images" in its name. */
export async function openIdxFile(path: string, options: LoadOptions): Promise<OpenedSource> {
  const name = basename(path);
  const match = pattern.exec(name);
  if (match?.[3] === "labels")
    throw new UserError(`${path} holds labels; name the file of the images, or the folder of both`);
  let labels: string | undefined;
  if (match !== null) {
    const listing = await listFolder(dirname(path));
    const prefix = `${match[1] ?? ""}${match[2]}-labels`;
    const isLabels = (file: string) => file.startsWith(prefix) && pattern.test(file);
    refuseBroken(dirname(path), listing, isLabels);
    const beside = listing.files.find(isLabels);
    if (beside !== undefined) labels = join(dirname(path), beside);
  }
  return assemble({ name }, options, { train: await openFiles(path, labels) });
}

interface Pair {
  readonly images: IdxFile;
  readonly labels?: IdxFile;
}

async function openFiles(imagesPath: string, labelsPath: string | undefined): Promise<Pair> {
  const [images, labels] = await Promise.all([
    openIdx(imagesPath),
    labelsPath === undefined ? undefined : openIdx(labelsPath),
  ]);
  if (images.shape.length < 2 || images.shape.length > 4)
    throw new UserError(`${images.path} has ${images.shape.length} dimensions; examples take 2 to 4`);
  if (images.shape.includes(0))
    throw new UserError(`${images.path} is empty: its shape is ${images.shape.join("×")}`);
  if (labels === undefined) return { images };
  if (labels.shape.length !== 1 || labels.type.startsWith("float"))
    throw new UserError(
      `${labels.path} holds ${labels.shape.join("×")} ${labels.type}, not one whole number each`,
    );
  if (labels.shape[0] !== images.shape[0])
    throw new UserError(
      `${labels.path} has ${labels.shape[0]} labels for the ${images.shape[0]} examples of ${images.path}`,
    );
  return { images, labels };
}

async function assemble(
  naming: IdxNaming,
  options: LoadOptions,
  pairs: { readonly train: Pair; readonly validation?: Pair | undefined; readonly test?: Pair | undefined },
): Promise<OpenedSource> {
  const { train, validation, test } = pairs;
  const stored = train.images.shape.slice(1);
  for (const other of [validation, test])
    if (other !== undefined && String(other.images.shape.slice(1)) !== String(stored))
      throw new UserError(
        `${other.images.path} holds examples of ${other.images.shape.slice(1).join("×")}, and ${train.images.path} of ${stored.join("×")}`,
      );
  const kind = stored.length === 1 ? "vector" : "image";
  const shape = stored.length === 2 ? [1, ...stored] : stored;
  const classes = naming.classes ?? (await classesOf([train, validation, test]));
  const reader = (pair: Pair) => async (): Promise<Split> => {
    const [values, labels] = await Promise.all([readIdx(pair.images), pair.labels && readIdx(pair.labels)]);
    const split: Split = {
      count: pair.images.shape[0]!,
      values: asExamples(values),
      ...(labels && pair.labels && { labels: asLabels(labels, pair.labels.path, classes) }),
    };
    return kind === "image" ? adaptImages(split, shape, options) : split;
  };
  const files = [train, validation, test].flatMap((pair) => [pair?.images, pair?.labels]);
  return {
    name: naming.name,
    kind,
    shape: kind === "image" ? adaptedShape(naming.name, shape, options) : shape,
    ...(classes && { classes }),
    identity: files.map((file) => (file ? `${file.shape.join("×")} ${file.type} ${file.checksum}` : "")),
    dtype: train.images.type === "uint8" ? "uint8" : "float32",
    counts: { train: countOf(train), validation: countOf(validation), test: countOf(test) },
    train: reader(train),
    ...(validation && { validation: reader(validation) }),
    ...(test && { test: reader(test) }),
  };
}

const countOf = (pair: Pair | undefined): number => pair?.images.shape[0] ?? 0;

/** Numbers for names, as many as the labels of all splits need; nothing where there are no labels. */
async function classesOf(pairs: readonly (Pair | undefined)[]): Promise<readonly string[] | undefined> {
  let most = -1;
  for (const pair of pairs)
    if (pair?.labels)
      for (const label of asLabels(await readIdx(pair.labels), pair.labels.path))
        most = Math.max(most, label);
  return most < 0 ? undefined : Array.from({ length: most + 1 }, (_, label) => String(label));
}

function asExamples(values: IdxValues): Uint8Array | Float32Array {
  return values instanceof Uint8Array || values instanceof Float32Array ? values : Float32Array.from(values);
}

function asLabels(values: IdxValues, path: string, classes?: readonly string[]): Int32Array {
  const labels = Int32Array.from(values);
  const limit = classes?.length ?? 100_000;
  for (let i = 0; i < labels.length; i++)
    if (labels[i]! < 0 || labels[i]! >= limit)
      throw new UserError(`${path}: label ${i} is ${labels[i]}, and labels are 0 to ${limit - 1}`);
  return labels;
}
