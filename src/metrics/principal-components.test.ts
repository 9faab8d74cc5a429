import { expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { type Numbers, reference } from "../../test/references/read.ts";
import { randomStream } from "../random/index.ts";
import { Moments } from "./moments.ts";
import { principalComponents, projectRows, rebuildRows } from "./principal-components.ts";

type Row = Record<
  "rows" | "others" | "mean" | "components" | "variances" | "explained" | "codes" | "rebuilt",
  Numbers
>;
const { principal } = reference<{ principal: Row[] }>("quality");

function componentsOf(rows: Float32Array | Float64Array, dimensions: number, count?: number) {
  const moments = new Moments(dimensions);
  moments.add(rows);
  return principalComponents(moments.gaussian(), count);
}

test("agrees with scikit-learn", () => {
  for (const row of principal) {
    const found = componentsOf(Float64Array.from(row.rows.data), 5, 3);
    for (const name of ["mean", "components", "variances", "explained"] as const)
      expectAgreement({ shape: row[name].shape, data: found[name] }, row[name], 1e-8, name);
    const codes = projectRows(found, Float64Array.from(row.others.data));
    expectAgreement({ shape: row.codes.shape, data: codes }, row.codes, 1e-8, "codes");
    const rebuilt = rebuildRows(found, codes);
    expectAgreement({ shape: row.rebuilt.shape, data: rebuilt }, row.rebuilt, 1e-8, "rebuilt");
  }
});

test("the error over the rows fitted is the variance left out; with all components there is none", () => {
  const rows = randomStream(1, "rows").normal(0, new Float32Array(50 * 6));
  const whole = componentsOf(rows, 6);
  const errorOf = (count: number): number => {
    const part = componentsOf(rows, 6, count);
    const rebuilt = rebuildRows(part, projectRows(part, rows));
    return rows.reduce((sum, value, index) => sum + (value - rebuilt[index]!) ** 2, 0) / 50;
  };
  const left = whole.variances.subarray(2).reduce((sum, variance) => sum + variance, 0);
  expect(errorOf(2)).toBeCloseTo((left * 49) / 50, 10);
  expect(errorOf(6)).toBeCloseTo(0, 12);
  expect(whole.explained.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
});

test("points on a line have one component, equal points none", () => {
  const line = componentsOf(Float32Array.of(0, 0, 2, 2, 4, 4), 2, 1);
  [Math.SQRT1_2, Math.SQRT1_2].forEach((value, axis) => {
    expect(line.components[axis]).toBeCloseTo(value, 12);
  });
  expect(line.variances[0]).toBeCloseTo(8, 12);
  expect(line.explained[0]).toBeCloseTo(1, 12);
  expect(projectRows(line, Float32Array.of(3, 3))[0]).toBeCloseTo(Math.SQRT2, 12);
  expect([...componentsOf(Float32Array.of(5, 1, 5, 1), 2).explained]).toEqual([0, 0]);
});

test("more components than dimensions are refused", () => {
  expect(() => componentsOf(Float32Array.of(0, 1, 2, 3), 2, 3)).toThrow("have at most 2 components, not 3");
});
