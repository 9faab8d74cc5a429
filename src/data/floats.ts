// Values of examples as networks see them.

/**
 * Bytes 0 … 255 as floats over [0, 1]; floats as they are.
 *
 * @example
 * floatsOf(new Uint8Array([0, 255])); // Float32Array [0, 1]
 */
export function floatsOf(values: Uint8Array | Float32Array): Float32Array {
  if (values instanceof Float32Array) return values;
  // A loop: `Float32Array.from` with a function takes many times as long.
  const floats = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) floats[index] = values[index]! / 255;
  return floats;
}
