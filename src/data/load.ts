// A data set, loaded: the source opened, the splits that are wanted decoded, and those it has not cut from its
// training examples.

import { z } from "zod";
import { UserError } from "../errors.ts";
import { checkKind } from "../given.ts";
import { sizeOf } from "../tensor/shape.ts";
import {
  type Dataset,
  emptySplit,
  type LoadOptions,
  type OpenedSource,
  type Split,
  type SplitName,
  splitNames,
  type TargetDataset,
} from "./dataset.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { inMemory, memoryOf, requireRoom } from "./memory.ts";
import { openSource } from "./sources.ts";
import { chooseExamples, cutSplits, takeRows } from "./splits.ts";
import { tableWidth } from "./table/schema.ts";

const fraction = z.number().min(0).lt(1);
const optionsSchema = z.object({
  validation: fraction.optional(),
  test: fraction.optional(),
  imageSize: z.int().min(1).max(8192).optional(),
  examples: z.int().min(1).optional(),
  fold: z
    .strictObject({ index: z.int().min(1), count: z.int().min(2) })
    .refine(({ index, count }) => index <= count)
    .optional(),
});

/**
 * Loads a source: a name (`mnist`, `glyphs`, `ring`), a name with options (`ring:modes=12,sigma=0.02`), or a path.
 *
 * Examples that a source keeps for testing stay the test split; a source without gets one tenth of its examples for
 * the test and a tenth of the rest for validation, chosen by the seed. `validation` takes a fraction of the training
 * examples, also where there is a test split; 0 takes none. `fold` takes one of the folds of the training examples
 * instead, and leaves a source's own validation split aside.
 *
 * `to` names a second source, for models of two domains. It is read with the same options and becomes `target`; the
 * two are `paired` where they have equally many examples in each split, in the same order: `mnist+edges` and `mnist`,
 * or two folders whose files have the same names. Where the order of one of them is not known, as for arrays, the
 * counts decide.
 *
 * `normal` names the classes that are trained on, for models that are to find the others strange: the rest of the
 * examples are in the test split only.
 *
 * `examples` keeps so many training examples only, as where few are labelled.
 *
 * Rows of a table become vectors by what its training split shows, or by a given schema (`table`).
 *
 * @throws UserError where the source is unknown, not on this computer, damaged, or cannot be had as asked for
 * @example
 * const { train, shape } = await loadDataset("mnist", { seed: 7, splits: ["train"] });
 * train.values; // 60,000 × 28 × 28 bytes
 */
export async function loadDataset(source: string, options: LoadOptions): Promise<Dataset> {
  checkKind("a source of data", source, "text");
  checkOptions(options);
  const { to, ...rest } = options;
  if (to !== undefined && rest.examples !== undefined)
    throw new UserError("a number of training examples is chosen of one set of data; leave it out with two");
  const { dataset, order, bytes } = await loadOne(source, rest);
  if (to === undefined) return dataset;
  const second = await loadOne(to, rest, bytes);
  if (dataset.table !== undefined || second.dataset.table !== undefined)
    throw new UserError(`${dataset.table ? source : to} is a table; two sets of data are images or arrays`);
  const target: TargetDataset = {
    ...second.dataset,
    paired:
      splitNames.every((split) => dataset[split].count === second.dataset[split].count) &&
      (order === undefined || second.order === undefined || order === second.order),
  };
  return { ...dataset, target, fingerprint: fingerprintOf([dataset.fingerprint, target.fingerprint]) };
}

/** One data set, where the order of its examples comes from, and what it takes of memory, beside what is `held`. */
async function loadOne(
  source: string,
  options: LoadOptions,
  held = 0,
): Promise<{ dataset: Dataset; order: string | undefined; bytes: number }> {
  const opened = await openSource(source, options);
  const { name, kind, shape } = opened;
  if (kind === "vector" && (options.imageSize !== undefined || options.grey !== undefined))
    throw new UserError(`${name} holds vectors, not images; leave out the size and colour of images`);
  for (const split of ["validation", "test"] as const)
    if (opened[split] !== undefined && (options[split] ?? 0) > 0)
      throw new UserError(`${name} has a ${split} split of its own; leave out the fraction for ${split}`);

  const { fold } = options;
  if (fold !== undefined && options.validation !== undefined)
    throw new UserError("a fold is the validation split; leave out the fraction for validation");
  const wanted = new Set<SplitName>(options.splits ?? splitNames);
  const fractions = {
    validation: opened.validation || fold ? 0 : (options.validation ?? (opened.test ? 0 : 0.1)),
    test: opened.test ? 0 : (options.test ?? 0.1),
  };
  const ownValidation = options.validation === 0 || fold ? undefined : opened.validation;
  // What a table's rows are as vectors, the training split says, unless that is known.
  const fits = opened.fit !== undefined && options.table === undefined;
  const needsTrain =
    fits ||
    splitNames.some(
      (split) =>
        wanted.has(split) &&
        (split === "train" ||
          fractions[split] > 0 ||
          (split === "validation" && fold !== undefined) ||
          opened.fit !== undefined),
    );
  // Who trains on a set looks at all of it in the end.
  const counts = splitNames
    .filter((split) => needsTrain || wanted.has(split))
    .map((split) => opened.counts[split]);
  const extent = { ...opened, counts, factors: opened.factors?.length ?? 0 };
  requireRoom(extent, held);
  const [all, validation, test] = await inMemory(name, () =>
    Promise.all([
      needsTrain ? opened.train() : undefined,
      wanted.has("validation") ? ownValidation?.() : undefined,
      wanted.has("test") ? opened.test?.() : undefined,
    ]),
  );
  const normal = options.normal && normalClasses(opened, options.normal);
  const whole =
    all && cutSplits(all, shape, fractions, options.seed, fold, normal && isOf(normal, all, opened.name));
  const cut = whole && { ...whole, train: someOf(whole.train, opened, options) };
  const fitted = opened.fit?.(cut?.train ?? emptySplit(all));
  if (fitted !== undefined) requireRoom({ ...extent, shape: [tableWidth(fitted.table)] }, held);
  const pick = (split: SplitName, own: Split | undefined): Split => {
    const found =
      (wanted.has(split) ? (own ?? cut?.[split]) : undefined) ?? emptySplit(all ?? own ?? validation ?? test);
    return fitted === undefined ? found : fitted.encode(found);
  };
  const testCount = opened.test === undefined ? cut?.test.count : opened.counts.test;
  const ownNormal = validation && normal ? takeOf(normal, validation, shape, opened.name) : validation;
  const dataset: Dataset = {
    source,
    name,
    kind,
    shape: fitted === undefined ? shape : [tableWidth(fitted.table)],
    ...(opened.classes && { classes: opened.classes }),
    ...(opened.factors && { factors: opened.factors }),
    ...(opened.modes && { modes: opened.modes }),
    ...(opened.notes && { notes: opened.notes }),
    ...(opened.stackOf && { stackOf: opened.stackOf }),
    ...(fitted && { table: fitted.table }),
    ...(testCount !== undefined && { testCount }),
    ...(opened.test === undefined && { cutsTest: true }),
    train: pick("train", undefined),
    validation: pick("validation", ownNormal),
    test: pick("test", test),
    fingerprint: fingerprintOf([name, kind, shape, opened.identity]),
  };
  if (normal !== undefined && wanted.has("train") && dataset.train.count === 0)
    throw new UserError(`${name} has no training examples of ${options.normal!.join(", ")}`);
  return { dataset, order: opened.order, bytes: memoryOf({ ...extent, shape: dataset.shape }) };
}

/** The training examples that are kept. */
function someOf(train: Split, { name, shape }: OpenedSource, { examples, seed }: LoadOptions): Split {
  if (examples === undefined) return train;
  if (examples <= train.count) return chooseExamples(train, shape, examples, seed);
  throw new UserError(`${name} has ${train.count} training examples, not ${examples}`);
}

/** The numbers of classes by their names. */
function normalClasses({ name, classes }: OpenedSource, names: readonly string[]): ReadonlySet<number> {
  if (classes === undefined) throw new UserError(`${name} has no labels; leave out the normal classes`);
  return new Set(
    names.map((wanted) => {
      const index = classes.indexOf(wanted);
      if (index >= 0) return index;
      const listed = classes.length > 20 ? `${classes.slice(0, 20).join(", ")}, …` : classes.join(", ");
      throw new UserError(`${name} has no class "${wanted}"; it has ${listed}`);
    }),
  );
}

/** Whether a row's label is one of some. */
function isOf(normal: ReadonlySet<number>, { labels, count }: Split, name: string) {
  // The rows of a split are moved as it is cut.
  const known = labels?.slice();
  if (known === undefined && count > 0)
    throw new UserError(`${name} has no labels for training; leave out the normal classes`);
  return (row: number): boolean => normal.has(known![row]!);
}

/** The examples of some classes. */
function takeOf(normal: ReadonlySet<number>, split: Split, shape: readonly number[], name: string): Split {
  const usual = isOf(normal, split, name);
  const rows = Int32Array.from({ length: split.count }, (_, row) => row).filter(usual);
  return takeRows(split, rows, sizeOf(shape));
}

function checkOptions(options: LoadOptions): void {
  checkKind("what data are read by", options, "object");
  if (options.seed === undefined)
    throw new UserError("data are cut by a seed; give one, such as { seed: 0 }");
  const result = optionsSchema.safeParse(options);
  if (result.success) return;
  const key = result.error.issues[0]!.path[0];
  if (key === "fold") {
    const { index, count } = options.fold!;
    throw new UserError(`a fold is one of at least 2, such as 1 of 5; there is no fold ${index} of ${count}`);
  }
  if (key === "examples")
    throw new UserError(
      `a number of training examples is a whole number of at least 1, not ${options.examples}`,
    );
  const value = options[key as "validation" | "test" | "imageSize"];
  throw new UserError(
    key === "imageSize"
      ? `an image size is a whole number of pixels from 1 to 8192, not ${value}`
      : `the fraction of examples for ${String(key)} is at least 0 and below 1, not ${value}`,
  );
}
