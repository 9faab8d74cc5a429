// What the studio's server and its page say to each other: types only, read by both sides.

import type { Condition } from "../models/conditions.ts";

/**
 * What a run is doing. "training": in a process of this server; "elsewhere": in a process that this server did not
 * start; "paused": saved before its end; "finished"; "broken": its folder cannot be read.
 */
export type RunState = "training" | "elsewhere" | "paused" | "finished" | "broken";

/** A run as the list shows it. */
export interface RunSummary {
  /** Its folder's name. */
  readonly name: string;
  readonly state: RunState;
  /** One line: what is broken, or why the last training of it ended. */
  readonly problem?: string;
  readonly model?: string;
  /** The source of its data. */
  readonly data?: string;
  /** ISO 8601. */
  readonly created?: string;
  /** Rounds done, as far as the log tells. */
  readonly round: number;
  /** Rounds asked for in all. */
  readonly rounds?: number;
  readonly epoch?: number;
  /** The newest event's metrics. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** The newest picture, a name below `samples`. */
  readonly picture?: string;
  /** What the newest look for collapse warned of. */
  readonly warnings: readonly string[];
  /** While it trains, once it can be told. */
  readonly pace?: Pace;
}

export interface Pace {
  readonly roundsPerSecond: number;
  readonly secondsLeft: number;
}

/** A picture of a run. */
export interface SamplePicture {
  /** What it shows: "generated", "reconstructed", … */
  readonly name: string;
  readonly round: number;
  /** Its name below `samples`. */
  readonly file: string;
}

export interface CollapseEvent {
  readonly type: "collapse";
  readonly round: number;
  readonly measures: Readonly<Record<string, number | null>>;
  readonly warnings: readonly { readonly what: string; readonly message: string }[];
}

/** A look at the validation split: losses ("player"), what players report ("player/what"), and "mse" and its like. */
export interface ValidationEvent {
  readonly type: "validation";
  readonly round: number;
  readonly measures: Readonly<Record<string, number | null>>;
}

/** A line of events.jsonl, as far as the studio knows it. */
export type RunEvent =
  | {
      readonly type: "round";
      readonly round: number;
      readonly epoch: number;
      readonly metrics: Readonly<Record<string, number | null>>;
    }
  | { readonly type: "samples"; readonly round: number; readonly file: string }
  | CollapseEvent
  | ValidationEvent;

/** A run's log, thinned to what a screen can show. */
export interface RunHistory {
  /** Where `RunTail` is to go on reading. */
  readonly next: number;
  /** Events there are, before thinning. */
  readonly events: number;
  /** The last round of each bucket. */
  readonly rounds: readonly number[];
  readonly epochs: readonly number[];
  readonly metrics: Readonly<Record<string, MetricBuckets>>;
  readonly samples: readonly SamplePicture[];
  readonly collapse: readonly CollapseEvent[];
  /** Looks at the validation split, where there is one. */
  readonly validation: readonly ValidationEvent[];
}

/** A metric by bucket; null where it has no finite value. */
export interface MetricBuckets {
  readonly mean: readonly (number | null)[];
  readonly least: readonly (number | null)[];
  readonly most: readonly (number | null)[];
}

/** What was added to a run's log since a byte of it. */
export interface RunTail {
  readonly next: number;
  /** The log was cut back: what was read before no longer holds. */
  readonly reset: boolean;
  readonly events: readonly RunEvent[];
  readonly run: RunSummary;
}

/** All about a run but its events. */
export interface RunDetails extends RunSummary {
  /** run.json; absent of a broken run. */
  readonly description?: RunDescriptionJson;
  /** metrics.json, where the run has ended. */
  readonly measured?: Measured;
  /** Roles that lie in `models` as .onnx files. */
  readonly roles: readonly string[];
}

/** As much of run.json as the page reads. */
export interface RunDescriptionJson {
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: {
    readonly source: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly examples: {
      readonly specification: {
        readonly kind: "image" | "vector";
        readonly shape: readonly number[];
        readonly classes?: number;
      };
      readonly count: number;
      readonly labelled: boolean;
    };
  };
  readonly seed: number;
  readonly batch: number;
  readonly device: string;
  readonly threads: number;
  readonly epochs?: number;
  readonly rounds?: number;
  readonly settings: { readonly best?: BestRequest; readonly validateEvery?: number };
  readonly versions: Readonly<Record<string, string>>;
}

export interface Measured {
  readonly round: number;
  /** The networks that were kept, where they are not those of that round. */
  readonly best?: { readonly measure: string; readonly round: number; readonly value: number };
  readonly validation?: Readonly<Record<string, number | null>>;
  readonly test?: Readonly<Record<string, number | null>>;
  readonly collapse?: Readonly<Record<string, number | null>>;
}

export interface ModelListing {
  readonly name: string;
  readonly family: "autoencoder" | "gan" | "fusion";
  readonly summary: string;
}

/** One option of a model: its JSON Schema, and what it takes in words. */
export interface ModelOption {
  readonly name: string;
  readonly description: string;
  /** "a whole number from 1 to 65536" */
  readonly allowed: string;
  readonly schema: OptionSchema;
}

/** As much of JSON Schema as options use, and when they count. */
export interface OptionSchema {
  readonly type?: "integer" | "number" | "boolean" | "string" | "array";
  readonly enum?: readonly (string | number)[];
  readonly items?: OptionSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  /** Values of other options beside which this one changes something; all must hold. */
  readonly onlyWith?: readonly Condition[];
  /** What stands for an option without a default, for each kind of data. */
  readonly unlessTold?: Readonly<Record<string, unknown>>;
}

export interface ModelDetails extends ModelListing {
  readonly options: readonly ModelOption[];
}

export interface DataListing {
  readonly sources: readonly {
    readonly name: string;
    readonly summary: string;
    readonly kind: "image" | "vector";
    readonly present: boolean;
  }[];
  readonly paths: readonly string[];
  readonly transforms: readonly { readonly name: string; readonly summary: string }[];
  readonly devices: readonly string[];
}

/** What a run is begun with. */
export interface StartRequest {
  readonly model: string;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly data?: string;
  readonly to?: string;
  readonly imageSize?: number;
  readonly grey?: boolean;
  readonly validation?: number;
  readonly normal?: readonly string[];
  readonly epochs?: number;
  readonly rounds?: number;
  readonly seed?: number;
  readonly device?: string;
  readonly threads?: number;
  /** About how many times pictures of it are drawn; 40 unless told. */
  readonly pictures?: number;
  /** Keep the networks with the best of this on the validation split; those of the last round unless told. */
  readonly best?: BestRequest;
  /** Rounds between looks at the validation split; as often as pictures unless told. */
  readonly validateEvery?: number;
  /** Whether sizes of gradients and steps are metrics; true unless told. */
  readonly sizes?: boolean;
  /** The name of its folder; a fresh one unless told. */
  readonly name?: string;
}

/** Whose best networks are kept, and when it ends early. */
export interface BestRequest {
  readonly measure: string;
  readonly goal?: "least" | "most";
  readonly patience?: number;
}

/** What a run is gone on with: its asked length unless told. */
export interface ResumeRequest {
  readonly epochs?: number;
  readonly rounds?: number;
}

/** What every refusal says. */
export interface Refusal {
  /** One line: what was wrong and what would be right. */
  readonly error: string;
}

/** Which examples are judged: a split of the run's own data, or of another source brought to their form. */
export interface ExamplesRequest {
  /** Another source than the run's own. */
  readonly input?: string;
  /** "test" unless told. */
  readonly split?: "train" | "validation" | "test";
}

export interface AnomaliesRequest extends ExamplesRequest {
  /** "anomaly", "reconstruction", "critic", "code-density", or "combined"; the model's first unless told. */
  readonly score?: string;
  /** Examples that are scored, spread evenly; 1,000 unless told. */
  readonly count?: number;
  /** Of these the strongest that are shown; 12 unless told. */
  readonly top?: number;
}

export interface Anomalies {
  /** What was scored, in words. */
  readonly examples: string;
  readonly count: number;
  /** What they were scored by, in words. */
  readonly score: string;
  readonly mean: number;
  /** How many scores lie in each of the equal parts between the least and the greatest. */
  readonly histogram: { readonly least: number; readonly most: number; readonly counts: readonly number[] };
  /** The strangest first. */
  readonly strongest: readonly StrongAnomaly[];
}

export interface StrongAnomaly {
  /** Its place in its split. */
  readonly place: number;
  readonly score: number;
  readonly label?: string;
  /** Of images, as addresses: what it is, what the model makes of it, and the absolute error of each pixel. */
  readonly pictures?: { readonly image: string; readonly rebuilt?: string; readonly error?: string };
  /** Of a table's row: the column that is rebuilt worst. */
  readonly column?: string;
}

export interface CompressionRequest extends ExamplesRequest {
  readonly mode?: "lossy" | "lossless";
  /** How coarsely codes are rounded; 0.5 unless told. */
  readonly step?: number;
  /** The first image, and how many; 0 and 1 unless told. */
  readonly start?: number;
  readonly count?: number;
}

export interface CompressionResult {
  readonly examples: string;
  readonly mode: "lossy" | "lossless";
  readonly count: number;
  /** Images there are to choose from. */
  readonly of: number;
  /** Addresses of the images before and after. */
  readonly before: string;
  readonly after: string;
  /** Of all these images together. */
  readonly bytes: { readonly raw: number; readonly png: number; readonly file: number };
  readonly bitsPerPixel: number;
  /** What decoding needs beside the file. */
  readonly modelBytes: number;
  /** In decibels; absent without loss. */
  readonly peakSignalToNoise?: number;
}
