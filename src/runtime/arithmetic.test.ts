import { expect, test } from "vitest";
import { gradients, input, type Tensor } from "../tensor/index.ts";
import { productOperations } from "./arithmetic.ts";

const operations = (after: Tensor, ...more: Tensor[]) =>
  productOperations({
    state: [after, ...more].map((tensor, index) => ({
      ...{ name: `w${index}`, before: input(`w${index}`, tensor.shape), after: tensor },
    })),
    metrics: [],
  });

test("a matrix product is two operations for each pair of numbers that meet, either way round", () => {
  expect(operations(input("a", [3, 5]).matmul(input("b", [5, 7])))).toBe(2 * 3 * 5 * 7);
  expect(
    operations(input("a", [5, 3]).matmul(input("b", [7, 5]), { transposeA: true, transposeB: true })),
  ).toBe(2 * 3 * 5 * 7);
});

test("a convolution and its two gradients are the same arithmetic", () => {
  const images = input("x", [2, 3, 8, 8]);
  const filters = input("w", [5, 3, 4, 4]);
  const attributes = { strides: [2, 2], pads: [1, 1, 1, 1], dilations: [1, 1], size: [4, 4] } as const;
  const responses = images.convolve(filters, attributes);
  const once = 2 * (2 * 5 * 4 * 4) * (3 * 4 * 4);
  expect(operations(responses)).toBe(once);
  const [byImages, byFilters] = gradients(responses.sum(), [images, filters]);
  expect(operations(byImages!)).toBe(once);
  expect(operations(byFilters!)).toBe(once);
});

test("what is computed once is counted once, and additions are not counted", () => {
  const [a, b] = [input("a", [3, 5]), input("b", [5, 7])];
  expect(operations(a.matmul(b), a.matmul(b).add(1))).toBe(2 * 3 * 5 * 7);
});
