import { expect, test } from "vitest";
import { UserError } from "../errors.ts";
import type { LoadOptions } from "./dataset.ts";
import { loadDataset } from "./load.ts";

const load = (source: string, options: object = {}) => loadDataset(source, { seed: 0, ...options });

test("a fold holds out training examples, also of a source with a validation split of its own", async () => {
  const source = "ring:train=10,validation=4,test=3";
  const whole = await load(source);
  const rows = (values: ArrayLike<number>) =>
    Array.from({ length: values.length / 2 }, (_, row) => `${values[2 * row]},${values[2 * row + 1]}`);
  const held: string[] = [];
  for (const index of [1, 2, 3]) {
    const { train, validation, test } = await load(source, { fold: { index, count: 3 } });
    expect(rows([...train.values, ...validation.values]).sort()).toEqual(rows(whole.train.values).sort());
    expect(test.values).toEqual(whole.test.values);
    held.push(...rows(validation.values));
  }
  expect(held.sort()).toEqual(rows(whole.train.values).sort());
});

test("how many test examples there are is known without reading them", async () => {
  const counts = async (source: string, options: object = {}) =>
    (await load(source, { splits: ["train"], ...options })).testCount;
  expect(await counts("ring:train=10,test=3")).toBe(3);
  expect(await counts("ring:train=10,test=0")).toBe(1);
  expect(await counts("ring:train=4,test=0")).toBe(0);
  expect(await counts("ring:train=10,test=0", { test: 0 })).toBe(0);
});

test("a fold can be loaded on its own", async () => {
  const source = "ring:train=10,validation=4,test=3";
  const fold = { index: 2, count: 3 };
  const { train, validation, test } = await load(source, { fold, splits: ["validation"] });
  expect([train.count, test.count]).toEqual([0, 0]);
  expect(validation.values).toEqual((await load(source, { fold })).validation.values);
});

test("without a seed, or of no source, nothing is read", async () => {
  await expect(loadDataset("ring", undefined as unknown as LoadOptions)).rejects.toThrow(
    new UserError("what data are read by is an object, not undefined"),
  );
  await expect(loadDataset("ring", {} as LoadOptions)).rejects.toThrow(/^data are cut by a seed; give one/);
  await expect(loadDataset(3 as unknown as string, { seed: 0 })).rejects.toThrow(
    new UserError("a source of data is a text, not 3"),
  );
});

test("a fold that is none is refused", async () => {
  await expect(load("ring", { fold: { index: 6, count: 5 } })).rejects.toThrow(
    "a fold is one of at least 2, such as 1 of 5; there is no fold 6 of 5",
  );
  await expect(load("ring", { fold: { index: 1, count: 2 }, validation: 0 })).rejects.toThrow(
    "a fold is the validation split; leave out the fraction for validation",
  );
});

test("only normal classes are trained and validated on; a test split of the source stays as it is", async () => {
  const source = "glyphs:classes=digits,train=200,validation=50,test=60";
  const whole = await load(source);
  const { train, validation, test, classes, fingerprint } = await load(source, { normal: ["3", "7"] });
  const normal = new Set([3, 7].map((digit) => whole.classes!.indexOf(String(digit))));
  for (const [split, all] of [
    [train, whole.train],
    [validation, whole.validation],
  ] as const) {
    expect(split.count).toBe(all.labels!.filter((label) => normal.has(label)).length);
    expect(split.values).toHaveLength(split.count * 784);
    expect(new Set(split.labels)).toEqual(normal);
  }
  expect(test.values).toEqual(whole.test.values);
  expect(classes).toEqual(whole.classes);
  expect(fingerprint).toBe(whole.fingerprint);
  const folded = await load(source, { normal: ["3"], fold: { index: 1, count: 4 } });
  const threes = whole.train.labels!.filter((label) => label === whole.classes!.indexOf("3")).length;
  expect(folded.train.count + folded.validation.count).toBe(threes);
});

test("normal classes that are none are refused", async () => {
  await expect(load("glyphs", { normal: ["zebra"] })).rejects.toThrow(
    /^glyphs has no class "zebra"; it has 0, 1/,
  );
  await expect(
    load("glyphs:classes=digits,train=1,validation=0,test=1", { normal: ["0", "1"], seed: 3 }),
  ).rejects.toThrow(/has no training examples of 0, 1$/);
});

test("a number of training examples leaves the other splits as they are", async () => {
  const source = "glyphs:classes=digits,train=200,validation=20,test=30";
  const [whole, some] = [await load(source), await load(source, { examples: 50 })];
  expect(some.train.count).toBe(50);
  expect(some.train.values).toHaveLength(50 * 784);
  expect([some.validation, some.test, some.fingerprint]).toEqual([
    whole.validation,
    whole.test,
    whole.fingerprint,
  ]);
  for (let label = 0; label < 10; label++) {
    const of = ({ labels }: { labels?: Int32Array }) => labels!.filter((own) => own === label).length;
    expect(Math.abs(of(some.train) - of(whole.train) / 4)).toBeLessThanOrEqual(1);
  }
  await expect(load(source, { examples: 201 })).rejects.toThrow("glyphs has 200 training examples, not 201");
  await expect(load(source, { examples: 0 })).rejects.toThrow(/at least 1, not 0$/);
  await expect(load(source, { examples: 9, to: source })).rejects.toThrow(/leave it out with two$/);
});
