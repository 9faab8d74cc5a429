import { describe, expect, test } from "vitest";
import { BatchOrder, batchIndices } from "./batches.ts";

const fill = (order: BatchOrder, first: number, batches: number): number[] => [
  ...order.fill(first, batches, new Int32Array(batches * order.batchSize)),
];

describe("BatchOrder", () => {
  test.each([
    [10, 4],
    [12, 4],
    [5, 12],
    [1, 3],
    [7, 7],
  ])("with %i examples in batches of %i, each example comes once an epoch", (count, batchSize) => {
    const sequence = fill(new BatchOrder(3, count, batchSize), 0, count * 3);
    for (let epoch = 0; epoch < batchSize * 3; epoch++)
      expect(sequence.slice(epoch * count, (epoch + 1) * count).sort((a, b) => a - b)).toEqual(
        Array.from({ length: count }, (_, i) => i),
      );
  });

  test("a batch is the same alone, among others, in any order of asking and in a new object", () => {
    const order = new BatchOrder(1, 23, 5);
    const all = fill(order, 0, 40);
    for (const batch of [39, 0, 17, 4, 5, 4, 30]) {
      expect(fill(order, batch, 1)).toEqual(all.slice(batch * 5, batch * 5 + 5));
      expect([...batchIndices(1, 23, 5, batch)]).toEqual(all.slice(batch * 5, batch * 5 + 5));
    }
    expect(fill(order, 11, 13)).toEqual(all.slice(55, 55 + 65));
  });

  test("epochs and seeds differ", () => {
    const order = new BatchOrder(1, 100, 100);
    expect(fill(order, 0, 1)).not.toEqual(fill(order, 1, 1));
    expect(fill(order, 0, 1)).not.toEqual(fill(new BatchOrder(2, 100, 100), 0, 1));
  });

  test("counts epochs", () => {
    expect(new BatchOrder(0, 100, 25).epochsBefore(6)).toBe(1.5);
  });

  test("refuses what it cannot do", () => {
    expect(() => new BatchOrder(0, 0, 1)).toThrow(RangeError);
    expect(() => new BatchOrder(0, 1, 0)).toThrow(RangeError);
    expect(() => new BatchOrder(0, 4, 2).fill(0, 2, new Int32Array(3))).toThrow(/do not fit/);
    expect(() => new BatchOrder(0, 4, 2).fill(-1, 1, new Int32Array(3))).toThrow(RangeError);
  });
});
