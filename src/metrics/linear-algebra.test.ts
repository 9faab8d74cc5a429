import { expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { cholesky, fromEigen, invertLower, rowProducts, symmetricEigen } from "./linear-algebra.ts";

const rows = (count: number, stride: number, seed: number) => ({
  values: Float64Array.from(randomStream(seed, "rows").normal(0, new Float32Array(count * stride))),
  count,
  stride,
});

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < expected.length; index++)
    expect(actual[index]).toBeCloseTo(expected[index]!, 10);
}

/** A Aᵀ. */
function square(a: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, index) => {
    let sum = 0;
    for (let k = 0; k < size; k++)
      sum += a[Math.floor(index / size) * size + k]! * a[(index % size) * size + k]!;
    return sum;
  });
}

test("products of rows for any number of rows, and parts of rows", () => {
  for (let countA = 1; countA <= 7; countA++)
    for (let countB = 1; countB <= 7; countB++) {
      const [a, b] = [rows(countA, 5, countA), rows(countB, 6, 10 + countB)];
      const out = new Float64Array(countA * 8).fill(99);
      rowProducts(a, b, 4, out, 8);
      const expected = Float64Array.from(out, (_, index) => {
        const [i, j] = [Math.floor(index / 8), index % 8];
        if (j >= countB) return 99;
        let sum = 0;
        for (let k = 0; k < 4; k++) sum += a.values[i * 5 + k]! * b.values[j * 6 + k]!;
        return sum;
      });
      expectClose(out, expected);
    }
});

test("Cholesky's factor of a known matrix, its inverse, and a refusal", () => {
  const lower = cholesky(Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98), 3)!;
  expectClose(lower, [2, 0, 0, 6, 1, 0, -8, 5, 3]);
  expectClose(invertLower(lower, 3), [1 / 2, 0, 0, -3, 1, 0, 19 / 3, -5 / 3, 1 / 3]);
  expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  expect(cholesky(Float64Array.of(0), 1)).toBeUndefined();
  expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeUndefined();
});

test("eigenvalues rise, and give the matrix and functions of it back", () => {
  const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
  expectClose(values, [1, 3]);
  expectClose([vectors[0]! + vectors[1]!, vectors[2]! - vectors[3]!], [0, 0]);
  const matrix = square(rows(9, 9, 1).values, 9);
  const eigen = symmetricEigen(matrix, 9);
  expectClose(eigen.values, eigen.values.slice().sort());
  expectClose(fromEigen(eigen), matrix);
  expectClose(square(fromEigen(eigen, Math.sqrt), 9), matrix);
});
