// What a data set is, once it is in memory: three splits of examples of one shape, and what is known about them.

import type { TableSchema } from "./table/schema.ts";

/** A run of examples. */
export interface Split {
  /** How many examples there are: 0 where there are none, or where the split was not asked for. */
  readonly count: number;
  /** Row-major [count, ...shape]. Bytes stand for 0 … 255 over [0, 1]; floats are the values themselves. */
  readonly values: Uint8Array | Float32Array;
  /** The class of each example: an index into the data set's `classes`. */
  readonly labels?: Int32Array;
  /** Row-major [count, factors]: the data set's `factors` of each example. */
  readonly factors?: Float32Array;
}

export type SplitName = "train" | "validation" | "test";
export const splitNames: readonly SplitName[] = ["train", "validation", "test"];

/** One known cause of variation of generated examples. */
export interface Factor {
  readonly name: string;
  /** What its values mean, its unit and range. */
  readonly summary: string;
  readonly low: number;
  readonly high: number;
}

/** The components of a mixture of equal isotropic Gaussians, for measuring how many a model covers. */
export interface Modes {
  /** Row-major [count, features]. */
  readonly centres: Float32Array;
  readonly count: number;
  /** The standard deviation along each axis. */
  readonly sigma: number;
}

/** What every source knows before any example is decoded. */
export interface Description {
  /** A short name for people: `mnist`, or the last part of a path. */
  readonly name: string;
  /** `image`: shape is [channels, height, width]. `vector`: shape is [features]. */
  readonly kind: "image" | "vector";
  readonly shape: readonly number[];
  /** The names of the labels, where examples have labels. */
  readonly classes?: readonly string[];
  readonly factors?: readonly Factor[];
  readonly modes?: Modes;
  /** What one may not expect of how it was read, a sentence each. */
  readonly notes?: readonly string[];
  /** The source whose grey images are the channels of these, for stacks. */
  readonly stackOf?: string;
}

export interface Dataset extends Description {
  /** What was asked for: a name with its options, or a path. */
  readonly source: string;
  readonly train: Split;
  readonly validation: Split;
  readonly test: Split;
  /** How rows of a table are these vectors, and vectors rows again. */
  readonly table?: TableSchema;
  /** How many test examples there are, where that is known without having read them. */
  readonly testCount?: number;
  /** The source has no test split of its own, and the seed has cut one from its examples. */
  readonly cutsTest?: true;
  /** The second domain, where one was asked for. */
  readonly target?: TargetDataset;
  /** 16 hexadecimal digits that change when the content does; the same whichever splits were asked for. */
  readonly fingerprint: string;
}

/** One of `count` equal parts of the training examples; `index` counts from 1. */
export interface Fold {
  readonly index: number;
  readonly count: number;
}

/** A second data set, to translate to or to be coupled with. */
export interface TargetDataset extends Dataset {
  /** Whether its examples are partners of the first set's, in the same order. */
  readonly paired: boolean;
}

export interface LoadOptions {
  /** Fixes generated examples, and which examples each split gets. */
  readonly seed: number;
  /** The fraction of the training examples kept for validation: 0 if the source has a test split, else 0.1. */
  readonly validation?: number;
  /** Cross-validation: this part of the training examples is the validation split, the rest are trained on. */
  readonly fold?: Fold;
  /** The fraction of the examples kept for the test where the source has no test split: 0.1. */
  readonly test?: number;
  /** Height and width of images in pixels. Without it they stay as they are. */
  readonly imageSize?: number;
  /** True: one grey channel. False: three channels of colour. Without it images stay as they are. */
  readonly grey?: boolean;
  /** The splits to decode; the others are left empty. All of them by default. */
  readonly splits?: readonly SplitName[];
  /** A second source, read in the same way, which becomes the data set's `target`. */
  readonly to?: string;
  /**
   * Names of classes: examples of other classes are neither trained on nor validated on. They are in the test split,
   * if the source has one of its own as many of them as it holds, else all.
   */
  readonly normal?: readonly string[];
  /**
   * Training examples that are kept: so many, chosen by the seed, of each class as large a part as it is of all. The
   * other splits stay as they are.
   */
  readonly examples?: number;
  /** A table's rows become the vectors of this schema, not of one that its training split gives. */
  readonly table?: TableSchema;
}

/** A source that has been looked into: what it holds, and a way to decode each of its own splits when needed. */
export interface OpenedSource extends Description {
  /** How many examples each of its own splits has, 0 where it has no such split. */
  readonly counts: Readonly<Record<SplitName, number>>;
  /** What its values are held as. */
  readonly dtype: "uint8" | "float32";
  readonly train: () => Promise<Split>;
  readonly validation?: () => Promise<Split>;
  readonly test?: () => Promise<Split>;
  /** Of a table: how the rows that `train` reads are vectors, by what those of the training split show. */
  readonly fit?: (train: Split) => {
    readonly table: TableSchema;
    readonly encode: (rows: Split) => Split;
  };
  /** What identifies the content of all splits: counts, sizes, checksums, versions of a generator. */
  readonly identity: readonly (string | number)[];
  /** What the order of the examples comes from: two sources of one order and one count are pairs. */
  readonly order?: string;
}

/** A split of no examples that has the arrays a full one would have. */
export function emptySplit(like?: Split): Split {
  return {
    count: 0,
    values: like === undefined || like.values instanceof Uint8Array ? new Uint8Array(0) : new Float32Array(0),
    ...(like?.labels && { labels: new Int32Array(0) }),
    ...(like?.factors && { factors: new Float32Array(0) }),
  };
}
