// What the view Judge asks: both compute with a run's networks, here and not in the page, on as many examples as are
// asked for.
//
//   POST runs/NAME/anomalies       the strangest of some examples
//   POST runs/NAME/compression     images before and after, and what they weigh

import { Hono } from "hono";
import { z } from "zod";
import type { AnomaliesRequest, CompressionRequest } from "../contract.ts";
import { bodyOf, checkBody, withoutUndefined } from "../requests.ts";
import type { RunsFolder } from "../runs-folder.ts";

const examples = {
  input: z.string().min(1).optional(),
  split: z.enum(["train", "validation", "test"]).optional(),
};
const anomalies = z.strictObject({
  ...examples,
  score: z.string().min(1).optional(),
  count: z.int().min(1).max(20_000).optional(),
  top: z.int().min(1).max(100).optional(),
});
const compression = z.strictObject({
  ...examples,
  mode: z.enum(["lossy", "lossless"]).optional(),
  step: z.number().positive().optional(),
  start: z.int().nonnegative().optional(),
  count: z.int().min(1).max(256).optional(),
});

export function createJudge(folder: RunsFolder): Hono {
  const judge = new Hono();
  judge.post("/runs/:name/anomalies", async (context) => {
    const path = await folder.pathOf(context.req.param("name"));
    const request = checkBody(anomalies, await bodyOf(context.req));
    const { strongestAnomalies } = await import("./anomalies.ts");
    return context.json(await strongestAnomalies(path, withoutUndefined(request) as AnomaliesRequest));
  });
  judge.post("/runs/:name/compression", async (context) => {
    const path = await folder.pathOf(context.req.param("name"));
    const request = checkBody(compression, await bodyOf(context.req));
    const { compressedImages } = await import("./compression.ts");
    return context.json(await compressedImages(path, withoutUndefined(request) as CompressionRequest));
  });
  return judge;
}
