// What a generated case feeds its operands. Elements are drawn so that no derivative is taken at a kink: the
// real ones of a case all differ from each other (maximum, max) and from zero (relu, abs), by far more than
// finite differences move them.

import fc from "fast-check";
import { randomStream } from "../../src/random/index.ts";
import { type DataType, type Shape, sizeOf } from "../../src/tensor/index.ts";

/**
 * Where elements lie. `real`: −2 to 2, no two alike. `positive`: 0.3 to 2.3. `nonzero`: 0.3 to 2.3 of either
 * sign. `whole`: the integers from `from` up to, not including, `below`, repeated freely.
 */
export type Domain =
  | { readonly kind: "real"; readonly kinks?: readonly number[] }
  | { readonly kind: "positive" }
  | { readonly kind: "nonzero" }
  | { readonly kind: "whole"; readonly from: number; readonly below: number };

export interface Operand {
  readonly shape: Shape;
  readonly dtype: DataType;
  readonly domain: Domain;
}

export const real = (shape: Shape, kinks: readonly number[] = [0]): Operand => ({
  shape,
  dtype: "float32",
  domain: { kind: "real", kinks },
});
export const positive = (shape: Shape): Operand => ({
  shape,
  dtype: "float32",
  domain: { kind: "positive" },
});
export const nonzero = (shape: Shape): Operand => ({ shape, dtype: "float32", domain: { kind: "nonzero" } });
export const whole = (
  shape: Shape,
  [from, below]: readonly [number, number],
  dtype: DataType = "int32",
): Operand => ({ shape, dtype, domain: { kind: "whole", from, below } });
export const bool = (shape: Shape): Operand => whole(shape, [0, 2], "bool");

/** Elements for all operands of a case, each exactly a float32. */
export function elementsOf(operands: readonly Operand[], seed: number): Float64Array[] {
  const stream = randomStream(seed, "operands");
  const total = operands.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const order = stream.permutation(0, total);
  const jitter = stream.uniform(0, new Float32Array(total));
  let used = 0;
  return operands.map(({ shape, domain }, position) => {
    const size = sizeOf(shape);
    if (domain.kind === "whole") {
      const drawn = stream.integers(position + 1, domain.below - domain.from, new Int32Array(size));
      return Float64Array.from(drawn, (element) => element + domain.from);
    }
    return Float64Array.from({ length: size }, () => {
      const place = (order[used]! + 0.3 + 0.4 * jitter[used]!) / total;
      used++;
      return Math.fround(placed(4 * place - 2, domain));
    });
  });
}

function placed(element: number, domain: Exclude<Domain, { kind: "whole" }>): number {
  switch (domain.kind) {
    case "positive":
      return 1.3 + element / 2;
    case "nonzero":
      return (element < 0 ? -0.3 : 0.3) + element;
    case "real": {
      const kink = domain.kinks?.find((at) => Math.abs(element - at) < 0.002);
      return kink === undefined ? element : kink + 0.002;
    }
  }
}

/** Shapes of `minimum` to `maximum` axes, of length 1 to 4. */
export const shapes = (minimum = 0, maximum = 3): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: minimum, maxLength: maximum });

/** Shapes that broadcast together: axes of a common one are dropped from the front, or made 1. */
export const joinedShapes = (count: number, maximum = 3): fc.Arbitrary<number[][]> =>
  shapes(0, maximum).chain((joint) =>
    fc.array(
      fc
        .tuple(fc.nat({ max: joint.length }), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
        .map(([dropped, ones]) => joint.slice(dropped).map((length, axis) => (ones[axis] ? 1 : length))),
      { minLength: count, maxLength: count },
    ),
  );
