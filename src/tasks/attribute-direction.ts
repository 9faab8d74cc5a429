// Arithmetic with codes: what tells the codes of one class from those of all others, on average, is a direction, and
// added to any code it makes more of that class of it (Radford, Metz, Chintala 2016, section 6.3.2; White 2016).

import { UserError } from "../errors.ts";

/**
 * The mean code of the examples with a label minus the mean code of all others, [dimensions].
 *
 * @param codes row-major [count, dimensions]
 * @param labels one for each code
 * @throws UserError where no example has the label, or every one has
 * @example
 * attributeDirection(Float32Array.of(1, 3, 9), [0, 0, 1], { dimensions: 1, label: 1 }); // 9 − 2 = 7
 */
export function attributeDirection(
  codes: Float32Array,
  labels: ArrayLike<number>,
  { dimensions, label }: { readonly dimensions: number; readonly label: number },
): Float32Array {
  const count = codes.length / dimensions;
  if (labels.length !== count)
    throw new UserError(`${count} codes need as many labels, not ${labels.length}`);
  const sums = { with: new Float64Array(dimensions), without: new Float64Array(dimensions) };
  const counts = { with: 0, without: 0 };
  for (let row = 0; row < count; row++) {
    const group = labels[row] === label ? "with" : "without";
    counts[group]++;
    for (let axis = 0; axis < dimensions; axis++) sums[group][axis]! += codes[row * dimensions + axis]!;
  }
  if (counts.with === 0) throw new UserError("none of the examples has this label");
  if (counts.without === 0) throw new UserError("all examples have this label; a direction needs others too");
  return Float32Array.from(
    sums.with,
    (sum, axis) => sum / counts.with - sums.without[axis]! / counts.without,
  );
}

/**
 * Each code with a direction added as many times as each of the factors says.
 *
 * @param codes row-major [count, dimensions]
 * @param direction [dimensions]
 * @returns row-major [count, factors, dimensions]
 * @example
 * addDirection(Float32Array.of(1, 2), Float32Array.of(10), [0, 0.5]); // 1, 6, 2, 7
 */
export function addDirection(
  codes: Float32Array,
  direction: Float32Array,
  factors: readonly number[],
): Float32Array {
  const dimensions = direction.length;
  const moved = new Float32Array(codes.length * factors.length);
  let to = 0;
  for (let start = 0; start < codes.length; start += dimensions)
    for (const factor of factors)
      for (let axis = 0; axis < dimensions; axis++)
        moved[to++] = codes[start + axis]! + factor * direction[axis]!;
  return moved;
}
