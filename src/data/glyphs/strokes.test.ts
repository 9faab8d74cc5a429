import { describe, expect, test } from "vitest";
import { arc, path } from "./path.ts";
import { shapeNames, strokesOfShape } from "./shapes.ts";
import {
  advanceOf,
  hasStrokes,
  strokedCharacters,
  strokesOf,
  strokesOfText,
  widthOfText,
} from "./strokes.ts";

/** [left, bottom, right, top] of the ink. */
function bounds(strokes: readonly Float32Array[]): [number, number, number, number] {
  const xs = strokes.flatMap((stroke) => [...stroke].filter((_, i) => i % 2 === 0));
  const ys = strokes.flatMap((stroke) => [...stroke].filter((_, i) => i % 2 === 1));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

describe("the stroke font", () => {
  test("has all letters, digits and what labels of charts need", () => {
    const needed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;!?-−+±×=<>*/\\|()[]%_#'\"&@$~^`{}–—…°²³αβγδεθλμρστßøØæı";
    for (const character of needed) expect(hasStrokes(character), character).toBe(true);
  });

  test.each(strokedCharacters().filter((character) => character !== " "))(
    "keeps %s in its box",
    (character) => {
      const strokes = strokesOf(character);
      const [left, bottom, right, top] = bounds(strokes);
      expect(left).toBeGreaterThanOrEqual(-0.03);
      expect(right).toBeLessThanOrEqual(advanceOf(character) - 0.24 + 0.03);
      expect(bottom).toBeGreaterThanOrEqual(-0.31);
      expect(top).toBeLessThanOrEqual(1.17);
      if (/[A-PR-Z0-9]/.test(character)) {
        expect(bottom).toBeCloseTo(0, 1);
        expect(top).toBeCloseTo(1, 1);
      }
      for (const stroke of strokes) {
        expect(stroke.length).toBeGreaterThanOrEqual(4);
        expect(stroke.length % 2).toBe(0);
      }
    },
  );

  test("digits are equally wide", () => {
    expect(new Set([..."0123456789"].map(advanceOf)).size).toBe(1);
  });

  test("a letter with an accent is the letter and its mark above or below it", () => {
    const [, , , top] = bounds(strokesOf("e"));
    const acute = strokesOf("é");
    expect(acute.slice(0, -1)).toEqual(strokesOf("e"));
    expect(bounds(acute.slice(-1))[1]).toBeGreaterThan(top);
    expect(advanceOf("é")).toBe(advanceOf("e"));
    expect(bounds(strokesOf("ç"))[1]).toBeLessThan(-0.1);
    for (const letter of "ÀÉÎÕÜŞÅČŐĄàéîõüşåčőąñğżḍ") expect(hasStrokes(letter), letter).toBe(true);
  });

  test("a mark takes the place of a dot, and two marks stand one above the other", () => {
    expect(strokesOf("í")).toHaveLength(2);
    expect(strokesOf("í")[0]).toEqual(strokesOf("i")[0]);
    expect(strokesOf("ị")).toHaveLength(3);
    const [first, second] = strokesOf("ế").slice(-2);
    expect(bounds([second!])[1]).toBeGreaterThan(bounds([first!])[1] + 0.2);
  });

  test("it makes no difference whether a text has its accents apart", () => {
    expect(strokesOfText("Fre\u0301chet")).toEqual(strokesOfText("Fréchet"));
    expect(widthOfText("Fre\u0301chet")).toBe(widthOfText("Frechet"));
  });

  test("a character it has not is a box; names of properties are no characters", () => {
    expect(hasStrokes("字")).toBe(false);
    expect(strokesOf("字")).toHaveLength(1);
    expect(strokesOf("字")).toEqual(strokesOf("constructor"));
  });

  test("text is its characters one after another", () => {
    const strokes = strokesOfText("T1");
    expect(strokes).toHaveLength(3);
    expect(strokes.slice(0, 2)).toEqual(strokesOf("T"));
    expect(bounds(strokes.slice(2))[0]).toBeCloseTo(advanceOf("T") + bounds(strokesOf("1"))[0]);
    expect(widthOfText("T1")).toBeCloseTo(advanceOf("T") + advanceOf("1") - 0.24);
    expect(widthOfText("")).toBe(0);
  });
});

test("shapes lie in a capital's box", () => {
  for (const name of shapeNames) {
    const [left, bottom, right, top] = bounds(strokesOfShape(name));
    expect(Math.min(left, bottom)).toBeGreaterThanOrEqual(-0.06);
    expect(Math.max(right, top)).toBeLessThanOrEqual(1.06);
  }
});

test("a path joins points and arcs", () => {
  const quarter = path(5, 5, arc(0, 0, 2, 1, 0, 90));
  expect([...quarter.subarray(0, 4)]).toEqual([5, 5, 2, 0]);
  expect(quarter.at(-2)).toBeCloseTo(0);
  expect(quarter.at(-1)).toBeCloseTo(1);
  expect(() => path(1, 2, 3)).toThrow(RangeError);
});
