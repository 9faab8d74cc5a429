// The linear algebra that the metrics share, in float64 on row-major arrays. Sums of products are the time of all
// of them, so those of many rows with many rows are made in tiles whose sums stay in registers.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Floats } from "./rows.ts";

/** `count` rows that lie `stride` numbers apart. */
export interface Rows {
  readonly values: Float64Array;
  readonly count: number;
  readonly stride: number;
}

/**
 * Products of rows: `out[i · outStride + j]` = Σ over the first `length` numbers of row i of `a` times row j of `b`.
 */
export function rowProducts(a: Rows, b: Rows, length: number, out: Float64Array, outStride = b.count): void {
  const [x, y, lastA, lastB] = [a.values, b.values, a.count - 1, b.count - 1];
  // Tiles of three by three; at the edges a tile's last row is computed again in place of those that are not there.
  for (let i0 = 0; i0 <= lastA; i0 += 3) {
    const i1 = Math.min(i0 + 1, lastA);
    const i2 = Math.min(i0 + 2, lastA);
    const [x0, x1, x2] = [i0 * a.stride, i1 * a.stride, i2 * a.stride];
    const [out0, out1, out2] = [i0 * outStride, i1 * outStride, i2 * outStride];
    for (let j0 = 0; j0 <= lastB; j0 += 3) {
      const j1 = Math.min(j0 + 1, lastB);
      const j2 = Math.min(j0 + 2, lastB);
      const y0 = j0 * b.stride;
      const y1 = j1 * b.stride;
      const y2 = j2 * b.stride;
      let [s00, s01, s02, s10, s11, s12, s20, s21, s22] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
      for (let k = 0; k < length; k++) {
        const u0 = x[x0 + k]!;
        const u1 = x[x1 + k]!;
        const u2 = x[x2 + k]!;
        const v0 = y[y0 + k]!;
        const v1 = y[y1 + k]!;
        const v2 = y[y2 + k]!;
        s00 += u0 * v0;
        s01 += u0 * v1;
        s02 += u0 * v2;
        s10 += u1 * v0;
        s11 += u1 * v1;
        s12 += u1 * v2;
        s20 += u2 * v0;
        s21 += u2 * v1;
        s22 += u2 * v2;
      }
      out[out0 + j0] = s00;
      out[out0 + j1] = s01;
      out[out0 + j2] = s02;
      out[out1 + j0] = s10;
      out[out1 + j1] = s11;
      out[out1 + j2] = s12;
      out[out2 + j0] = s20;
      out[out2 + j1] = s21;
      out[out2 + j2] = s22;
    }
  }
}

/** Rows that {@link Scatter} gathers before it multiplies them. */
const GATHERED = 256;
/** Numbers from a gathered dimension to the next; not a power of two, which would crowd into one part of the cache. */
const STRIDE = GATHERED + 8;
/** Rows of a triangle multiplied at a time: what lies beyond the diagonal is left out but for the band's own width. */
export const BAND = 9;

/** Σ w (x − c)(x − c)ᵀ over rows x with weights w ≥ 0, about a given centre c. */
export class Scatter {
  readonly #centre: Float64Array;
  readonly #gathered: Float64Array;
  readonly #products: Float64Array;
  readonly #sum: Float64Array;
  #count = 0;

  constructor(centre: Float64Array) {
    const dimensions = centre.length;
    this.#centre = centre;
    // One row for each dimension, so that the sum over examples runs along memory.
    this.#gathered = new Float64Array(dimensions * STRIDE);
    this.#products = new Float64Array(dimensions * dimensions);
    this.#sum = new Float64Array(dimensions * dimensions);
  }

  /** Adds the row of `values` that begins at `offset`. */
  add(values: Floats, offset: number, weight: number): void {
    const root = Math.sqrt(weight);
    for (let axis = 0; axis < this.#centre.length; axis++)
      this.#gathered[axis * STRIDE + this.#count] = root * (values[offset + axis]! - this.#centre[axis]!);
    if (++this.#count === GATHERED) this.#flush();
  }

  /** The sum so far, [dimensions, dimensions]. */
  sum(): Float64Array {
    this.#flush();
    const dimensions = this.#centre.length;
    return this.#sum.map((_, index) => {
      const [i, j] = [Math.floor(index / dimensions), index % dimensions];
      return this.#sum[Math.max(i, j) * dimensions + Math.min(i, j)]!;
    });
  }

  /** Adds the products of the rows gathered; only those below the diagonal are right. */
  #flush(): void {
    const dimensions = this.#centre.length;
    for (let axis = 0; axis < dimensions; axis += BAND) {
      const end = Math.min(axis + BAND, dimensions);
      rowProducts(
        { values: this.#gathered.subarray(axis * STRIDE), count: end - axis, stride: STRIDE },
        { values: this.#gathered, count: end, stride: STRIDE },
        this.#count,
        this.#products.subarray(axis * dimensions),
        dimensions,
      );
    }
    for (let index = 0; index < this.#sum.length; index++) this.#sum[index]! += this.#products[index]!;
    this.#count = 0;
  }
}

/**
 * The lower triangle L of a symmetric positive definite matrix M = L Lᵀ, [size, size] with zeros above; undefined
 * if M is not positive definite.
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array | undefined {
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= lower[i * size + k]! * lower[j * size + k]!;
      if (i === j && !(rest > 0)) return undefined;
      lower[i * size + j] = i === j ? Math.sqrt(rest) : rest / lower[j * size + j]!;
    }
  return lower;
}

/** The inverse of a lower triangle, itself one. */
export function invertLower(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++)
    for (let row = column; row < size; row++) {
      let rest = row === column ? 1 : 0;
      for (let k = column; k < row; k++) rest -= lower[row * size + k]! * inverse[k * size + column]!;
      inverse[row * size + column] = rest / lower[row * size + row]!;
    }
  return inverse;
}

/** M = Σᵢ valuesᵢ vᵢ vᵢᵀ of a symmetric matrix: values in rising order, vᵢ in row i of `vectors`. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Eigenvalues and eigenvectors of a symmetric matrix of finite numbers. */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(size, size, matrix),
    { assumeSymmetric: true },
  );
  return {
    values: Float64Array.from(realEigenvalues),
    vectors: Float64Array.from(eigenvectorMatrix.transpose().to1DArray()),
  };
}

/** Σᵢ change(valuesᵢ) vᵢ vᵢᵀ: a function of a symmetric matrix. */
export function fromEigen(
  { values, vectors }: SymmetricEigen,
  change: (value: number) => number = (value) => value,
): Float64Array {
  const size = values.length;
  const scaled = new Float64Array(size * size);
  const turned = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    const factor = change(values[i]!);
    for (let axis = 0; axis < size; axis++) {
      const component = vectors[i * size + axis]!;
      scaled[axis * size + i] = component * factor;
      turned[axis * size + i] = component;
    }
  }
  return matrixProduct(scaled, turned, size);
}

/** A Bᵀ of square matrices. */
export function matrixProduct(a: Float64Array, transposed: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size);
  const rows = (values: Float64Array): Rows => ({ values, count: size, stride: size });
  rowProducts(rows(a), rows(transposed), size, out);
  return out;
}
