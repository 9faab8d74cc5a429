import { expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { checkNewSpec, checkSpec } from "./spec.ts";

const SPEC = { model: "vae", epochs: 3, search: { latent: [8, 16] }, metric: "mse" };

test("a spec is completed", () => {
  expect(checkSpec(SPEC, "a.json")).toEqual({
    ...SPEC,
    data: "glyphs",
    options: {},
    strategy: "grid",
    seed: 0,
    eta: 3,
    seeds: [0],
  });
});

test.each<[string, object, string]>([
  ["no model", { model: undefined }, "model is missing"],
  ["no metric", { metric: undefined }, "metric is missing"],
  ["a slip", { fold: 3 }, 'a sweep has no field "fold"; did you mean "folds"?'],
  ["an unknown field", { hyperparameters: 3 }, 'a sweep has no field "hyperparameters"'],
  ["no length", { epochs: undefined }, "epochs or rounds is missing"],
  ["two lengths", { rounds: 3 }, "give epochs or rounds, not both"],
  ["nothing to search", { search: {} }, 'search names no option, such as "search": {"latent": [8, 16]}'],
  ["no values", { search: { latent: [] } }, "search.latent is a list of values, and holds none"],
  [
    "one value",
    { search: { latent: 8 } },
    'search.latent is a list of values, or a range such as {"from": 1, "to": 10}',
  ],
  ["a range upside down", { search: { beta: { from: 2, to: 1 } } }, "search.beta.to must be above from"],
  [
    "a log range from 0",
    { search: { beta: { from: 0, to: 1, scale: "log" } } },
    "search.beta.from must be above 0 on a log scale",
  ],
  [
    "a range with a slip",
    { search: { beta: { from: 0, to: 1, step: 2 } } },
    'search.beta has no field "step"',
  ],
  ["an unknown strategy", { strategy: "bayes" }, 'strategy is grid, random or halving, not "bayes"'],
  [
    "a grid over a range",
    { search: { beta: { from: 0, to: 1 } } },
    "search.beta needs steps, the number of values that a grid takes of it",
  ],
  [
    "a grid with trials",
    { trials: 3 },
    "a grid tries every combination; leave out trials, or take strategy random",
  ],
  ["random without trials", { strategy: "random" }, "trials is missing, the number of trials to draw"],
  [
    "an option twice",
    { options: { latent: 3 } },
    "latent is in options and in search; leave one of them out",
  ],
  [
    "folds and validation",
    { folds: 3, validation: 0.2 },
    "folds are the validation splits; leave out validation",
  ],
  ["a seed twice", { seeds: [1, 1] }, "seeds holds one seed twice"],
  ["one fold", { folds: 1 }, "folds is a whole number from 2 to 1000, not 1"],
  ["a range of texts", { search: { beta: { from: "a", to: 1 } } }, 'search.beta.from is a number, not "a"'],
  [
    "too few steps",
    { search: { beta: { from: 0, to: 1, steps: 1 } } },
    "search.beta.steps is a whole number from 2 to 10000, not 1",
  ],
  ["a seed that is none", { seeds: [0, 1.5] }, "seeds.1 is a whole number of at least 0, not 1.5"],
  ["a rung without halving", { shortest: 1 }, "shortest is for halving only"],
])("%s is refused in one line", (_, change, message) => {
  expect(() => checkSpec({ ...SPEC, ...change }, "a.json")).toThrow(new UserError(`a.json: ${message}`));
});

test.each<[string, object, string]>([
  ["a value twice", { search: { latent: [2, 4, 2] } }, "search.latent holds 2 twice; leave one of them out"],
  [
    "a list twice",
    { search: { widths: [[8], [8]] } },
    "search.widths holds [8] twice; leave one of them out",
  ],
  [
    "a least rung longer than the last",
    { strategy: "halving", trials: 4, shortest: 4 },
    "shortest is the least length of a rung, and the last rung has 3 epochs; take less",
  ],
])("%s is refused of a new sweep, and let be of one that was begun before", (_, change, message) => {
  expect(() => checkNewSpec({ ...SPEC, ...change }, "a.json")).toThrow(new UserError(`a.json: ${message}`));
  expect(checkSpec({ ...SPEC, ...change }, "a.json")).toMatchObject(change);
});

test("anything else is no sweep", () => {
  expect(() => checkSpec([1], "a.json")).toThrow(/^a\.json: a sweep is an object such as/);
});
