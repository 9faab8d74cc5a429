import { expect, test } from "vitest";
import { evaluate } from "../runtime/evaluate.ts";
import { input, type Tensor } from "../tensor/index.ts";
import { GraphBuilder } from "./graph.ts";
import { lower } from "./lower.ts";

test("a product is there both with its bias and without", async () => {
  const x = input("x", [2, 2]);
  const product = x.matmul(x);
  const [plain, biased] = await evaluate([product, product.add(10)], { x: Float32Array.of(1, 2, 3, 4) });
  expect(plain!.data).toEqual(Float32Array.of(7, 10, 15, 22));
  expect(biased!.data).toEqual(Float32Array.of(17, 20, 25, 32));
});

test("columns are summed by a product with ones, on the CPU", async () => {
  const x = input("x", [40, 3]);
  const sums = [x.sum(0), x.sum(0, { keepDimensions: true }), x.mul(2).sum(0)];
  const operatorsOf = (layout: "natural" | "channel-major") => {
    const builder = new GraphBuilder();
    lower(builder, sums, new Map([[x, "x"]]), { layout });
    const { nodes, initializers } = builder.finish("graph", [], []);
    const ones = [...initializers.values()].filter(({ shape }) => shape[1] === 40);
    return { operators: nodes.map(({ operator }) => operator), ones: ones.length };
  };
  expect(operatorsOf("channel-major")).toEqual({
    operators: ["MatMul", "Reshape", "MatMul", "Mul", "MatMul", "Reshape"],
    ones: 1,
  });
  expect(operatorsOf("natural").operators).toEqual(["ReduceSum", "ReduceSum", "Mul", "ReduceSum"]);
  const numbers = Float32Array.from({ length: 120 }, (_, index) => index % 3);
  const found = await evaluate(sums, { x: numbers });
  expect(found.map(({ shape, data }) => [shape, [...data]])).toEqual([
    [[3], [0, 40, 80]],
    [
      [1, 3],
      [0, 40, 80],
    ],
    [[3], [0, 80, 160]],
  ]);
});

test("a vector taken apart is one Split, and in parts of it slices", async () => {
  const x = input("x", [6]);
  const whole = [x.slice([0], [1]), x.slice([3], [6]), x.slice([1], [3])];
  const some = [x.slice([0], [1]), x.slice([3], [6]), x.slice([1], [2])];
  const operatorsOf = (outputs: readonly Tensor[]) => {
    const builder = new GraphBuilder();
    lower(builder, outputs, new Map([[x, "x"]]), { layout: "natural" });
    return builder.finish("graph", [], []).nodes.map(({ operator }) => operator);
  };
  expect(operatorsOf(whole)).toEqual(["Split"]);
  expect(operatorsOf(some)).toEqual(["Slice", "Slice", "Slice"]);
  // As many as any device writes in one program.
  const eight = input("x", [8]);
  const builder = new GraphBuilder();
  const parts = Array.from({ length: 8 }, (_, index) => eight.slice([index], [index + 1]));
  lower(builder, parts, new Map([[eight, "x"]]), { layout: "natural" });
  expect(builder.nodes.map(({ operator }) => operator)).toEqual(new Array(8).fill("Slice"));
  const found = await evaluate([...whole, ...some], { x: Float32Array.of(1, 2, 3, 4, 5, 6) });
  expect(found.map(({ data }) => [...data])).toEqual([[1], [4, 5, 6], [2, 3], [1], [4, 5, 6], [2]]);
});
