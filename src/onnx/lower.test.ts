import { expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { input } from "../tensor/index.ts";

test("a product is there both with its bias and without", async () => {
  const x = input("x", [2, 2]);
  const product = x.matmul(x);
  const [plain, biased] = await evaluate([product, product.add(10)], { x: Float32Array.of(1, 2, 3, 4) });
  expect(plain!.data).toEqual(Float32Array.of(7, 10, 15, 22));
  expect(biased!.data).toEqual(Float32Array.of(17, 20, 25, 32));
});
