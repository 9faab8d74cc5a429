import { expect, test } from "vitest";
import { tableSchema } from "../../data/table/schema.ts";
import { alarmThreshold } from "../../metrics/alarm-threshold.ts";
import { anomalousRows, checkClasses, detectionQuality } from "./quality.ts";
import { strangestColumns } from "./strangest-columns.ts";

test("scores of both kinds by hand", () => {
  const threshold = alarmThreshold([0, 1, 2, 2.5], 0.4);
  expect(threshold.threshold).toBe(2);
  const found = detectionQuality([3, 1, 2, 2.5], [1, 0, 1, 0], threshold)!;
  expect(found).toMatchObject({ normal: 2, anomalous: 2, detectionRate: 0.5, falseAlarmRate: 0.5 });
  // Three of four pairs are in order; of the three flagged down to 2, two are anomalies.
  expect(found.auroc.value).toBe(0.75);
  expect(found.averagePrecision.value).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(found.averagePrecision.standardError).toBeGreaterThan(0);
  expect(detectionQuality([3, 1], [1, 0])).not.toHaveProperty("detectionRate");
  expect(detectionQuality([3, 1], [0, 0])).toBeUndefined();
});

test("labels tell anomalies only where they name what is normal", () => {
  const split = { count: 3, values: new Float32Array(3), labels: Int32Array.of(0, 1, 0) };
  expect([...anomalousRows(split, ["good", "bad"], ["good", "other"])!]).toEqual([0, 1, 0]);
  expect(anomalousRows(split, ["shirt", "shoe"], ["good"])).toBeUndefined();
  expect(anomalousRows({ count: 1, values: new Float32Array(1) }, undefined, ["good"])).toBeUndefined();
  expect(() => checkClasses(split, ["good", "bad"], ["god"])).toThrow(
    'the examples have no class "god"; they have good, bad',
  );
  expect(() => checkClasses({ count: 1, values: new Float32Array(1) }, undefined, ["a"])).toThrow(
    "no labels to tell normal ones by",
  );
});

test("the column that is rebuilt worst, categories as a whole", () => {
  const number = { kind: "numeric", deviation: 1, mean: 0, least: 0, most: 1, decimals: 0, missing: 0 };
  const table = tableSchema.parse({
    columns: [
      { ...number, name: "height" },
      { kind: "categorical", name: "coat", categories: [{ name: "black", count: 1 }], other: 0, missing: 0 },
      { ...number, name: "weight", missing: 0.1 },
    ],
    ignored: [],
    cells: { missing: [], decimal: "point" },
  });
  const rows = Float32Array.of(1, 1, 0, 0, 0, 5, 0, 1, 2, 0);
  const rebuilt = Float32Array.of(2, 0, 1, 1, 0, 5, 0, 1, 0, 1);
  // Errors of the first row are 1, 1 + 1, 1; of the second 0, 0, 4 + 1.
  expect(strangestColumns(table, rows, rebuilt)).toEqual(["coat", "weight"]);
});
