// Operators that move elements without computing on them, and the leaves of a graph.

import { primitive } from "../primitive.ts";
import {
  broadcastShapes,
  type DataType,
  describeType,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
} from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** The whole numbers that the other element types hold (of int64, those that a number holds). */
const RANGES: Readonly<Record<Exclude<DataType, "float32">, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint8: [0, 255],
  bool: [0, 1],
};

export const shaping = {
  /** A value given from outside: a batch, noise, a weight. */
  input: primitive<{ readonly name: string; readonly shape: Shape; readonly dtype: DataType }>({
    infer: (_, { shape, dtype }) => ({ shape, dtype }),
    gradient: (): readonly (Tensor | null)[] => [],
    onnx(_emit, _inputs, { name, shape, dtype }) {
      throw new Error(`input "${name}" (${describeType({ shape, dtype })}) was not bound to a value`);
    },
  }),

  constant: primitive<{ readonly data: ArrayLike<number>; readonly shape: Shape; readonly dtype: DataType }>({
    infer(_, { data, shape, dtype }) {
      if (data.length !== sizeOf(shape)) {
        throw new ShapeError("constant", [{ shape, dtype }], `was given ${data.length} values`);
      }
      if (dtype !== "float32") {
        const [least, most] = RANGES[dtype];
        for (let index = 0; index < data.length; index++) {
          const value = data[index]!;
          if (!Number.isInteger(value) || value < least || value > most) {
            throw new ShapeError("constant", [{ shape, dtype }], `cannot hold ${value}`);
          }
        }
      }
      return { shape, dtype };
    },
    gradient: (): readonly (Tensor | null)[] => [],
    onnx: (emit, _inputs, { data, shape, dtype }) => emit.constant({ shape, dtype }, data),
  }),

  reshape: primitive<{ readonly shape: Shape }>({
    infer([x], { shape }) {
      if (sizeOf(x!.shape) !== sizeOf(shape)) {
        throw new ShapeError("reshape", [x!], `[${shape.join(", ")}] has ${sizeOf(shape)} elements`);
      }
      return { shape, dtype: x!.dtype };
    },
    gradient: ({ inputs: [x] }, upstream): readonly (Tensor | null)[] => [upstream.reshape(x!.shape)],
    onnx: (emit, [x], { shape }) => emit.node("Reshape", [x!.name, emit.integers(shape)]),
  }),

  transpose: primitive<{ readonly permutation: readonly number[] }>({
    infer([x], { permutation }) {
      const sorted = [...permutation].sort((a, b) => a - b);
      if (permutation.length !== x!.shape.length || sorted.some((axis, index) => axis !== index)) {
        throw new ShapeError("transpose", [x!], `[${permutation.join(", ")}] does not order its axes`);
      }
      return { shape: permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype };
    },
    gradient({ attributes: { permutation } }, upstream): readonly (Tensor | null)[] {
      const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
      return [upstream.transpose(inverse)];
    },
    onnx: (emit, [x], { permutation }) => emit.node("Transpose", [x!.name], { perm: { ints: permutation } }),
  }),

  broadcast: primitive<{ readonly shape: Shape }>({
    infer([x], { shape }) {
      const joint = broadcastShapes(x!.shape, shape);
      if (joint === undefined || !sameShape(joint, shape)) {
        throw new ShapeError("broadcast", [x!], `does not broadcast to [${shape.join(", ")}]`);
      }
      return { shape, dtype: x!.dtype };
    },
    gradient({ inputs: [x] }, upstream): readonly (Tensor | null)[] {
      const extra = upstream.shape.length - x!.shape.length;
      const axes = upstream.shape.flatMap((length, axis) =>
        axis < extra || (x!.shape[axis - extra] === 1 && length !== 1) ? [axis] : [],
      );
      return [upstream.sum(axes, { keepDimensions: true }).reshape(x!.shape)];
    },
    onnx: (emit, [x], { shape }) => emit.node("Expand", [x!.name, emit.integers(shape)]),
  }),

  /** Elements from `starts` up to, not including, `ends`, on every axis. */
  slice: primitive<{ readonly starts: readonly number[]; readonly ends: readonly number[] }>({
    infer([x], { starts, ends }) {
      const valid =
        starts.length === x!.shape.length &&
        ends.length === x!.shape.length &&
        x!.shape.every(
          (length, axis) => starts[axis]! >= 0 && starts[axis]! < ends[axis]! && ends[axis]! <= length,
        );
      if (!valid) {
        throw new ShapeError(
          "slice",
          [x!],
          `[${starts.join(", ")}] to [${ends.join(", ")}] is outside of it`,
        );
      }
      return { shape: starts.map((start, axis) => ends[axis]! - start), dtype: x!.dtype };
    },
    gradient: ({ inputs: [x], attributes: { starts, ends } }, upstream): readonly (Tensor | null)[] => [
      upstream.pad(starts.map((start, axis) => [start, x!.shape[axis]! - ends[axis]!] as const)),
    ],
    onnx(emit, [x], { starts, ends }) {
      const axes = starts.flatMap((start, axis) =>
        start !== 0 || ends[axis] !== x!.shape[axis] ? [axis] : [],
      );
      if (axes.length === 0) return x!.name;
      return emit.node("Slice", [
        x!.name,
        emit.integers(axes.map((axis) => starts[axis]!)),
        emit.integers(axes.map((axis) => ends[axis]!)),
        emit.integers(axes),
      ]);
    },
  }),

  /** Zeros before and after, on every axis. */
  pad: primitive<{ readonly before: readonly number[]; readonly after: readonly number[] }>({
    infer([x], { before, after }) {
      const valid =
        x!.dtype === "float32" &&
        before.length === x!.shape.length &&
        after.length === x!.shape.length &&
        [...before, ...after].every((count) => count >= 0);
      if (!valid) {
        throw new ShapeError(
          "pad",
          [x!],
          "needs float32 and a count of zeros, not negative, for both ends of each axis",
        );
      }
      return {
        shape: x!.shape.map((length, axis) => length + before[axis]! + after[axis]!),
        dtype: x!.dtype,
      };
    },
    gradient: ({ inputs: [x], attributes: { before } }, upstream): readonly (Tensor | null)[] => [
      upstream.slice(
        before,
        before.map((start, axis) => start + x!.shape[axis]!),
      ),
    ],
    onnx(emit, [x], { before, after }) {
      if (before.length === 0) return x!.name; // ONNX Runtime pads no scalars.
      return emit.node("Pad", [x!.name, emit.integers([...before, ...after])], {
        mode: { string: "constant" },
      });
    },
  }),

  concatenate: primitive<{ readonly axis: number }>({
    infer(inputs, { axis }) {
      const [first] = inputs;
      const fits = inputs.every(
        (input) =>
          input.dtype === first!.dtype &&
          input.shape.length === first!.shape.length &&
          input.shape.every((length, other) => other === axis || length === first!.shape[other]),
      );
      if (!fits || axis < 0 || axis >= first!.shape.length) {
        throw new ShapeError("concat", inputs, `does not join along axis ${axis}`);
      }
      const shape = [...first!.shape];
      shape[axis] = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
      return { shape, dtype: first!.dtype };
    },
    gradient({ inputs, attributes: { axis } }, upstream): readonly (Tensor | null)[] {
      let start = 0;
      return inputs.map((input) => {
        const starts = upstream.shape.map((_, other) => (other === axis ? start : 0));
        start += input.shape[axis]!;
        const ends = upstream.shape.map((length, other) => (other === axis ? start : length));
        return input.dtype === "float32" ? upstream.slice(starts, ends) : null;
      });
    },
    onnx: (emit, inputs, { axis }) =>
      emit.node(
        "Concat",
        inputs.map((input) => input.name),
        { axis: { int: axis } },
      ),
  }),

  /** Rows of the first operand, picked along its first axis by the second, of int32. */
  gather: primitive<Record<never, never>>({
    infer([x, indices]) {
      if (indices!.dtype !== "int32" || x!.shape.length < 1) {
        throw new ShapeError("gather", [x!, indices!], "needs rows and int32 indices");
      }
      return { shape: [...indices!.shape, ...x!.shape.slice(1)], dtype: x!.dtype };
    },
    gradient: ({ inputs: [x, indices] }, upstream): readonly (Tensor | null)[] => [
      upstream.scatterAdd(indices!, x!.shape[0]!),
      null,
    ],
    onnx: (emit, [x, indices]) => emit.node("Gather", [x!.name, indices!.name], { axis: { int: 0 } }),
  }),

  /** Adds the rows of the first operand onto `rows` rows of zeros, where the indices say: gather's transpose. */
  scatterAdd: primitive<{ readonly rows: number }>({
    infer([updates, indices], { rows }) {
      const rank = indices!.shape.length;
      if (
        indices!.dtype !== "int32" ||
        updates!.dtype !== "float32" ||
        !sameShape(updates!.shape.slice(0, rank), indices!.shape)
      ) {
        throw new ShapeError(
          "scatterAdd",
          [updates!, indices!],
          "needs one float32 row for each int32 index",
        );
      }
      return { shape: [rows, ...updates!.shape.slice(rank)], dtype: "float32" };
    },
    gradient: ({ inputs: [, indices] }, upstream): readonly (Tensor | null)[] => [
      upstream.gather(indices!),
      null,
    ],
    // Not ScatterND, whose threads overwrite each other's sums in ONNX Runtime 1.30: rows are lost, different ones
    // every time. ScatterElements adds them in order; it wants one column for each element of a row.
    onnx(emit, [updates, indices], { rows }, output) {
      const count = sizeOf(indices!.shape);
      const width = sizeOf(updates!.shape) / count;
      const flat = emit.node("Reshape", [updates!.name, emit.integers([count, width])]);
      const column = emit.node("Reshape", [indices!.name, emit.integers([count, 1])]);
      const places = emit.node("Expand", [column, emit.integers([count, width])]);
      const zeros = emit.node("Expand", [emit.scalar(0), emit.integers([rows, width])]);
      const sums = emit.node("ScatterElements", [zeros, places, flat], {
        axis: { int: 0 },
        reduction: { string: "add" },
      });
      return emit.node("Reshape", [sums, emit.integers(output.shape)]);
    },
  }),

  /** A new last axis of length `depth` with 1 at each int32 index and 0 elsewhere. */
  oneHot: primitive<{ readonly depth: number }>({
    infer([indices], { depth }) {
      if (indices!.dtype !== "int32") throw new ShapeError("oneHot", [indices!], "needs int32 indices");
      return { shape: [...indices!.shape, depth], dtype: "float32" };
    },
    gradient: (): readonly (Tensor | null)[] => [null],
    onnx(emit, [indices], { depth }) {
      const places = emit.node("Unsqueeze", [indices!.name, emit.integers([-1])]);
      const classes = emit.constant(
        { shape: [depth], dtype: "int32" },
        Int32Array.from({ length: depth }, (_, index) => index),
      );
      return emit.node("Cast", [emit.node("Equal", [places, classes])], { to: { int: 1 } });
    },
  }),
};
