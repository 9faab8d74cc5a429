// All that the page asks of the server. Types are the server's own (src/studio/contract.ts). What is refused is an
// ApiError with the server's one line.

import type {
  Anomalies,
  AnomaliesRequest,
  CompressionRequest,
  CompressionResult,
  DataListing,
  ModelDetails,
  ModelListing,
  Refusal,
  ResumeRequest,
  RunDetails,
  RunHistory,
  RunSummary,
  RunTail,
  StartRequest,
} from "../../src/studio/contract.ts";

export type * from "../../src/studio/contract.ts";

/** The server refused, or is not there (status 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** An answer in JSON. `path` is below `api`. */
export async function ask<Answer>(
  path: string,
  { body, signal }: { readonly body?: unknown; readonly signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(`./api/${path}`, {
    ...(body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError("the server does not answer; start gamelan studio again", 0);
  });
  if (response.ok) return (await response.json()) as Answer;
  const refusal = (await response.json().catch(() => undefined)) as Refusal | undefined;
  throw new ApiError(refusal?.error ?? `the server answered ${response.status}`, response.status);
}

type Signal = { readonly signal?: AbortSignal };

const runPath = (name: string) => `runs/${encodeURIComponent(name)}`;

export const listRuns = (options?: Signal) => ask<readonly RunSummary[]>("runs", options);
export const readRun = (name: string, options?: Signal) => ask<RunDetails>(runPath(name), options);
/** Its log, thinned to about `points` buckets. */
export const readHistory = (name: string, { points = 600, ...options }: Signal & { points?: number } = {}) =>
  ask<RunHistory>(`${runPath(name)}/history?points=${points}`, options);
/** What came after the byte `from`. */
export const readTail = (name: string, from: number, options?: Signal) =>
  ask<RunTail>(`${runPath(name)}/events?from=${from}`, options);
export const listModels = () => ask<readonly ModelListing[]>("models");
export const readModel = (name: string) => ask<ModelDetails>(`models/${encodeURIComponent(name)}`);
export const listData = () => ask<DataListing>("data");
export const startRun = (request: StartRequest) => ask<RunSummary>("runs", { body: request });
/** Saves it and ends its process; `resumeRun` goes on with it. */
export const pauseRun = (name: string) => ask<RunSummary>(`${runPath(name)}/pause`, { body: {} });
/** Ends it here: its networks, measures and report are written. */
export const stopRun = (name: string) => ask<RunSummary>(`${runPath(name)}/stop`, { body: {} });
export const resumeRun = (name: string, request: ResumeRequest = {}) =>
  ask<RunSummary>(`${runPath(name)}/resume`, { body: request });

/** Scores examples and gives the strongest anomalies among them. */
export const findAnomalies = (name: string, request: AnomaliesRequest, options: Signal = {}) =>
  ask<Anomalies>(`${runPath(name)}/anomalies`, { body: request, ...options });
/** Compresses images and decompresses them again. */
export const compressImages = (name: string, request: CompressionRequest, options: Signal = {}) =>
  ask<CompressionResult>(`${runPath(name)}/compression`, { body: request, ...options });

/** Examples of a source as a picture. */
export async function readDataPicture(
  query: Readonly<Record<string, string>>,
  { signal }: Signal = {},
): Promise<Blob> {
  const response = await fetch(
    `./api/data/picture?${new URLSearchParams(query)}`,
    signal === undefined ? {} : { signal },
  );
  if (response.ok) return response.blob();
  throw new ApiError(((await response.json()) as Refusal).error, response.status);
}

/** The address of a file of a run, such as "samples/generated-0000100.png" or "models/decode.onnx". */
export const runFile = (name: string, file: string) =>
  `./api/${runPath(name)}/files/${file.split("/").map(encodeURIComponent).join("/")}`;
