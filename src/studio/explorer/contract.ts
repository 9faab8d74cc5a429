// What the explorer of a run is given: a folder with map.json (ExplorerMap below) and the files that it names. Read by
// the server and by the page.

import type { TableSchema } from "../../data/table/schema.ts";

/** The version of the folder's layout. */
export const EXPLORER_FORMAT = 1;

/** Roles that the page computes with. */
export const explorerRoles = [
  "encode",
  "decode",
  "vary",
  "generate",
  "realness",
  "anomaly",
  "classify",
  "translate",
] as const;
export type ExplorerRole = (typeof explorerRoles)[number];

export interface ExplorerMap {
  readonly format: typeof EXPLORER_FORMAT;
  /** The run's name. */
  readonly run: string;
  readonly model: string;
  readonly data: string;
  /** The networks' round. */
  readonly round: number;
  /** The round of the newest checkpoint that there was. */
  readonly newest: number;
  readonly kind: "image" | "vector";
  /** Of an example: [channels, height, width] or [features]. */
  readonly shape: readonly number[];
  /** Of what "translate" makes. */
  readonly targetShape?: readonly number[];
  /** How the vectors of a table are its rows. */
  readonly table?: TableSchema;
  /** The .onnx file of each role. */
  readonly roles: Readonly<Partial<Record<ExplorerRole, ExplorerNetwork>>>;
  /** What can be moved about in, the codes first where there are any. */
  readonly spaces: readonly ExplorerSpace[];
  /** Examples of the test split, in no order; absent where the data are not at hand. */
  readonly examples?: ExplorerExamples;
  /** What the examples score: 101 values from the least to the most, each with a hundredth of them between. */
  readonly scores: Readonly<Partial<Record<ExplorerScore, readonly number[]>>>;
  /** Why something is missing, for people. */
  readonly note?: string;
}

export interface ExplorerNetwork {
  readonly file: string;
  readonly bytes: number;
  /** Their shapes are those of one example. */
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly dtype: "float32" | "int32";
  }[];
}

/** `error`: the mean squared error of the reconstruction. */
export type ExplorerScore = "error" | "realness" | "anomaly";

export interface ExplorerExamples {
  readonly count: number;
  /** Names of labels. */
  readonly classes?: readonly string[];
  /** The class of each. */
  readonly labels?: readonly number[];
  /** The first of them as one picture, row by row without gaps; images only. */
  readonly pictures?: { readonly file: string; readonly count: number; readonly columns: number };
  /** Vectors only: float32, little-endian, [count, features]. */
  readonly values?: string;
}

export interface ExplorerSpace {
  readonly name: "codes" | "noise";
  /** What makes examples of it. */
  readonly role: "decode" | "vary" | "generate";
  readonly dimensions: number;
  /** The role is given a class too, one of so many. */
  readonly classes?: number;
  /** The role is given this noise too, the same for all codes. */
  readonly noise?: readonly number[];
  /** Whether N(0, I) is what the role was trained on. */
  readonly normal: boolean;
  /** Where everything begins, and how far a dimension goes: the codes' mean and deviation, or 0 and 1. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** Dimensions worth a slider, that which changes examples most first. */
  readonly axes: readonly {
    readonly axis: number;
    /** Mean absolute change of a value of an example, between 2 deviations below and above. */
    readonly effect: number;
  }[];
  readonly plane: ExplorerPlane;
  /** The codes of the examples: float32, little-endian, [count, dimensions]. */
  readonly codes?: string;
}

/** The plane of the map: a code's place is its two products with the directions, from the origin. */
export interface ExplorerPlane {
  /** 0 where the map shows the numbers of a code themselves, the mean of principal components. */
  readonly origin: readonly number[];
  /** Orthonormal; the second is 0 for codes of one number. */
  readonly directions: readonly [readonly number[], readonly number[]];
  /** What the axes are. */
  readonly labels: readonly [string, string];
  /** What is shown, along each direction. */
  readonly least: readonly [number, number];
  readonly most: readonly [number, number];
}
