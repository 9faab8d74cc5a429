import { describe, expect, test } from "vitest";
import type { Split } from "./dataset.ts";
import { chooseExamples, cutSplits } from "./splits.ts";

const make = (count: number): Split => ({
  count,
  values: Uint8Array.from({ length: count * 2 }, (_, i) => i),
  labels: Int32Array.from({ length: count }, (_, i) => i),
  factors: Float32Array.from({ length: count * 3 }, (_, i) => Math.floor(i / 3)),
});

describe("cutSplits", () => {
  test("gives each example to one split, rows of all arrays together, in order", () => {
    const { train, validation, test: held } = cutSplits(make(100), [2], { validation: 0.1, test: 0.2 }, 1);
    expect([train.count, validation.count, held.count]).toEqual([72, 8, 20]);
    const all: number[] = [];
    for (const split of [train, validation, held]) {
      expect([...split.labels!]).toEqual([...split.labels!].sort((a, b) => a - b));
      for (let i = 0; i < split.count; i++) {
        const label = split.labels![i]!;
        all.push(label);
        expect([...split.values.subarray(2 * i, 2 * i + 2)]).toEqual([2 * label, 2 * label + 1]);
        expect([...split.factors!.subarray(3 * i, 3 * i + 3)]).toEqual([label, label, label]);
      }
    }
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test("depends on the seed only", () => {
    const cut = (seed: number) => cutSplits(make(100), [2], { validation: 0, test: 0.2 }, seed).test.labels;
    expect(cut(1)).toEqual(cut(1));
    expect(cut(1)).not.toEqual(cut(2));
  });

  test("the test examples stay the same whatever is kept for validation", () => {
    const cut = (validation: number) => cutSplits(make(100), [2], { validation, test: 0.2 }, 5).test.labels;
    expect(cut(0)).toEqual(cut(0.5));
  });

  test("leaves at least one example to train on, and everything where nothing is held out", () => {
    expect(cutSplits(make(2), [2], { validation: 0.9, test: 0.9 }, 0).train.count).toBe(1);
    const all = make(10);
    expect(cutSplits(all, [2], { validation: 0, test: 0 }, 0).train).toBe(all);
  });
});

describe("examples that are not to be trained on", () => {
  const odd = (row: number) => row % 2 === 1;
  const cut = (fractions: { validation: number; test: number }, usual?: (row: number) => boolean) =>
    cutSplits(make(100), [2], fractions, 1, undefined, usual);

  test("are all held out for the test, and the rest is cut as before", () => {
    const fractions = { validation: 0.1, test: 0.2 };
    const { train, validation, test: held } = cut(fractions, odd);
    const before = cut(fractions);
    const usual = [...before.test.labels!].filter(odd);
    expect([...held.labels!]).toEqual(
      [...usual, ...Array.from({ length: 50 }, (_, index) => 2 * index)].sort((a, b) => a - b),
    );
    const rest = [...train.labels!, ...validation.labels!];
    expect(rest.every(odd)).toBe(true);
    expect(validation.count).toBe(Math.round(0.1 * (50 - usual.length)));
    expect(rest.length + held.count).toBe(100);
  });

  test("are left out where no test split is cut", () => {
    const { train, test: held } = cut({ validation: 0, test: 0 }, odd);
    expect([train.count, held.count]).toEqual([50, 0]);
    expect([...train.labels!].every(odd)).toBe(true);
  });
});

describe("folds", () => {
  const cut = (index: number, count: number, seed = 3, examples = 23) =>
    cutSplits(make(examples), [2], { validation: 0, test: 0.1 }, seed, { index, count });

  test("hold out each training example once, and leave the test examples alone", () => {
    const held: number[] = [];
    const tested = cutSplits(make(23), [2], { validation: 0, test: 0.1 }, 3).test.labels;
    for (const index of [1, 2, 3, 4]) {
      const { train, validation, test } = cut(index, 4);
      expect(test.labels).toEqual(tested);
      expect([5, 6]).toContain(validation.count);
      const all = [...train.labels!, ...validation.labels!, ...test.labels!];
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 23 }, (_, i) => i));
      expect([...train.values]).toEqual([...train.labels!].flatMap((label) => [2 * label, 2 * label + 1]));
      held.push(...validation.labels!);
    }
    const training = Array.from({ length: 23 }, (_, i) => i).filter((label) => !tested!.includes(label));
    expect(held.sort((a, b) => a - b)).toEqual(training);
  });

  test("are one permutation of the seed", () => {
    expect(cut(2, 4).validation.labels).toEqual(cut(2, 4).validation.labels);
    expect(cut(2, 4, 4).validation.labels).not.toEqual(cut(2, 4).validation.labels);
    expect([...cut(1, 2, 0, 3).validation.labels!, ...cut(2, 2, 0, 3).validation.labels!]).toHaveLength(3);
  });

  test("cannot be more than there are examples", () => {
    expect(() => cut(1, 22)).toThrow("21 examples cannot be divided into 22 folds");
  });
});

describe("chooseExamples", () => {
  // Three classes of 50, 30 and 20, mixed.
  const classes = Int32Array.from({ length: 100 }, (_, row) => (row % 10 < 5 ? 0 : row % 10 < 8 ? 1 : 2));
  const split: Split = { ...make(100), labels: classes };
  const places = ({ factors, count }: Split) => Array.from({ length: count }, (_, row) => factors![3 * row]!);

  test("keeps of each class as large a part, in order, by the seed", () => {
    const chosen = chooseExamples(split, [2], 20, 1);
    const counts = [0, 1, 2].map((label) => chosen.labels!.filter((own) => own === label).length);
    expect(counts).toEqual([10, 6, 4]);
    expect(places(chosen)).toEqual(places(chosen).toSorted((a, b) => a - b));
    expect(new Set(places(chosen)).size).toBe(20);
    places(chosen).forEach((place, row) => {
      expect(chosen.labels![row]).toBe(classes[place]);
      expect([...chosen.values.subarray(2 * row, 2 * row + 2)]).toEqual([2 * place, 2 * place + 1]);
    });
    expect(places(chooseExamples(split, [2], 20, 1))).toEqual(places(chosen));
    expect(places(chooseExamples(split, [2], 20, 2))).not.toEqual(places(chosen));
  });

  test("needs no labels, and keeps all where there are no more", () => {
    const { labels: _, ...plain } = split;
    expect(new Set(places(chooseExamples(plain, [2], 7, 0))).size).toBe(7);
    expect(chooseExamples(split, [2], 100, 0)).toBe(split);
  });
});
