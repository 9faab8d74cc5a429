// Values of the reference interpreter, and the plain loops it is made of. Nothing here is fast: an element is
// found by its index, and every operator is a sentence about indices.
import { sizeOf, stridesOf } from "../../src/tensor/shape.js";
/** Calls `visit` with every index of a shape, in row-major order. The index is reused: copy it to keep it. */
export function forEachIndex(shape, visit) {
  const size = sizeOf(shape);
  const index = shape.map(() => 0);
  for (let count = 0; count < size; count++) {
    visit(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      if (index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
}
/** Position of an element in `data`. */
export function offsetOf(shape, index) {
  const strides = stridesOf(shape);
  let offset = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (!(index[axis] >= 0 && index[axis] < shape[axis])) {
      throw new RangeError(`[${index.join(", ")}] is outside of [${shape.join(", ")}]`);
    }
    offset += index[axis] * strides[axis];
  }
  return offset;
}
/** The element at an index. */
export function at(value, index) {
  return value.data[offsetOf(value.shape, index)];
}
/** The element that broadcasting puts at an index of a larger shape. */
export function broadcastAt(value, index) {
  const extra = index.length - value.shape.length;
  return at(
    value,
    value.shape.map((length, axis) => (length === 1 ? 0 : index[axis + extra])),
  );
}
/** The value whose element at each index is `element(index)`. */
export function tabulate(shape, element) {
  const data = new Float64Array(sizeOf(shape));
  let count = 0;
  forEachIndex(shape, (index) => {
    data[count++] = element(index);
  });
  return { shape, data };
}
/** Zeros, then whatever `fill` adds to places. */
export function accumulate(shape, fill) {
  const data = new Float64Array(sizeOf(shape));
  fill((index, amount) => {
    data[offsetOf(shape, index)] += amount;
  });
  return { shape, data };
}
/** The shape that all of these broadcast to, worked out apart from the library's own rule. */
export function jointShape(shapes) {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const lengths = shapes.map((shape) => shape[axis - (rank - shape.length)] ?? 1);
    return lengths.find((length) => length !== 1) ?? 1;
  });
}
