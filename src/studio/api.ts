// What the page can ask (contract.ts has the types). Everything is JSON, but for files of runs.
//
//   GET  runs                      all runs, in short
//   POST runs                      begins one
//   GET  runs/NAME                 all about one
//   GET  runs/NAME/history         its log, thinned: ?points=600
//   GET  runs/NAME/events          what came since: ?from=BYTE
//   GET  runs/NAME/explorer        what the explorer needs, which is made first where it is not there yet
//   GET  runs/NAME/files/PATH      a picture, an .onnx file, …
//   POST runs/NAME/pause           saves it and ends its process
//   POST runs/NAME/resume          goes on with it, to a new length where one is given
//   POST runs/NAME/stop            ends it at the round it has reached
//   GET  models, models/NAME       what can be trained, and a model's options
//   GET  data                      what can be trained on
//   GET  data/picture              examples of it: ?source=mnist&imageSize=14&grey=true
//
// What the view Judge asks is in judge/api.ts.

import { Hono } from "hono";
import { UserError } from "../errors.ts";
import { listCheckpoints } from "../training/checkpoint.ts";
import { checkRunName, freshRunName } from "../training/run-directory.ts";
import type { RunTail } from "./contract.ts";
import { createJudge } from "./judge/api.ts";
import { giveFile } from "./page.ts";
import { Refused } from "./refused.ts";
import { bodyOf, checkLength, checkStart } from "./requests.ts";
import { readTail } from "./run-log.ts";
import { RunLogs } from "./run-logs.ts";
import { RunSummaries } from "./run-summaries.ts";
import type { RunsFolder } from "./runs-folder.ts";
import type { Trainings } from "./trainings.ts";

/** Buckets of a log, at most. */
const MOST_POINTS = 5000;

export function createApi(folder: RunsFolder, trainings: Trainings): Hono {
  const api = new Hono();
  const summaries = new RunSummaries(folder, trainings);
  const logs = new RunLogs();

  api.get("/runs", async (context) => context.json(await summaries.list()));

  api.post("/runs", async (context) => {
    const { name: wanted, job } = checkStart(await bodyOf(context.req));
    if (wanted !== undefined) checkRunName(wanted);
    const { model, data = "glyphs" } = job.request;
    const name = wanted ?? (await freshRunName(folder.path, { model, data, taken: trainings.names() }));
    if (wanted !== undefined && (await folder.names()).includes(wanted))
      throw new Refused(`there is a run called ${wanted} already; choose another name`, 409);
    await trainings.play(name, { ...job, path: folder.placeOf(name) });
    return context.json(await summaries.of(name), 201);
  });

  api.get("/runs/:name", async (context) =>
    context.json(await summaries.detailsOf(context.req.param("name"))),
  );

  api.get("/runs/:name/history", async (context) => {
    const path = await folder.pathOf(context.req.param("name"));
    const points = wholeNumber(context.req.query("points") ?? "600", "points", {
      least: 1,
      most: MOST_POINTS,
    });
    return context.json(await readable(() => logs.history(path, points)));
  });

  api.get("/runs/:name/events", async (context) => {
    const name = context.req.param("name");
    const path = await folder.pathOf(name);
    const from = wholeNumber(context.req.query("from") ?? "0", "from", { least: 0 });
    // In this order: what ends after the events were read is told by the next answer.
    const run = await summaries.of(name);
    const tail = await readable(() => readTail(`${path}/events.jsonl`, from));
    return context.json({ ...tail, run } satisfies RunTail);
  });

  api.get("/runs/:name/explorer", async (context) => {
    const path = await folder.pathOf(context.req.param("name"));
    // It computes, which the server itself does not otherwise.
    const { prepareExplorer } = await import("./explorer/prepare.ts");
    return context.json(await prepareExplorer(path));
  });

  api.get("/runs/:name/files/*", async (context) => {
    const name = context.req.param("name");
    const [, file = ""] = /\/files\/(.*)$/.exec(context.req.path) ?? [];
    return giveFile(context, await folder.fileOf(name, decoded(file)));
  });

  api.post("/runs/:name/pause", async (context) => {
    const name = context.req.param("name");
    await folder.pathOf(name);
    await trainings.stop(name);
    return context.json(await summaries.of(name));
  });

  api.post("/runs/:name/resume", async (context) => {
    const name = context.req.param("name");
    const path = await folder.pathOf(name);
    const length = checkLength(await bodyOf(context.req));
    const { round } = await summaries.of(name);
    if (length?.rounds !== undefined && length.rounds < round)
      throw new Refused(`${name} has ${round} rounds already; give at least as many`, 400);
    await trainings.play(name, { path, length, request: { model: await modelOf(name) } });
    return context.json(await summaries.of(name));
  });

  api.post("/runs/:name/stop", async (context) => {
    const name = context.req.param("name");
    const path = await folder.pathOf(name);
    const model = await modelOf(name);
    await trainings.stop(name);
    const reached = (await listCheckpoints(path)).at(-1)?.round ?? 0;
    if (reached === 0) throw new Refused(`${name} has no checkpoint yet; let it train on`, 409);
    const { state, rounds } = await summaries.of(name);
    // Asked for no more than it has, it writes what a run writes at its end.
    if (state !== "finished" || rounds !== reached)
      await trainings.play(name, { path, length: { rounds: reached }, request: { model } });
    return context.json(await summaries.of(name));
  });

  // All models are loaded with it, and the page is to be there before.
  const catalogue = () => import("./catalogue.ts");
  api.get("/models", async (context) => context.json((await catalogue()).describeModels()));
  api.get("/models/:name", async (context) =>
    context.json((await catalogue()).describeModel(context.req.param("name"))),
  );
  api.get("/data", async (context) => context.json(await (await catalogue()).describeData()));

  api.get("/data/picture", async (context) => {
    const { source = "", imageSize, grey } = context.req.query();
    const { dataPicture } = await import("./data-picture.ts");
    const png = await dataPicture(source, {
      ...(imageSize ? { imageSize: wholeNumber(imageSize, "imageSize", { least: 1, most: 8192 }) } : {}),
      ...(grey ? { grey: grey === "true" } : {}),
    });
    return context.body(new Uint8Array(png), 200, {
      "content-type": "image/png",
      "cache-control": "no-cache",
    });
  });

  api.route("/", createJudge(folder));

  api.notFound(() => {
    throw new Refused("the server has nothing of that kind; is the page of another version?", 404);
  });

  /** @throws Refused for a run that is broken, or that another process trains */
  async function modelOf(name: string): Promise<string> {
    const { model, problem, state } = await summaries.of(name);
    if (state === "elsewhere")
      throw new Refused(`${name} is being trained by a process that this server did not start`, 409);
    if (model === undefined) throw new Refused(problem ?? `${name} is broken`, 409);
    return model;
  }

  return api;
}

function wholeNumber(
  text: string,
  name: string,
  { least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number },
) {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw new Refused(`${name} is a whole number from ${least} to ${most}, not "${text}"`, 400);
}

/** A log may be missing, of a run that is broken. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && "code" in error)
      throw new UserError(`its events cannot be read (${String(error.code)})`, { cause: error });
    throw error;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Refused("the address is not well formed", 400);
  }
}
