// Values of the reference interpreter, and the plain loops it is made of. An element is found by its index, and every
// operator is a sentence about indices; the few functions that are called for every element make no arrays.

import { type Shape, sizeOf } from "../../src/tensor/shape.ts";

/** A computed tensor, row-major; bools are 0 and 1, integers are whole numbers. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Calls `visit` with every index of a shape, in row-major order. The index is reused: copy it to keep it. */
export function forEachIndex(shape: Shape, visit: (index: readonly number[]) => void): void {
  const size = sizeOf(shape);
  const index = shape.map(() => 0);
  for (let count = 0; count < size; count++) {
    visit(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
}

/** Position of an element in `data`. */
export function offsetOf(shape: Shape, index: readonly number[]): number {
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const [length, position] = [shape[axis]!, index[axis]!];
    if (!(position >= 0 && position < length)) {
      throw new RangeError(`[${index.join(", ")}] is outside of [${shape.join(", ")}]`);
    }
    offset = offset * length + position;
  }
  return offset;
}

/** The element at an index. */
export function at(value: Value, index: readonly number[]): number {
  return value.data[offsetOf(value.shape, index)]!;
}

/** Position of the element that broadcasting puts at an index of a larger shape. */
export function broadcastOffset(shape: Shape, index: readonly number[]): number {
  const extra = index.length - shape.length;
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    const position = length === 1 ? 0 : index[axis + extra]!;
    if (!(position < length)) {
      throw new RangeError(`[${index.join(", ")}] is not broadcast from [${shape.join(", ")}]`);
    }
    offset = offset * length + position;
  }
  return offset;
}

/** The element that broadcasting puts at an index of a larger shape. */
export function broadcastAt(value: Value, index: readonly number[]): number {
  return value.data[broadcastOffset(value.shape, index)]!;
}

/** The value whose element at each index is `element(index)`. */
export function tabulate(shape: Shape, element: (index: readonly number[]) => number): Value {
  const data = new Float64Array(sizeOf(shape));
  let count = 0;
  forEachIndex(shape, (index) => {
    data[count++] = element(index);
  });
  return { shape, data };
}

/** Zeros, then whatever `fill` adds to places. */
export function accumulate(
  shape: Shape,
  fill: (add: (index: readonly number[], amount: number) => void) => void,
): Value {
  const data = new Float64Array(sizeOf(shape));
  fill((index, amount) => {
    data[offsetOf(shape, index)]! += amount;
  });
  return { shape, data };
}

/** The shape that all of these broadcast to, worked out apart from the library's own rule. */
export function jointShape(shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - (rank - shape.length)] ?? 1);
    return lengths.find((length) => length !== 1) ?? 1;
  });
}
