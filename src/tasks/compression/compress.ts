// Images to a file and back, with the networks of a run.

import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import { crc32 } from "node:zlib";
import { floatsOf } from "../../data/floats.ts";
import { UserError } from "../../errors.ts";
import type { RoleName } from "../../game/roles.ts";
import { checkKind } from "../../given.ts";
import { randomStream } from "../../random/index.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { type OpenRun, open } from "../../training/open.ts";
import { type CodePrior, codePrior } from "./code-prior.ts";
import { type CompressedFile, type CompressionMode, damaged, decodeFile, encodeFile } from "./format.ts";
import { decodeLossless, encodeLossless, groupFor } from "./lossless.ts";
import { decodeLossy, encodeLossy } from "./lossy.ts";

export interface CompressOptions {
  /** "lossy" unless told. */
  readonly mode?: CompressionMode;
  /** Lossy: how coarsely codes are rounded, above 0. Rounding a number of a code moves the image by step/2 at most. */
  readonly step?: number;
}

export interface Compressed {
  readonly mode: CompressionMode;
  /** The file's bytes. */
  readonly file: Uint8Array;
  readonly count: number;
  /** Bits of the whole file for each pixel, of all channels together. */
  readonly bitsPerPixel: number;
  /** Bytes of the weights that decoding needs, which are no part of the file. */
  readonly modelBytes: number;
  /** Lossy: mean squared error of the decoded images, of values in [0, 1]. */
  readonly meanSquaredError?: number;
  /** Lossless: the model's own bound in bits a pixel, its negative evidence lower bound on these images. */
  readonly bound?: number;
  /** Lossless: random bits that the first images took, and that are part of the file. */
  readonly initialBits?: number;
  /** Lossless: bytes of the file that say how numbers of the networks were rounded. */
  readonly noteBytes?: number;
}

export interface Decompressed {
  readonly mode: CompressionMode;
  /** [count, …shape of an image]. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
  /**
   * Whether these are, byte for byte, what the file was made of (lossless), or what its maker saw decoded (lossy).
   * Lossy images may differ by a level here and there on another machine.
   */
  readonly exact: boolean;
}

const STEP = 0.5;
/** Images at a time, where the bound is computed. */
const BOUNDED = 1000;

/** Roles that a mode needs; decoding needs those in the second list. */
const NEEDED: Readonly<Record<CompressionMode, readonly [readonly RoleName[], readonly RoleName[]]>> = {
  lossy: [["encode"], ["decode"]],
  lossless: [["evidence"], ["posterior", "likelihood"]],
};

/**
 * Compresses images with the networks of a run.
 *
 * The networks compute on one thread of the CPU, whatever was asked for elsewhere, since numbers may differ in their
 * last bits on more.
 *
 * @param images bytes, row-major [count, …shape of the run's images]
 * @throws UserError where the model cannot do it, or the images are not of its form
 * @example
 * const { file, bitsPerPixel } = await compress("runs/vae-mnist-1", images, { mode: "lossless" });
 * const { data } = await decompress("runs/vae-mnist-1", file); // the same bytes as images
 */
export async function compress(
  path: string,
  images: Uint8Array,
  options: CompressOptions = {},
): Promise<Compressed> {
  const run = await open(path, { threads: 1 });
  try {
    return await compressWith(run, images, options);
  } finally {
    await run.close();
  }
}

/** The same, of a run that was opened with one thread. */
export async function compressWith(
  run: OpenRun,
  images: Uint8Array,
  { mode = "lossy", step = STEP }: CompressOptions = {},
): Promise<Compressed> {
  if (!Object.hasOwn(NEEDED, mode))
    throw new UserError(`a mode is ${Object.keys(NEEDED).join(" or ")}, not ${JSON.stringify(mode)}`);
  checkRun(run, mode);
  checkKind("what is compressed", images, "bytes");
  if (!(Number.isFinite(step) && step > 0))
    throw new UserError(`the step of codes is a number above 0, not ${step}`);
  const size = sizeOf(run.shape);
  const count = images.length / size;
  if (!Number.isInteger(count) || count === 0)
    throw new UserError(
      `images of this run have ${size} bytes each, and ${images.length} bytes are no whole number of images`,
    );
  const pixels = count * (size / run.shape[0]!);
  const model = await modelOf(run, mode);
  const file = (fields: Pick<CompressedFile, "parameter" | "checksum" | "payload">) => {
    const bytes = encodeFile({
      mode,
      fingerprint: model.fingerprint,
      run: basename(resolve(run.path)),
      count,
      shape: run.shape,
      ...fields,
    });
    const bitsPerPixel = (8 * bytes.length) / pixels;
    return { mode, file: bytes, count, bitsPerPixel, modelBytes: model.bytes };
  };
  if (mode === "lossless") {
    const group = groupFor(count);
    const { payload, ...rest } = await encodeLossless(run, images, group);
    const bound = (await negativeEvidence(run, images)) / pixels;
    return { ...file({ parameter: group, checksum: crc32(images), payload }), bound, ...rest };
  }
  const { prior } = model;
  const values = floatsOf(images);
  const payload = await encodeLossy(run, values, prior, step);
  const decoded = await decodeLossy(run, payload, { count, prior, step });
  let error = 0;
  for (let index = 0; index < images.length; index++)
    error += ((images[index]! - decoded[index]!) / 255) ** 2;
  return {
    ...file({ parameter: step, checksum: crc32(decoded), payload }),
    meanSquaredError: error / images.length,
  };
}

/**
 * The images of a compressed file.
 *
 * @param path the run that the file was made with
 * @param options `threads`: of computation, 1 unless told; `name`: what messages call the file
 * @throws UserError for a file that was cut or altered, or that another model made
 */
export async function decompress(
  path: string,
  file: Uint8Array,
  { threads = 1, name = "the file" }: { readonly threads?: number; readonly name?: string } = {},
): Promise<Decompressed> {
  checkKind(name, file, "bytes");
  const content = decodeFile(file, name);
  const run = await open(path, { threads });
  let result: Decompressed;
  try {
    result = await decompressWith(run, content, name);
  } finally {
    await run.close();
  }
  // Numbers of more threads may differ by a little: the one thread that the coder had is asked then.
  if (!result.exact && threads !== 1) return decompress(path, file, { name });
  if (!result.exact && result.mode === "lossless")
    throw new UserError(
      `${name} cannot be decoded here: the networks' numbers differ too much from those of the machine that made it`,
    );
  return result;
}

async function decompressWith(run: OpenRun, file: CompressedFile, name: string): Promise<Decompressed> {
  const { mode, count, shape, parameter, payload, checksum } = file;
  const foreign = new UserError(
    `${name} was made with another model than ${run.path} is now: run ${file.run}, fingerprint ${file.fingerprint}`,
  );
  // The networks first: how the codes of a foreign model lie need not be learnt.
  if (NEEDED[mode].flat().some((role) => !run.roles.includes(role))) throw foreign;
  if (networksOf(run, mode).fingerprint.slice(0, 8) !== file.fingerprint.slice(0, 8)) throw foreign;
  const { fingerprint, prior } = await modelOf(run, mode);
  if (fingerprint !== file.fingerprint || shape.join() !== run.shape.join()) throw foreign;
  try {
    const data =
      mode === "lossless"
        ? await decodeLossless(run, payload, { count, group: parameter })
        : await decodeLossy(run, payload, { count, prior, step: parameter });
    return { mode, shape: [count, ...shape], data, exact: crc32(data) === checksum };
  } catch (error) {
    if (error instanceof RangeError)
      throw new UserError(`${name} holds ${count} images, for which there is not enough memory here`);
    // What the numbers of another machine have led astray runs out of bytes, most often.
    if (error instanceof UserError && mode === "lossless")
      return { mode, shape: [], data: new Uint8Array(0), exact: false };
    throw error instanceof UserError ? damaged(name, error.message) : error;
  }
}

/** @throws UserError where the model cannot compress */
function checkRun({ roles, description, shape, pixels }: OpenRun, mode: CompressionMode): void {
  const { model, data } = description;
  if (data.examples.specification.kind !== "image")
    throw new UserError(
      `only images are compressed, and ${model} was trained on vectors of ${sizeOf(shape)}`,
    );
  const missing = NEEDED[mode].flat().filter((role) => !roles.includes(role));
  if (missing.length === 0) return;
  if (mode === "lossy")
    throw new UserError(
      `${model} does not encode and decode, which compressing needs; it has ${roles.join(", ")}`,
    );
  throw new UserError(
    roles.includes("posterior") && pixels === undefined
      ? "a gaussian likelihood gives no probabilities to levels of pixels; train with likelihood=beta-binomial"
      : `${model} gives images no probabilities, which coding without loss needs; vae does`,
  );
}

interface SharedModel {
  /** 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** Bytes of what decoding needs. */
  readonly bytes: number;
  /** With loss: how codes lie. */
  readonly prior: CodePrior;
}

/** What coder and decoder must have in common. Of a lossy one, half of the fingerprint is the prior's. */
async function modelOf(run: OpenRun, mode: CompressionMode): Promise<SharedModel> {
  const { fingerprint, bytes } = networksOf(run, mode);
  if (mode === "lossless") return { fingerprint, bytes, prior: [] };
  const prior = await codePrior(run, fingerprint);
  const text = JSON.stringify(prior);
  return {
    fingerprint: fingerprint.slice(0, 8) + createHash("sha256").update(text).digest("hex").slice(0, 8),
    bytes: bytes + text.length,
    prior,
  };
}

function networksOf(run: OpenRun, mode: CompressionMode): Pick<SharedModel, "fingerprint" | "bytes"> {
  const { model, options } = run.description;
  const [, decoding] = NEEDED[mode];
  const hash = createHash("sha256").update(JSON.stringify([model, options, mode]));
  const counted = new Set<string>();
  let bytes = 0;
  for (const role of mode === "lossy" ? (["encode", "decode"] as const) : decoding)
    for (const [name, { shape, data }] of run.weights(role)!) {
      hash.update(JSON.stringify([role, name, shape]));
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      if (!decoding.includes(role) || counted.has(name)) continue;
      counted.add(name);
      bytes += data.byteLength;
    }
  return { fingerprint: hash.digest("hex").slice(0, 16), bytes };
}

/** −ELBO of all images together, in bits, of one draw of codes for each. */
async function negativeEvidence(run: OpenRun, images: Uint8Array): Promise<number> {
  const size = sizeOf(run.shape);
  const latent = sizeOf(run.inputs("evidence")![1]!.shape);
  const stream = randomStream(0, "evidence");
  let nats = 0;
  for (let start = 0; start < images.length; start += BOUNDED * size) {
    const values = floatsOf(images.subarray(start, start + BOUNDED * size));
    const noise = stream.normal(start, new Float32Array((values.length / size) * latent));
    for (const weight of (await run.apply("evidence", values, noise)).data) nats -= weight;
  }
  return nats / Math.LN2;
}
