import { expect, test } from "vitest";
import { distanceGroup } from "./sample-groups.ts";
import type { Subject } from "./subject.ts";

test("distances of more features than a covariance can be had of are refused, before samples are made", async () => {
  const dimensions = 5000;
  const real = { data: new Float32Array(2 * dimensions), dimensions, count: 2 };
  const subject: Partial<Subject> = { realFeatures: async () => real };
  await expect(distanceGroup.measure(subject as Subject)).rejects.toThrow(
    "distances are of at most 4096 features, and these are 5000",
  );
});
