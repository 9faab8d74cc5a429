import { expect, test } from "vitest";
import { simplify } from "../onnx/simplify.ts";
import { concat, input, type Tensor } from "../tensor/index.ts";
import { type CarriedState, joinState } from "./joined-state.ts";
import { nodeEngine } from "./node.ts";
import { RoundProgram, roundLoop } from "./program.ts";

const [w, b, c] = [input("w", [2, 3]), input("b", [2]), input("c", [])];

/** w and b end to end, less a tenth of themselves and of what w makes of b. */
function stepped(): Tensor {
  const whole = concat([w.reshape([-1]), b], 0);
  const product = b.reshape([1, 2]).matmul(w).sum();
  return whole.sub(whole.mul(0.1)).add(product);
}

function states(step: Tensor): CarriedState[] {
  return [
    { name: "w", before: w, after: step.slice([0], [6]).reshape([2, 3]) },
    { name: "b", before: b, after: step.slice([6], [8]) },
    { name: "c", before: c, after: c.add(b.sum()) },
  ];
}

function joined(all: readonly CarriedState[], metrics: readonly Tensor[] = []) {
  const outputs = simplify([...all.map(({ after }) => after), ...metrics]);
  return joinState(
    all.map((state, index) => ({ ...state, after: outputs[index]! })),
    outputs.slice(all.length),
  );
}

test("what is joined, changed and taken apart is carried as one", () => {
  const { single, joined: vectors } = joined(states(stepped()));
  expect(single.map(({ name }) => name)).toEqual(["c"]);
  expect(vectors.map(({ parts }) => parts)).toEqual([
    [
      { name: "w", shape: [2, 3] },
      { name: "b", shape: [2] },
    ],
  ]);
  expect(vectors[0]!.before.shape).toEqual([8]);
  expect(vectors[0]!.after.shape).toEqual([8]);
});

test("what is taken apart otherwise is carried by itself", () => {
  const step = stepped();
  const others: CarriedState[] = [
    { name: "w", before: w, after: step.slice([2], [8]).reshape([2, 3]) },
    { name: "b", before: b, after: step.slice([0], [2]) },
  ];
  expect(joined(others).joined).toEqual([]);
  const half = states(stepped()).map((state) => (state.name === "b" ? { ...state, after: b.neg() } : state));
  expect(joined(half).joined).toEqual([]);
  expect(joined(half).single.map(({ name }) => name)).toEqual(["w", "b", "c"]);
});

test("rounds of a Loop change values as they would by themselves", async () => {
  const step = stepped();
  const state = states(step);
  const metric = w.sum();
  const round = { state, shared: [], perRound: [], metrics: [{ name: "sum", tensor: metric }] };
  const [loop] = roundLoop(round).nodes.filter(({ body }) => body !== undefined);
  expect(loop!.body!.inputs.map(({ name }) => name)).toEqual([
    "round/index",
    "round/go",
    "before/c",
    "before/joined/0",
  ]);
  expect(loop!.body!.nodes.map(({ operator }) => operator)).not.toContain("Concat");

  const value = (data: number[], shape: number[]) => ({
    ...{ dtype: "float32" as const, shape, data: Float32Array.from(data) },
  });
  const first = {
    w: value([0.5, -0.25, 1, 0.125, 0, 2], [2, 3]),
    b: value([0.25, -0.5], [2]),
    c: value([3], []),
  };
  const program = await RoundProgram.create(nodeEngine, round, { device: "cpu", threads: 1 });
  const result = await program.run(3, first, {});
  await program.release();
  expect(Object.keys(result.state)).toEqual(["w", "b", "c"]);

  let [kernel, bias, sum] = [[...first.w.data], [...first.b.data], 3];
  const sums: number[] = [];
  for (let index = 0; index < 3; index++) {
    sums.push(kernel.reduce((total, number) => total + number));
    const rows = [kernel.slice(0, 3), kernel.slice(3)].map((row) =>
      row.reduce((total, number) => total + number),
    );
    const product = rows[0]! * bias[0]! + rows[1]! * bias[1]!;
    sum += bias[0]! + bias[1]!;
    [kernel, bias] = [
      kernel.map((number) => number * 0.9 + product),
      bias.map((number) => number * 0.9 + product),
    ];
  }
  const close = (numbers: readonly number[]) => numbers.map((number) => expect.closeTo(number, 5));
  expect([...result.state.w!.data]).toEqual(close(kernel));
  expect(result.state.w!.shape).toEqual([2, 3]);
  expect([...result.state.b!.data]).toEqual(close(bias));
  expect([...result.state.c!.data]).toEqual(close([sum]));
  expect([...result.metrics.sum!]).toEqual(close(sums));
});
