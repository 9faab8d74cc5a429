// The labelled examples that are augmented, and what the model that augments them has seen of them. What it gains is
// only told honestly where the model has seen no more labels than the classifier that is trained afterwards: a model
// that learns labels must have been trained on these examples alone.

import type { Dataset, Split } from "../../data/index.ts";
import { chooseExamples, takeRows } from "../../data/splits.ts";
import { UserError } from "../../errors.ts";
import { sizeOf } from "../../tensor/index.ts";
import type { OpenRun } from "../../training/open.ts";
import { normalClassesOf } from "../detection/quality.ts";

export interface LabelledSet {
  /** The data of the run, and in them as training examples those that are labelled. */
  readonly dataset: Dataset;
  readonly real: Split;
  readonly classes: readonly string[];
  /** Where there is a run for each class: by the class's number. */
  readonly byClass: ReadonlyMap<number, OpenRun> | undefined;
  /** What the model has seen, in a sentence. */
  readonly protocol: string;
}

/**
 * The labelled examples of a run, or of a run for each class.
 *
 * @param labels how many training examples' labels may be seen; all unless told
 * @param seed chooses them
 * @throws UserError where the data have no labels, or the model has seen more of them
 */
export async function labelledSet(
  runs: readonly OpenRun[],
  { labels, seed }: { readonly labels: number | undefined; readonly seed: number },
): Promise<LabelledSet> {
  const [run] = runs;
  if (run === undefined) throw new UserError("name a run, or one for each class");
  const dataset = await run.data();
  if (runs.length > 1) return ofRuns(runs, dataset, labels);
  const { train, name, shape } = dataset;
  const classes = classesOf(dataset);
  const count = labels ?? train.count;
  if (count > train.count)
    throw new UserError(`${name} has ${train.count} training examples in this run, not ${count}`);
  const { model } = run.description;
  if (run.learnsLabels && count < train.count)
    throw new UserError(
      `${model} has learnt the labels of ${train.count} examples, so nobody can say what ${count} are worth; ` +
        `train it with --examples ${count}`,
    );
  const real = chooseExamples(train, shape, count, seed);
  return {
    dataset: { ...dataset, train: real, test: testOf(run, dataset) },
    real,
    classes,
    byClass: undefined,
    protocol: run.learnsLabels
      ? `${model} was trained on the same ${count} labelled examples and no others`
      : count === train.count
        ? `${model} was trained on the same ${count} examples, without their labels`
        : `${model} was trained on ${train.count} examples without labels; of ${count} of them labels are used`,
  };
}

/** The examples of all runs together. */
async function ofRuns(
  runs: readonly OpenRun[],
  first: Dataset,
  labels: number | undefined,
): Promise<LabelledSet> {
  if (labels !== undefined)
    throw new UserError("runs of one class each have seen their examples; leave out the number of labels");
  if (first.table !== undefined)
    throw new UserError(
      `each run on a part of ${first.name} has numbers of its own for the table's columns; train conditional-gan on all of it`,
    );
  const classes = classesOf(first);
  const byClass = new Map<number, OpenRun>();
  const [parts, tests]: [Split[], Split[]] = [[], []];
  for (const run of runs) {
    const dataset = await run.data();
    const normal = normalClassesOf(run);
    if (normal?.length !== 1)
      throw new UserError(`${run.path} was not trained on one class; train it with --normal CLASS`);
    if (dataset.fingerprint !== first.fingerprint || String(dataset.shape) !== String(first.shape))
      throw new UserError(`${run.path} was trained on other data than ${runs[0]!.path}`);
    const label = classes.indexOf(normal[0]!);
    if (byClass.has(label)) throw new UserError(`two runs were trained on class ${normal[0]}`);
    byClass.set(label, run);
    parts.push(dataset.train);
    tests.push(testOf(run, dataset));
  }
  const real = joined(parts, sizeOf(first.shape));
  return {
    dataset: { ...first, train: real, test: joined(tests, sizeOf(first.shape)) },
    real,
    classes,
    byClass,
    protocol: `${runs.length} runs were trained on the same ${real.count} examples, each on those of one class`,
  };
}

/**
 * The test examples of the classes that a run was trained on. Those of others may be what another run was trained on,
 * since a source without a test split of its own has all examples of classes that are not trained on in the test.
 */
function testOf(run: OpenRun, { test, shape, classes }: Dataset): Split {
  const own = normalClassesOf(run);
  const { labels } = test;
  if (own === undefined || labels === undefined) return test;
  const trained = new Set(own.map((name) => classes!.indexOf(name)));
  const rows = Int32Array.from(labels.keys()).filter((row) => trained.has(labels[row]!));
  return takeRows(test, rows, sizeOf(shape));
}

function classesOf({ classes, train, name }: Dataset): readonly string[] {
  if (classes !== undefined && train.labels !== undefined) return classes;
  throw new UserError(`${name} has no labels, and what is augmented is a set of labelled examples`);
}

/** Splits one after the other: values, and labels where all have some. */
export function joined(splits: readonly Split[], size: number): Split {
  const count = splits.reduce((sum, split) => sum + split.count, 0);
  const bytes = splits.every(({ values }) => values instanceof Uint8Array);
  const values = bytes ? new Uint8Array(count * size) : new Float32Array(count * size);
  const labels = splits.every((split) => split.labels !== undefined) ? new Int32Array(count) : undefined;
  let row = 0;
  for (const split of splits) {
    values.set(split.values, row * size);
    labels?.set(split.labels!, row);
    row += split.count;
  }
  return { count, values, ...(labels && { labels }) };
}
