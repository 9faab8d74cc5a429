import { describe, expect, test } from "vitest";
import { findModel } from "../models/find-model.ts";
import { checkSpec, type SweepSpec } from "./spec.ts";
import { playedTrials, refuseIdleInAll, rungsOf, trialsOf } from "./trials.ts";

const complete = (spec: Partial<SweepSpec>) =>
  checkSpec({ model: "vae", epochs: 9, search: {}, metric: "mse", ...spec }, "spec");
const trials = (spec: Partial<SweepSpec>) => trialsOf(complete(spec), findModel("vae"));
const optionsOf = (spec: Partial<SweepSpec>) => trials(spec).map(({ options }) => options);

describe("a grid", () => {
  test("is every combination, the last option changing fastest", () => {
    const search = { latent: [8, 16], architecture: ["dense", "conv"] };
    expect(trials({ search })).toEqual([
      { number: 1, options: { latent: 8, architecture: "dense" } },
      { number: 2, options: { latent: 8, architecture: "conv" } },
      { number: 3, options: { latent: 16, architecture: "dense" } },
      { number: 4, options: { latent: 16, architecture: "conv" } },
    ]);
  });

  test("takes both ends of a range, evenly or by factors", () => {
    const beta = (search: SweepSpec["search"][string]) =>
      optionsOf({ search: { beta: search } }).map((o) => o.beta);
    expect(beta({ from: 0, to: 1, steps: 5 })).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(beta({ from: 1e-5, to: 1e-1, scale: "log", steps: 5 })).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 1e-1]);
  });

  test("whole numbers stay whole, and come once", () => {
    const latent = (to: number, steps: number) =>
      optionsOf({ search: { latent: { from: 1, to, scale: "log", steps } } }).map((o) => o.latent);
    expect(latent(64, 4)).toEqual([1, 4, 16, 64]);
    expect(latent(4, 7)).toEqual([1, 2, 3, 4]);
  });
});

describe("options that change nothing beside the others", () => {
  const model = findModel("vae");
  const played = (spec: Partial<SweepSpec>, kind: "image" | "vector" = "image") =>
    playedTrials(complete(spec), trials(spec), { model, kind });
  const architecture = ["dense", "conv"];

  test("are left out, and a grid plays what is one training once", () => {
    const options = { filters: 4 };
    expect(played({ options, search: { architecture, widths: [[8], [16]] } })).toEqual([
      ...[[8], [16]].map((widths, index) => ({
        number: index + 1,
        options: { architecture: "dense", widths },
        settings: { architecture: "dense", widths },
      })),
      { number: 3, options: { architecture: "conv" }, settings: { filters: 4, architecture: "conv" } },
    ]);
  });

  test("do so by the kind of the data", () => {
    const spec = { search: { widths: [[8], [16]] } };
    expect(played(spec, "vector").map(({ number }) => number)).toEqual([1, 2]);
    expect(played(spec, "image").map(({ options }) => options)).toEqual([{}]);
  });

  test("are refused where they change nothing in any trial", () => {
    const refused = (spec: Partial<SweepSpec>) => () =>
      refuseIdleInAll(complete(spec), trials(spec), { model, kind: "image" });
    expect(refused({ options: { filters: 4 }, search: { architecture, widths: [[8]] } })).not.toThrow();
    expect(refused({ search: { widths: [[8], [16]] } })).toThrow(
      "widths of vae has no effect with architecture=conv, which images have unless told; set architecture=dense, or leave widths out",
    );
    expect(refused({ options: { deviation: 0.2 }, search: { latent: [2, 4] } })).toThrow(
      /^deviation of vae has no effect with likelihood=bernoulli/,
    );
  });
});

describe("random trials", () => {
  const search = {
    latent: { from: 2, to: 5 },
    beta: { from: 1e-3, to: 10, scale: "log" },
    architecture: ["dense", "conv"],
  } as const;
  const drawn = (count: number, seed = 0) => optionsOf({ search, strategy: "random", trials: count, seed });

  test("are fixed by the seed; more of them begin with the same ones", () => {
    expect(drawn(20)).toEqual(drawn(20));
    expect(drawn(20)).not.toEqual(drawn(20, 1));
    expect(drawn(20).slice(0, 7)).toEqual(drawn(7));
  });

  test("fill their ranges evenly", () => {
    const many = drawn(600);
    for (const latent of [2, 3, 4, 5]) {
      const part = many.filter((options) => options.latent === latent).length / 600;
      expect(Math.abs(part - 1 / 4)).toBeLessThan(0.06);
    }
    const beta = many.map((options) => options.beta as number);
    expect(Math.min(...beta)).toBeGreaterThanOrEqual(1e-3);
    expect(Math.max(...beta)).toBeLessThanOrEqual(10);
    // In the middle of a log scale from 1e-3 to 10 is 0.1.
    expect(Math.abs(beta.filter((value) => value < 0.1).length / 600 - 1 / 2)).toBeLessThan(0.06);
    expect(many.some(({ architecture }) => architecture === "conv")).toBe(true);
  });

  test("come once each, and are fewer where there are no more", () => {
    const few = optionsOf({ search: { latent: [2, 3], beta: [1, 2, 4] }, strategy: "random", trials: 50 });
    expect(few).toHaveLength(6);
    expect(new Set(few.map((options) => JSON.stringify(options))).size).toBe(6);
  });
});

describe("rungs", () => {
  const rungs = (spec: Partial<SweepSpec>, count: number) =>
    rungsOf(complete({ search: { latent: [1] }, strategy: "halving", trials: count, ...spec }), count);

  test("one where nothing is halved", () => {
    expect(rungsOf(complete({ search: { latent: [1, 2] } }), 2)).toEqual([{ trials: 2, length: 9 }]);
  });

  test("each has a third of the trials, three times as long", () => {
    expect(rungs({}, 9)).toEqual([
      { trials: 9, length: 1 },
      { trials: 3, length: 3 },
      { trials: 1, length: 9 },
    ]);
  });

  test("with other numbers they are rounded down", () => {
    expect(rungs({ eta: 2, epochs: 8 }, 11)).toEqual([
      { trials: 11, length: 1 },
      { trials: 5, length: 2 },
      { trials: 2, length: 4 },
      { trials: 1, length: 8 },
    ]);
    expect(rungs({}, 2)).toEqual([{ trials: 2, length: 9 }]);
  });

  test("every rung costs the same where a rung began anew, so the whole costs less than n/2 full trainings", () => {
    const all = rungs({ epochs: 27 }, 27);
    expect(all.map(({ trials, length }) => trials * length)).toEqual([27, 27, 27, 27]);
    const resumed = all.reduce(
      (sum, { trials, length }, index) => sum + trials * (length - (all[index - 1]?.length ?? 0)),
      0,
    );
    expect(resumed).toBe(27 + 18 + 18 + 18);
  });

  test("none is shorter than the shortest, or than a round", () => {
    expect(rungs({ shortest: 2 }, 27)).toEqual([
      { trials: 27, length: 3 },
      { trials: 9, length: 9 },
    ]);
    expect(rungs({ epochs: undefined, rounds: 4 }, 27)).toEqual([
      { trials: 27, length: 1 },
      { trials: 9, length: 4 },
    ]);
  });
});

test("what the model does not take is refused before anything begins", () => {
  expect(() => trials({ search: { latnet: [8] } })).toThrow(
    'vae has no option "latnet"; did you mean "latent"?',
  );
  expect(() => trials({ search: { latent: [8, 0] } })).toThrow(/^latent=0 is not possible/);
  expect(() => trials({ search: { latent: [8] }, options: { batch: "many" } })).toThrow(/^batch=many is not/);
  expect(() => trials({ search: { latent: { from: 1.5, to: 4, steps: 2 } } })).toThrow(
    "latent of vae is a whole number; so must from and to of its range be",
  );
});
