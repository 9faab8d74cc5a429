// Features from any .onnx file: a network that others have trained, such as an Inception, judges images instead of the
// classifier of the data's own domain. Images are brought to the form that it takes: its size, its channels (grey
// ones are repeated, colour becomes Rec. 601's luma), its range, its order of axes.

import { basename } from "node:path";
import { resize, toGrey } from "../../data/adapt-images.ts";
import { readBytes } from "../../data/files.ts";
import { UserError } from "../../errors.ts";
import { type FilePort, filePorts } from "../../onnx/file-ports.ts";
import type { Session } from "../../runtime/engine.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { sizeOf } from "../../tensor/index.ts";
import type { FeatureSpace } from "./features.ts";

export interface FeatureNetworkOptions {
  /** Height and width in pixels of the images that it takes; as the file says, or else as they are. */
  readonly size?: number;
  /** Subtracted from pixels in [0, 1], of each channel or one for all; 0 unless told. */
  readonly mean?: readonly number[];
  /** Divides them then; 1 unless told. */
  readonly deviation?: readonly number[];
  /** Name of the output to take; the first unless told. */
  readonly output?: string;
  readonly threads?: number;
}

/** Images computed at a time, where the file leaves the batch free. */
const BATCH = 64;

/** How images enter the network. */
interface Form {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly channelsLast: boolean;
  /** The batch, where the file fixes it. */
  readonly batch: number | undefined;
}

/**
 * Opens a network that gives features of images of a shape. Outputs with axes of space are averaged over them.
 *
 * @param shape of the images, [channels, height, width]
 * @throws UserError where the file cannot be read, or does not take such images
 * @example
 * const features = await featureNetwork("inception.onnx", [3, 32, 32], {
 *   size: 299, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225],
 * });
 */
export async function featureNetwork(
  path: string,
  shape: readonly number[],
  options: FeatureNetworkOptions = {},
): Promise<FeatureSpace> {
  const name = basename(path);
  if (shape.length !== 3) throw new UserError(`${name} judges images, and these examples are vectors`);
  const bytes = await readBytes(path);
  const { inputs, outputs } = filePorts(bytes, path);
  const [input] = inputs;
  if (input === undefined || inputs.length > 1 || !input.isFloat)
    throw new UserError(`${name} has ${inputs.length} inputs; a feature network has one, of float32 images`);
  const output = outputs.find((port) => port.name === (options.output ?? outputs[0]!.name));
  if (output === undefined) {
    const names = outputs.map((port) => port.name).join(", ");
    throw new UserError(`${name} has no output "${options.output}"; it has ${names}`);
  }
  const form = formOf(input, shape, options.size, name);
  const { channels } = form;
  const mean = perChannel(options.mean ?? [0], channels, "mean");
  const deviation = perChannel(options.deviation ?? [1], channels, "deviation");
  if (deviation.some((value) => value === 0))
    throw new UserError("a deviation that pixels are divided by is not 0");
  const { threads } = options;
  const session = await nodeEngine
    .create(bytes, { device: "cpu", ...(threads === undefined ? {} : { threads }) })
    .catch((cause: unknown) => {
      throw new UserError(`ONNX Runtime refuses ${name}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    });
  return {
    name: `features of ${name}`,
    of: (examples) =>
      compute(session, { input: input.name, output: output.name, form, mean, deviation }, shape, examples),
    close: () => session.release(),
  };
}

function formOf(
  { shape }: FilePort,
  [, ownHeight = 1, ownWidth = 1]: readonly number[],
  size: number | undefined,
  name: string,
): Form {
  const axes = shape ?? [undefined, 3, undefined, undefined];
  const isChannels = (length: number | undefined) => length === 1 || length === 3;
  const channelsLast = !isChannels(axes[1]) && isChannels(axes[3]);
  const channels = channelsLast ? axes[3] : axes[1];
  if (axes.length !== 4 || channels === undefined || !isChannels(channels))
    throw new UserError(
      `${name} takes [${axes.map((length) => length ?? "?")}], not images [N, 1 or 3, H, W] or [N, H, W, 1 or 3]`,
    );
  const [height, width] = (channelsLast ? axes.slice(1, 3) : axes.slice(2)).map(
    (length, axis) => length ?? size ?? (axis === 0 ? ownHeight : ownWidth),
  ) as [number, number];
  if (size !== undefined && (height !== size || width !== size))
    throw new UserError(`${name} takes images of ${height} x ${width} pixels, not of ${size}`);
  return { channels, height, width, channelsLast, batch: axes[0] };
}

function perChannel(values: readonly number[], channels: number, what: string): readonly number[] {
  if (values.length === channels) return values;
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  throw new UserError(`the ${what} of pixels is one number or ${channels}, not ${values.length}`);
}

interface Network {
  readonly input: string;
  readonly output: string;
  readonly form: Form;
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

async function compute(
  session: Session,
  network: Network,
  shape: readonly number[],
  examples: Float32Array,
): Promise<{ data: Float32Array; dimensions: number }> {
  const { form, input, output } = network;
  const size = sizeOf(shape);
  const count = examples.length / size;
  const batch = form.batch ?? BATCH;
  const { channels, height, width } = form;
  let features: Float32Array | undefined;
  let dimensions = 0;
  for (let start = 0; start < count; start += batch) {
    const end = Math.min(start + batch, count);
    const images = prepared(examples.subarray(start * size, end * size), shape, network);
    const rows = form.batch ?? end - start;
    // A batch that the file fixes is filled up with black.
    const data = new Float32Array(rows * channels * height * width);
    data.set(images);
    const dims = form.channelsLast ? [rows, height, width, channels] : [rows, channels, height, width];
    const value = (await session.run({ [input]: { dtype: "float32", shape: dims, data } }))[output]!;
    if (!(value.data instanceof Float32Array)) throw new UserError(`"${output}" is no output of float32`);
    const made = averaged(value.data, value.shape, form.channelsLast);
    dimensions = made.length / rows;
    features ??= new Float32Array(count * dimensions);
    features.set(made.subarray(0, (end - start) * dimensions), start * dimensions);
  }
  return { data: features ?? new Float32Array(0), dimensions };
}

/** [count, channels, height, width] as the network takes them. */
function prepared(
  examples: Float32Array,
  [ownChannels = 1, ownHeight = 1, ownWidth = 1]: readonly number[],
  { form, mean, deviation }: Network,
): Float32Array {
  const { channels, height, width, channelsLast } = form;
  const count = examples.length / (ownChannels * ownHeight * ownWidth);
  const grey = ownChannels === 3 && channels === 1;
  const coloured = grey ? toGrey(examples, count, ownHeight * ownWidth) : examples;
  const from = grey ? 1 : ownChannels;
  const sized =
    height === ownHeight && width === ownWidth
      ? coloured
      : resize(coloured, count * from, [ownHeight, ownWidth], [height, width]);
  const plane = height * width;
  const out = new Float32Array(count * channels * plane);
  for (let image = 0; image < count; image++)
    for (let channel = 0; channel < channels; channel++) {
      const source = (image * from + Math.min(channel, from - 1)) * plane;
      const [shift, factor] = [mean[channel]!, 1 / deviation[channel]!];
      for (let pixel = 0; pixel < plane; pixel++) {
        const place = channelsLast
          ? (image * plane + pixel) * channels + channel
          : (image * channels + channel) * plane + pixel;
        out[place] = (sized[source + pixel]! - shift) * factor;
      }
    }
  return out;
}

/** [count, features], the mean over all places: axes after the second, or those between the first and the last. */
function averaged(data: Float32Array, shape: readonly number[], channelsLast: boolean): Float32Array {
  const [count = 1, ...rest] = shape;
  const last = channelsLast && rest.length > 1;
  const features = (last ? rest.at(-1) : rest[0]) ?? 1;
  const places = sizeOf(rest) / features;
  if (places === 1) return data;
  const [ofFeature, ofPlace] = last ? [1, features] : [places, 1];
  return Float32Array.from({ length: count * features }, (_, index) => {
    const start = Math.floor(index / features) * features * places + (index % features) * ofFeature;
    let sum = 0;
    for (let place = 0; place < places; place++) sum += data[start + place * ofPlace]!;
    return sum / places;
  });
}
