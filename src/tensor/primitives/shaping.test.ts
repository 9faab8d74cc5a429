import { expect, test } from "vitest";
import { evaluate } from "../../runtime/evaluate.ts";
import { input } from "../index.ts";

test("scatterAdd loses no row where thousands share an index, however many threads add", async () => {
  const [count, width, rows] = [12_000, 64, 3];
  const updates = input("updates", [count, width]);
  const indices = input("indices", [count], "int32");
  const feeds = {
    updates: new Float32Array(count * width).fill(1),
    indices: Int32Array.from({ length: count }, (_, row) => row % rows),
  };
  const [sums] = await evaluate([updates.scatterAdd(indices, rows)], feeds, { threads: 4 });
  expect(sums!.shape).toEqual([rows, width]);
  expect(sums!.data).toEqual(new Float32Array(rows * width).fill(count / rows));
});
