import { expect, test } from "vitest";
import { Rate } from "./rate.ts";

test("a rate over the last seconds, and the time that is left", () => {
  const rate = new Rate();
  rate.note(0, 100);
  expect(rate.towards(1000)).toEqual({});
  for (let second = 1; second <= 20; second++) rate.note(second, 100 + 10 * second);
  expect(rate.towards(1000)).toEqual({ pace: { roundsPerSecond: 10, secondsLeft: 70 } });
  expect(rate.towards(undefined)).toEqual({});
});

test("two moments do, however far apart; a run that went back begins anew", () => {
  const rate = new Rate();
  rate.note(0, 0);
  rate.note(600, 3);
  expect(rate.towards(6)).toEqual({ pace: { roundsPerSecond: 0.005, secondsLeft: 600 } });
  rate.note(610, 1);
  expect(rate.towards(6)).toEqual({});
});
