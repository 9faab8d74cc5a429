// What is measured: a run, its data, and what several groups of measures need of them, computed once and a part at a
// time. Samples are never in memory together, only their features.

import type { Dataset, Split } from "../../data/index.ts";
import { evenRows, takeEvenly, takeRows } from "../../data/splits.ts";
import type { DomainClassifier } from "../../evaluation/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import type { OpenRun } from "../../training/open.ts";
import { exampleValues } from "../../training/samples.ts";
import { examplesAtOnce } from "../latent-space.ts";
import { type PrincipalEncoders, principalEncoders } from "../principal-codes.ts";
import { classifierFeatures, domainOf, type FeatureSpace, hasDomain, valueFeatures } from "./features.ts";
import type { GroupName } from "./measures.ts";

export interface SubjectOptions {
  readonly seed: number;
  /** Test examples, and samples, looked at at most. */
  readonly count: number;
  /** Codes drawn for an example's likelihood. */
  readonly draws: number;
  readonly threads?: number | undefined;
  /** Rounds that a domain classifier is trained for, where there is none yet. */
  readonly judgeRounds?: number | undefined;
  /** Given features, such as those of a network. */
  readonly features?: FeatureSpace | undefined;
  readonly groups: ReadonlySet<GroupName>;
  readonly onProgress: (what: string, done: number, total: number) => void;
}

/** Rows of features. */
export interface FeatureRows {
  readonly data: Float32Array;
  readonly dimensions: number;
  readonly count: number;
}

export class Subject {
  readonly run: OpenRun;
  readonly dataset: Dataset;
  readonly options: SubjectOptions;
  /** Test examples, as many as are looked at; of the classes that the model was trained on. */
  readonly test: Split;
  /** These classes, where there are others. */
  readonly normal: ReadonlySet<number> | undefined;
  /** Examples that are looked at at a time. */
  readonly chunk: number;
  /** Principal components of the training examples, found once. */
  readonly principal: PrincipalEncoders;
  #judge: DomainClassifier | undefined;
  #features: FeatureSpace | undefined;
  #real: FeatureRows | undefined;
  #training: FeatureRows | undefined;
  #samples: { readonly features: FeatureRows | undefined; readonly labels: Int32Array } | undefined;

  constructor(run: OpenRun, dataset: Dataset, options: SubjectOptions) {
    this.run = run;
    this.dataset = dataset;
    this.options = options;
    this.normal = normalClasses(run, dataset);
    this.test = takeEvenly(ofClasses(dataset, this.normal), run.shape, options.count);
    this.chunk = examplesAtOnce(run.shape);
    this.#features = options.features;
    this.principal = principalEncoders(dataset);
  }

  /** Whether the model makes new examples. */
  get generates(): boolean {
    const { roles } = this.run;
    if (roles.includes("generate")) return true;
    return roles.includes("encode") && (roles.includes("decode") || roles.includes("vary"));
  }

  /** Whether there are features to compare samples in. */
  get hasFeatures(): boolean {
    return this.options.features !== undefined || this.dataset.kind === "vector" || hasDomain(this.dataset);
  }

  progress(what: string, done: number, total: number): void {
    this.options.onProgress(what, done, total);
  }

  async judge(): Promise<DomainClassifier> {
    const { threads, judgeRounds: rounds } = this.options;
    const onProgress = ({ done, total }: { done: number; total: number }) =>
      this.progress("training the classifier of the domain", done, total);
    this.#judge ??= await domainOf(this.run, this.dataset, { threads, rounds, onProgress });
    return this.#judge;
  }

  async features(): Promise<FeatureSpace> {
    if (this.#features === undefined)
      this.#features =
        this.dataset.kind === "vector"
          ? valueFeatures(this.run.shape)
          : classifierFeatures(await this.judge());
    return this.#features;
  }

  /** A split's examples, some at a time. */
  *chunks(split: Split, what: string): Generator<Float32Array> {
    for (let start = 0; start < split.count; start += this.chunk) {
      const end = Math.min(start + this.chunk, split.count);
      yield exampleValues(split, this.run.shape, end, start);
      this.progress(what, end, split.count);
    }
  }

  /** Part of the samples, from number `part` · chunk on; the last has fewer. */
  async samplesOf(part: number, total = this.test.count): Promise<Float32Array> {
    const count = Math.min(this.chunk, total - part * this.chunk);
    return (await this.run.generate(count, { seed: this.options.seed, part, first: part * this.chunk })).data;
  }

  async featuresOf(split: Split, what: string): Promise<FeatureRows> {
    const space = await this.features();
    const rows = new GrowingRows(split.count);
    for (const examples of this.chunks(split, what)) rows.add(await space.of(examples));
    return rows.finish();
  }

  /** Features of the test examples. */
  async realFeatures(): Promise<FeatureRows> {
    this.#real ??= await this.featuresOf(this.test, "features of test examples");
    return this.#real;
  }

  /**
   * Features of at most so many training examples, spread evenly. All are computed, once, where memorisation will want
   * them.
   */
  async trainingFeatures(most = Number.POSITIVE_INFINITY): Promise<FeatureRows> {
    const { train } = this.dataset;
    const what = "features of training examples";
    if (!this.options.groups.has("memorisation"))
      return this.featuresOf(takeEvenly(train, this.run.shape, most), what);
    this.#training ??= await this.featuresOf(train, what);
    return spreadRows(this.#training, most);
  }

  /** Features of as many samples. */
  async sampleFeatures(): Promise<FeatureRows> {
    return (await this.#sampled()).features!;
  }

  /** The classes of as many samples. */
  async sampleLabels(): Promise<Int32Array> {
    return (await this.#sampled()).labels;
  }

  /** All samples are made once, for all groups that look at them. */
  async #sampled() {
    if (this.#samples !== undefined) return this.#samples;
    const { groups } = this.options;
    const wantsFeatures = (["distance", "manifold", "memorisation"] as const).some((name) =>
      groups.has(name),
    );
    const space = wantsFeatures && this.hasFeatures ? await this.features() : undefined;
    const judge = groups.has("classes") && hasDomain(this.dataset) ? await this.judge() : undefined;
    const { count } = this.test;
    const rows = new GrowingRows(count);
    const labels = new Int32Array(judge === undefined ? 0 : count);
    for (let part = 0; part * this.chunk < count; part++) {
      const samples = await this.samplesOf(part);
      if (space !== undefined) rows.add(await space.of(samples));
      if (judge !== undefined) labels.set(await judge.classify(samples), part * this.chunk);
      this.progress("samples", Math.min((part + 1) * this.chunk, count), count);
    }
    this.#samples = { features: space && rows.finish(), labels };
    return this.#samples;
  }

  /** Lets go of what was opened; the run and given features stay open. */
  async close(): Promise<void> {
    await this.#judge?.close();
  }
}

/** The classes that a run was trained on, where these are not all. */
function normalClasses({ description }: OpenRun, { classes }: Dataset): ReadonlySet<number> | undefined {
  const { normal } = description.data.options as { normal?: readonly string[] };
  return normal && classes && new Set(normal.map((name) => classes.indexOf(name)));
}

/** The test examples of some classes. */
function ofClasses({ test, shape }: Dataset, classes: ReadonlySet<number> | undefined): Split {
  const { labels } = test;
  if (classes === undefined || labels === undefined) return test;
  const rows = Int32Array.from({ length: test.count }, (_, row) => row);
  return takeRows(
    test,
    rows.filter((row) => classes.has(labels[row]!)),
    sizeOf(shape),
  );
}

/** The first rows. */
export const firstRows = ({ data, dimensions, count }: FeatureRows, most: number): FeatureRows => ({
  data: data.subarray(0, Math.min(count, most) * dimensions),
  dimensions,
  count: Math.min(count, most),
});

/** The given rows. */
export function theseRows({ data, dimensions }: FeatureRows, rows: Int32Array): FeatureRows {
  const chosen = new Float32Array(rows.length * dimensions);
  rows.forEach((row, place) => {
    chosen.set(data.subarray(row * dimensions, (row + 1) * dimensions), place * dimensions);
  });
  return { data: chosen, dimensions, count: rows.length };
}

/** Rows spread evenly over all, as examples may lie class by class. */
export const spreadRows = (rows: FeatureRows, most: number): FeatureRows =>
  rows.count <= most ? rows : theseRows(rows, evenRows(rows.count, most));

/** So many rows spread evenly over all, and those between them. */
export function partedRows(rows: FeatureRows, count: number): [FeatureRows, FeatureRows] {
  const chosen = evenRows(rows.count, count);
  const taken = new Set(chosen);
  const rest = Int32Array.from({ length: rows.count }, (_, row) => row).filter((row) => !taken.has(row));
  return [theseRows(rows, chosen), theseRows(rows, rest)];
}

/** Rows that come in parts, of a length that the first part tells. */
class GrowingRows {
  readonly #count: number;
  #rows: Float32Array | undefined;
  #dimensions = 0;
  #to = 0;

  constructor(count: number) {
    this.#count = count;
  }

  add({ data, dimensions }: { readonly data: Float32Array; readonly dimensions: number }): void {
    this.#dimensions = dimensions;
    this.#rows ??= new Float32Array(this.#count * dimensions);
    this.#rows.set(data, this.#to);
    this.#to += data.length;
  }

  finish(): FeatureRows {
    return { data: this.#rows ?? new Float32Array(0), dimensions: this.#dimensions, count: this.#count };
  }
}
