import { expect, test } from "vitest";
import { randomStream } from "../random/index.ts";
import { alarmThreshold, shareAbove } from "./alarm-threshold.ts";

test("by hand: ten places among nine scores", () => {
  const scores = [4, 0, 7, 2, 1, 3, 8, 6, 5];
  expect(alarmThreshold(scores, 0.25)).toEqual({
    threshold: 7,
    count: 9,
    flagged: 1,
    falseAlarmRate: 0.2,
    // Beta of 2 and 8: the variance is 2 · 8 / (10² · 11).
    deviation: expect.closeTo(Math.sqrt(0.16 / 11), 12),
  });
  expect(alarmThreshold(scores, 0.1)).toMatchObject({ threshold: 8, flagged: 0, falseAlarmRate: 0.1 });
  expect(alarmThreshold([1, 5, 5, 5], 0.5)).toMatchObject({ threshold: 5, flagged: 0, falseAlarmRate: 0.4 });
  expect(shareAbove([1, 2, 3], 2)).toBe(1 / 3);
  expect(shareAbove([], 2)).toBeNaN();
});

test("a rate that is a share of the places is met exactly", () => {
  const scores = Array.from({ length: 99 }, (_, index) => index);
  for (let percent = 1; percent < 100; percent++)
    expect(alarmThreshold(scores, percent / 100)).toMatchObject({
      falseAlarmRate: percent / 100,
      threshold: 99 - percent,
      flagged: percent - 1,
    });
});

test("new examples are flagged as often as is said, and sets differ by the deviation", () => {
  const stream = randomStream(5, "scores");
  const [sets, count] = [2000, 49];
  // Of uniform scores the chance to be above a threshold is 1 less it.
  const chances = Array.from({ length: sets }, (_, set) => {
    const { threshold } = alarmThreshold(stream.uniform(set, new Float32Array(count)), 0.1);
    return 1 - threshold;
  });
  const { falseAlarmRate, deviation } = alarmThreshold(new Float32Array(count), 0.1);
  const mean = chances.reduce((sum, chance) => sum + chance, 0) / sets;
  const variance = chances.reduce((sum, chance) => sum + (chance - mean) ** 2, 0) / sets;
  expect(falseAlarmRate).toBe(0.1);
  expect(Math.abs(mean - falseAlarmRate)).toBeLessThan((4 * deviation) / Math.sqrt(sets));
  expect(Math.abs(Math.sqrt(variance) / deviation - 1)).toBeLessThan(0.06);
});

test("too small a rate for so few examples is refused, with what is possible", () => {
  const message = (count: number, rate: number) => {
    try {
      alarmThreshold(new Float32Array(count), rate);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };
  expect(message(50, 0.01)).toBe(
    "a false-alarm rate of 0.01 takes at least 99 held-out normal examples, and there are 50; with these it can be 0.0197 at least",
  );
  expect(message(98, 0.01)).toContain("0.0102");
  for (const rate of [0.01, 0.001, 0.07, 1 / 3, 0.049]) {
    const needed = Number(/at least (\d+)/.exec(message(1, rate)!)![1]);
    expect(message(needed, rate)).toBeUndefined();
    expect(message(needed - 1, rate)).toBeDefined();
  }
  expect(message(50, 0.0197)).toBeUndefined();
  expect(() => alarmThreshold([1], 1)).toThrow("a false-alarm rate must be a number between 0 and 1, not 1");
  expect(() => alarmThreshold([], 0.5)).toThrow("there must be scores of normal examples");
});
