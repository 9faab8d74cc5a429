import { expect, test } from "vitest";
import { decodeRows } from "../../../src/data/table/encode.ts";
import type { TableColumn, TableSchema } from "../../../src/data/table/schema.ts";
import { cellsOf, columnNames } from "./rows.ts";

const schema: TableSchema = {
  columns: [
    { kind: "numeric", name: "age", mean: 40, deviation: 10, least: 1, most: 90, decimals: 0, missing: 0.1 },
    { kind: "numeric", name: "gain", mean: 0, deviation: 1, least: -9, most: 9, decimals: 2, missing: 0 },
    {
      kind: "categorical",
      name: "job",
      categories: [
        { name: "clerk", count: 9 },
        { name: "cook", count: 3 },
      ],
      other: 1,
      missing: 0.2,
    },
  ],
  ignored: [],
  cells: { missing: [""], decimal: "point" },
};

test("numbers that are very small are written by their power of ten", () => {
  const small = { ...schema.columns[0]!, mean: 2e-20, deviation: 1e-20, decimals: 26 } as TableColumn;
  expect(cellsOf({ ...schema, columns: [small] }, Float32Array.of(-0.5, 0))).toEqual(["1.50e-20"]);
});

test("vectors are the rows that the library decodes", () => {
  for (const vector of [
    [0.52, 0, -0.001, 0, 1, 0.2, 0.1],
    [0.52, 0.9, 1.234, 0, 0, 2, 0.1],
    [-1, 0, 0, 0, 0, 0, 1],
  ]) {
    const values = Float32Array.from(vector);
    const [row] = decodeRows(schema, values);
    expect(
      cellsOf(schema, values).map((cell, index) => {
        const number = schema.columns[index]!.kind === "numeric";
        return cell === undefined ? null : number ? Number(cell) : cell;
      }),
    ).toEqual(row);
  }
  expect(columnNames(schema, 7)).toEqual(["age", "gain", "job"]);
  expect(columnNames(undefined, 2)).toEqual(["x1", "x2"]);
});
