import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Cell, decodeRows, encodeRows } from "./encode.ts";
import { OTHER, type TableColumn, type TableSchema, tableSchema, tableWidth } from "./schema.ts";

const schemaOf = (...columns: TableColumn[]): TableSchema => ({
  columns,
  ignored: [],
  cells: { missing: [], decimal: "point" },
});
const age = {
  kind: "numeric",
  name: "age",
  mean: 40,
  deviation: 10,
  least: 17,
  most: 90,
  decimals: 0,
  missing: 0,
} as const;
const job = {
  kind: "categorical",
  name: "job",
  categories: [
    { name: "clerk", count: 3 },
    { name: "cook", count: 1 },
  ],
  other: 0,
  missing: 0,
} as const;

describe("encodeRows", () => {
  test("numbers standardised, categories in places of their own, the last for others", () => {
    const schema = schemaOf(age, job);
    expect(tableWidth(schema)).toBe(4);
    const rows = [
      { age: 50, job: "cook" },
      { job: " clerk", age: "35" },
      { age: 40, job: "pilot" },
    ];
    expect([...encodeRows(schema, rows)]).toEqual([1, 0, 1, 0, -0.5, 1, 0, 0, 0, 0, 0, 1]);
    expect(decodeRows(schema, encodeRows(schema, rows))).toEqual([
      [50, "cook"],
      [35, "clerk"],
      [40, OTHER],
    ]);
  });

  test("missing values have places of their own where training lacked some", () => {
    const schema = schemaOf({ ...age, missing: 0.1 }, { ...job, missing: 0.2 });
    const vectors = encodeRows(schema, [
      { age: "NA", job: null },
      { age: 60, job: "cook" },
    ]);
    expect([...vectors]).toEqual([0, 1, 0, 0, 0, 1, 2, 0, 0, 1, 0, 0]);
    expect(decodeRows(schema, vectors)).toEqual([
      [null, null],
      [60, "cook"],
    ]);
  });

  test("else they are the mean, and one of the others", () => {
    const schema = schemaOf(age, job);
    expect(decodeRows(schema, encodeRows(schema, [{ age: null, job: "?" }]))).toEqual([[40, OTHER]]);
  });

  test("says what a row lacks, and what is no number", () => {
    expect(() => encodeRows(schemaOf(age), [{ age: 1 }, { Age: 2 }])).toThrow('row 2 has no "age"');
    expect(() => encodeRows(schemaOf(age), [{ age: "12O" }])).toThrow('row 1: age is a number, not "12O"');
    expect(() => encodeRows(schemaOf(age), [{ age: 1e39 }])).toThrow('row 1: age is a number, not "1e+39"');
    expect(() => decodeRows(schemaOf(age, job), new Float32Array(5))).toThrow(
      "5 numbers are no rows of 4 each",
    );
  });
});

describe("decodeRows", () => {
  test("takes the greatest of a column's places, and rounds to the column's digits", () => {
    const schema = schemaOf({ ...age, decimals: 1, missing: 0.5 }, job);
    const made = Float32Array.of(0.1234, 0.4, 0.2, 0.3, 0.1, -4.0001, 0.6, -1, -2, -0.5);
    expect(decodeRows(schema, made)).toEqual([
      [41.2, "cook"],
      [null, OTHER],
    ]);
    expect(String(decodeRows(schemaOf(age), Float32Array.of(1e30))[0]![0])).toMatch(/^\d\.\d{0,8}e\+31$/);
    expect(Object.is(decodeRows(schemaOf(age), Float32Array.of(-4.001))[0]![0], 0)).toBe(true);
  });

  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{3,6}$/), { minLength: 1, maxLength: 5 });
  const missing = fc.constantFrom(0, 0.25);
  const column: fc.Arbitrary<TableColumn> = fc.oneof(
    fc.record({
      kind: fc.constant("numeric" as const),
      name: fc.constant(""),
      mean: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      deviation: fc.double({ min: 0.1, max: 1e4, noNaN: true }),
      least: fc.constant(0),
      most: fc.constant(0),
      decimals: fc.constant(1),
      missing,
    }),
    fc.record({
      kind: fc.constant("categorical" as const),
      name: fc.constant(""),
      categories: names.map((all) => all.map((name) => ({ name, count: 1 }))),
      other: fc.constant(0),
      missing,
    }),
  );
  const cellOf = (of: TableColumn): fc.Arbitrary<Cell> => {
    const known: fc.Arbitrary<Cell> =
      of.kind === "categorical"
        ? fc.constantFrom(...of.categories.map(({ name }) => name), OTHER)
        : fc
            .integer({ min: -30, max: 30 })
            .map((steps) => Number((of.mean + (steps * of.deviation) / 10).toFixed(of.decimals)) + 0);
    return of.missing > 0 ? fc.oneof(known, fc.constant(null)) : known;
  };
  const tables = fc
    .array(column, { minLength: 1, maxLength: 5 })
    .map((columns) => schemaOf(...columns.map((each, index) => ({ ...each, name: `c${index}` }))))
    .chain((schema) =>
      fc.tuple(
        fc.constant(schema),
        fc.array(fc.tuple(...schema.columns.map(cellOf)), { minLength: 1, maxLength: 4 }),
      ),
    );

  test("gives back the rows that were encoded, through JSON too", () => {
    fc.assert(
      fc.property(tables, ([schema, rows]) => {
        const named = rows.map((row) => Object.fromEntries(row.map((cell, index) => [`c${index}`, cell])));
        const vectors = encodeRows(schema, named);
        expect(vectors).toHaveLength(rows.length * tableWidth(schema));
        const kept = tableSchema.parse(JSON.parse(JSON.stringify(schema)));
        expect(decodeRows(kept, vectors)).toEqual(rows);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});
