// Every primitive by name. To add one: a row in one of these tables, a case in the tests' reference interpreter
// (the compiler insists), and a method on Tensor.

import { elementwise } from "./elementwise.ts";
import { products } from "./products.ts";
import { reductions } from "./reductions.ts";
import { shaping } from "./shaping.ts";

export const primitives = { ...elementwise, ...products, ...reductions, ...shaping };

export type Primitives = typeof primitives;
export type PrimitiveName = keyof Primitives;
export type AttributesOf<Name extends PrimitiveName> = Parameters<Primitives[Name]["infer"]>[1];
