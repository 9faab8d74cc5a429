import { expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { codeUmap } from "./code-umap.ts";

/** Three groups of 30 codes of 10 numbers. */
function groups(): Float32Array {
  const codes = randomStream(0, "groups").normal(0, new Float32Array(90 * 10));
  for (let row = 0; row < 90; row++) codes[row * 10 + (row % 3)]! += 12;
  return codes;
}

test("codes of one group lie together, and apart from others; the same seed has the same places", () => {
  const codes = groups();
  const { points, axes } = codeUmap(codes, 10);
  expect(axes).toEqual(["UMAP 1", "UMAP 2"]);
  expect(points).toHaveLength(180);
  const centres = [0, 1, 2].map((group) => {
    const own = Array.from({ length: 30 }, (_, place) => 3 * place + group);
    const mean = (axis: number) => own.reduce((sum, row) => sum + points[2 * row + axis]!, 0) / 30;
    return [mean(0), mean(1)] as const;
  });
  for (let row = 0; row < 90; row++) {
    const distances = centres.map(([x, y]) => Math.hypot(points[2 * row]! - x, points[2 * row + 1]! - y));
    expect(distances.indexOf(Math.min(...distances))).toBe(row % 3);
  }
  expect(codeUmap(codes, 10).points).toEqual(points);
  expect(codeUmap(codes, 10, { seed: 1 }).points).not.toEqual(points);
});

test("few codes have fewer neighbours, and too many or too few are refused", () => {
  expect(codeUmap(groups().subarray(0, 50), 10).points).toHaveLength(10);
  expect(() => codeUmap(new Float32Array(6), 2)).toThrow("codes");
  expect(() => codeUmap(new Float32Array(3001 * 2), 2)).toThrow(
    "UMAP lays out 3000 codes at most here, not 3001",
  );
});
