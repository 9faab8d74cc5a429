// Initial values of weights, named and defined as Keras's. Each is a pure function of the weight's shape, the
// numbers of units it connects and a stream of randomness.

import { z } from "zod";
import { type RandomStream, truncatedNormal } from "../random/index.ts";
import { type Shape, sizeOf } from "../tensor/index.ts";

/** How many units feed one unit of the layer, and how many one unit feeds. */
export interface Fans {
  readonly input: number;
  readonly output: number;
}

/** Fills a weight. */
export type Initialise = (shape: Shape, fans: Fans, stream: RandomStream) => Float32Array;

const named = z.enum([
  "zeros",
  "ones",
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "lecunUniform",
  "lecunNormal",
]);

/** Keras's initialisers by name; those with a parameter as an object. */
export const initialiserSchema = z.union([
  named,
  z.strictObject({ kind: z.literal("constant"), value: z.number() }),
  z.strictObject({
    kind: z.literal("normal"),
    deviation: z.number().positive(),
    mean: z.number().default(0),
  }),
  z.strictObject({ kind: z.literal("uniform"), minimum: z.number(), maximum: z.number() }),
  z.strictObject({ kind: z.literal("truncatedNormal"), deviation: z.number().positive() }),
  z.strictObject({ kind: z.literal("orthogonal"), gain: z.number().positive().default(1) }),
]);
export type Initialiser = z.input<typeof initialiserSchema>;

const uniformWithin = (limit: number, shape: Shape, stream: RandomStream) => {
  const values = stream.uniform(0, new Float32Array(sizeOf(shape)));
  for (let index = 0; index < values.length; index++) values[index] = (2 * values[index]! - 1) * limit;
  return values;
};

const normalWith = (deviation: number, shape: Shape, stream: RandomStream, mean = 0) => {
  const values = stream.normal(0, new Float32Array(sizeOf(shape)));
  for (let index = 0; index < values.length; index++) values[index] = mean + values[index]! * deviation;
  return values;
};

/** Within two deviations; the result's own deviation is 0.8796 of the given one. */
const truncatedWith = (deviation: number, shape: Shape, stream: RandomStream) => {
  const values = truncatedNormal(stream, 2, new Float32Array(sizeOf(shape)));
  return values.map((value) => value * deviation);
};

/** Rows or columns of a random matrix made orthonormal (Saxe et al. 2014), by modified Gram–Schmidt. */
function orthogonal(gain: number, shape: Shape, stream: RandomStream): Float32Array {
  const rows = shape[0]!;
  const columns = sizeOf(shape) / rows;
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  const noise = stream.normal(0, new Float32Array(count * length));
  const basis = Array.from({ length: count }, (_, row) =>
    Float64Array.from(noise.subarray(row * length, (row + 1) * length)),
  );
  for (const [row, vector] of basis.entries()) {
    for (const other of basis.slice(0, row)) {
      const overlap = vector.reduce((sum, value, index) => sum + value * other[index]!, 0);
      for (let index = 0; index < length; index++) vector[index]! -= overlap * other[index]!;
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    for (let index = 0; index < length; index++) vector[index]! /= norm;
  }
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = rows <= columns ? basis[row]![column]! : basis[column]![row]!;
      values[row * columns + column] = gain * value;
    }
  }
  return values;
}

/** An initialiser's function. Variance scaling: Glorot, Bengio 2010; He et al. 2015; LeCun et al. 1998. */
export function initialise(initialiser: Initialiser): Initialise {
  switch (initialiser) {
    case "zeros":
      return (shape) => new Float32Array(sizeOf(shape));
    case "ones":
      return (shape) => new Float32Array(sizeOf(shape)).fill(1);
    case "glorotUniform":
      return (shape, fans, stream) => uniformWithin(Math.sqrt(6 / (fans.input + fans.output)), shape, stream);
    case "glorotNormal":
      return (shape, fans, stream) => truncated(2 / (fans.input + fans.output), shape, stream);
    case "heUniform":
      return (shape, fans, stream) => uniformWithin(Math.sqrt(6 / fans.input), shape, stream);
    case "heNormal":
      return (shape, fans, stream) => truncated(2 / fans.input, shape, stream);
    case "lecunUniform":
      return (shape, fans, stream) => uniformWithin(Math.sqrt(3 / fans.input), shape, stream);
    case "lecunNormal":
      return (shape, fans, stream) => truncated(1 / fans.input, shape, stream);
    default:
  }
  switch (initialiser.kind) {
    case "constant":
      return (shape) => new Float32Array(sizeOf(shape)).fill(initialiser.value);
    case "normal":
      return (shape, _, stream) => normalWith(initialiser.deviation, shape, stream, initialiser.mean ?? 0);
    case "uniform": {
      const { minimum, maximum } = initialiser;
      return (shape, _, stream) => {
        const values = stream.uniform(0, new Float32Array(sizeOf(shape)));
        for (let index = 0; index < values.length; index++) {
          values[index] = minimum + (maximum - minimum) * values[index]!;
        }
        return values;
      };
    }
    case "truncatedNormal":
      return (shape, _, stream) => truncatedWith(initialiser.deviation, shape, stream);
    case "orthogonal":
      return (shape, _, stream) => orthogonal(initialiser.gain ?? 1, shape, stream);
  }
}

/** Keras's truncated normal of a variance: the cut is made good by a wider normal. */
function truncated(variance: number, shape: Shape, stream: RandomStream): Float32Array {
  return truncatedWith(Math.sqrt(variance) / 0.87962566103423978, shape, stream);
}
