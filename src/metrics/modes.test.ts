import { expect, test } from "vitest";
import { modeCoverage } from "./modes.ts";

test("counts modes that a sample of high quality is nearest to", () => {
  const centres = [0, 0, 1, 1, 2, 2];
  const samples = [0, 0.29, 1, 1, 1.01, 1, 1.5, 1.5];
  expect(modeCoverage(samples, centres, { dimensions: 2, deviation: 0.1 })).toEqual({
    modes: 2,
    highQuality: 0.75,
  });
});

test("no samples cover nothing", () => {
  expect(modeCoverage([], [0, 0], { dimensions: 2, deviation: 1 })).toEqual({ modes: 0, highQuality: 0 });
});
