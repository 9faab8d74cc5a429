// Folders of image files, decoded by sharp.
//
//   DIR/*.png                    examples without labels
//   DIR/CLASS/*.png              the subfolder's name is the label
//   DIR/train/…, DIR/test/…      (and validation or val) splits of either of these forms; where training images have
//                                labels, those of the others may be without
//
// Files are taken in the order of their names. First every header is read: it gives the size and the channels that
// all have in common, and finds what is no image before an hour of training does; then the splits that are needed
// are decoded, a few files at a time, each straight to its place.

import { access, constants, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import { UserError } from "../errors.ts";
import type { LoadOptions, OpenedSource, Split } from "./dataset.ts";
import { type Listing, listFolder, refuseBroken, systemReason } from "./files.ts";
import { checksumOf, fingerprintOf } from "./fingerprint.ts";

const extensions = new Set([".png", ".jpg", ".jpeg", ".webp", ".gif", ".tif", ".tiff", ".avif"]);
const splitOf: Readonly<Record<string, "train" | "validation" | "test">> = {
  train: "train",
  val: "validation",
  validation: "validation",
  test: "test",
};

export const looksLikeImage = (name: string): boolean => extensions.has(extname(name).toLowerCase());

interface ImageFile {
  readonly path: string;
  /** The name of the subfolder it lies in. */
  readonly label?: string;
}

interface Header {
  readonly height: number;
  readonly width: number;
  readonly colour: boolean;
  readonly bytes: number;
}

/** Opens a folder of images, or of folders of images. */
export async function openImageFolder(directory: string, options: LoadOptions): Promise<OpenedSource> {
  const { folders } = await list(directory);
  const splits = new Map<"train" | "validation" | "test", ImageFile[]>();
  if (folders.includes("train") && folders.every((folder) => folder in splitOf)) {
    if (folders.includes("val") && folders.includes("validation"))
      throw new UserError(
        `${directory} has both val and validation; keep all validation images in one of them`,
      );
    for (const folder of folders) splits.set(splitOf[folder]!, await filesOf(join(directory, folder)));
  } else splits.set("train", await filesOf(directory));
  return openFiles(directory, splits, options);
}

/** Opens one image file as a data set of one example. */
export function openImageFile(path: string, options: LoadOptions): Promise<OpenedSource> {
  return openFiles(path, new Map([["train", [{ path }]]]), options);
}

/** A folder's entries; a link that leads nowhere would be an image, or by its name a folder. */
async function list(directory: string): Promise<Listing> {
  const listing = await listFolder(directory);
  refuseBroken(directory, listing, (name) => looksLikeImage(name) || extname(name) === "");
  return listing;
}

async function filesOf(directory: string): Promise<ImageFile[]> {
  const { files, folders } = await list(directory);
  const here = files.filter(looksLikeImage).map((file) => ({ path: join(directory, file) }));
  const below: ImageFile[] = [];
  for (const folder of folders) {
    const inside = await list(join(directory, folder));
    for (const file of inside.files.filter(looksLikeImage))
      below.push({ path: join(directory, folder, file), label: folder });
  }
  if (here.length > 0 && below.length > 0)
    throw new UserError(
      `${directory} has images both beside and inside its subfolders (${basename(here[0]!.path)}, ${below[0]!.label}); labelled images all lie in subfolders`,
    );
  if (here.length + below.length === 0)
    throw new UserError(
      `${directory} holds no images (${[...extensions].join(" ")}), nor do the folders directly in it`,
    );
  return here.length > 0 ? here : below;
}

/** Images that are not of one size, where no size is given to bring them to. */
export class MixedSizesError extends UserError {
  /** What there is, in words. */
  readonly found: string;

  constructor(found: string) {
    super(`${found}; pass an image size, such as 64, to bring all to it`);
    this.found = found;
  }
}

async function openFiles(
  source: string,
  splits: ReadonlyMap<"train" | "validation" | "test", readonly ImageFile[]>,
  options: LoadOptions,
): Promise<OpenedSource> {
  const all = [...splits.values()].flat();
  const headers = await inParallel(all, readHeader);
  const colour = options.grey === undefined ? headers.some((header) => header.colour) : !options.grey;
  const size = options.imageSize;
  const first = headers[0]!;
  if (size === undefined)
    for (const [i, header] of headers.entries())
      if (header.height !== first.height || header.width !== first.width)
        throw new MixedSizesError(
          `images of mixed sizes in ${source}: ${basename(all[0]!.path)} is ${first.width}×${first.height} and ${basename(all[i]!.path)} is ${header.width}×${header.height}`,
        );
  const shape = [colour ? 3 : 1, size ?? first.height, size ?? first.width];
  const [train, validation, test] = [splits.get("train")!, splits.get("validation"), splits.get("test")];
  const classes = classesOf(source, all, train);
  const reader = (files: readonly ImageFile[]) => (): Promise<Split> => decode(files, shape, classes);
  const listing = all.map((file, i) => `${file.path.slice(source.length)} ${headers[i]!.bytes}`);
  return {
    name: basename(source),
    kind: "image",
    shape,
    ...(classes && { classes }),
    identity: [all.length, checksumOf(Buffer.from(listing.join("\n").replaceAll("\\", "/")))],
    order: orderOf(splits),
    dtype: "uint8",
    counts: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
    train: reader(train),
    ...(validation && { validation: reader(validation) }),
    ...(test && { test: reader(test) }),
  };
}

/** The names of the labels, where training images have some; images of the other splits may have none. */
function classesOf(
  source: string,
  all: readonly ImageFile[],
  train: readonly ImageFile[],
): readonly string[] | undefined {
  const names = new Set(all.flatMap(({ label }) => (label === undefined ? [] : [label])));
  if (names.size === 0) return undefined;
  if (train[0]!.label === undefined)
    throw new UserError(
      `${source} has labels, which are names of subfolders, for other images than those in train; put the images in train into subfolders too, or all others beside each other`,
    );
  return [...names].sort();
}

/** The names of the files of each split, without their endings: folders of equal names are pairs. */
function orderOf(splits: ReadonlyMap<string, readonly ImageFile[]>): string {
  const names = [...splits].map(([split, files]) => [
    split,
    ...files.map(({ path, label = "" }) => `${label}/${basename(path, extname(path))}`),
  ]);
  return fingerprintOf(names);
}

/** sharp takes a while to load, which sources without image files need not wait for. */
const loadSharp = async () => (await import("sharp")).default;

async function readHeader(file: ImageFile): Promise<Header> {
  const sharp = await loadSharp();
  try {
    const { width, height, autoOrient, space } = await sharp(file.path).metadata();
    return {
      width: autoOrient?.width ?? width,
      height: autoOrient?.height ?? height,
      colour: space !== "b-w" && space !== "grey16",
      bytes: (await stat(file.path)).size,
    };
  } catch (error) {
    throw await unreadable(file, error);
  }
}

async function decode(
  files: readonly ImageFile[],
  shape: readonly number[],
  classes: readonly string[] | undefined,
): Promise<Split> {
  const [channels = 1, height = 1, width = 1] = shape;
  const plane = height * width;
  const values = new Uint8Array(files.length * channels * plane);
  await inParallel(files, async (file, i) => {
    const pixels = await decodeOne(file, channels, height, width);
    const to = values.subarray(i * channels * plane, (i + 1) * channels * plane);
    if (channels === 1) to.set(pixels);
    else
      for (let p = 0; p < plane; p++)
        for (let c = 0; c < channels; c++) to[c * plane + p] = pixels[p * channels + c]!;
  });
  return {
    count: files.length,
    values,
    ...(classes &&
      files[0]!.label !== undefined && {
        labels: Int32Array.from(files, (file) => classes.indexOf(file.label!)),
      }),
  };
}

/** The bytes of one image, [height, width, channels]; what is transparent shows white. */
async function decodeOne(
  file: ImageFile,
  channels: number,
  height: number,
  width: number,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  try {
    const { data, info } = await sharp(file.path)
      .autoOrient()
      .flatten({ background: "#fff" })
      .resize(width, height, { fit: "cover" })
      .toColourspace(channels === 1 ? "b-w" : "srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw new Error(`it has ${info.channels} channels after conversion`);
    return data;
  } catch (error) {
    throw await unreadable(file, error);
  }
}

async function unreadable(file: ImageFile, error: unknown): Promise<UserError> {
  // sharp does not tell a file that may not be read from one that is no image.
  try {
    await access(file.path, constants.R_OK);
  } catch (refusal) {
    const reason = systemReason(refusal);
    if (reason !== undefined) return new UserError(`cannot read ${file.path}: ${reason}`, { cause: refusal });
  }
  // It repeats the path, and spreads what it says over lines.
  const why = (error instanceof Error ? error.message : String(error)).replaceAll(file.path, "").trim();
  return new UserError(`${file.path} cannot be read as an image: ${why.split("\n")[0]}`, { cause: error });
}

/** Maps with a few calls under way at a time; the result has the order of `items`. The first failure ends it. */
async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const i = next++;
      try {
        results[i] = await work(items[i]!, i);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(items.length, availableParallelism() * 2) }, worker));
  return results;
}
