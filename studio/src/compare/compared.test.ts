import { expect, test } from "vitest";
import type { RunDetails, RunHistory } from "../api.ts";
import { curvesOf, differences, measuresOf, metricNames } from "./compared.ts";

function compared(name: string, options: Record<string, unknown>, test: Record<string, number>) {
  const description = {
    model: "vae",
    options,
    data: { source: "mnist", options: {} },
    seed: 0,
    device: "cpu",
    threads: 0,
    versions: { gamelan: "0.1.0" },
  };
  const details = {
    name,
    state: "finished",
    description,
    measured: { round: 1, test },
  } as unknown as RunDetails;
  const buckets = { mean: [1, 2], least: [1, 2], most: [1, 2] };
  const history = {
    rounds: [10, 20],
    epochs: [1, 2],
    metrics: { "vae/divergence": buckets, vae: buckets },
  } as unknown as RunHistory;
  return { details, history };
}

const both = [
  compared("a", { beta: 1, latent: 8, widths: [64, 32] }, { mse: 0.1 }),
  compared("b", { beta: 4, latent: 8, widths: [64, 32] }, { mse: 0.2, modes: 3 }),
];

test("only what differs is told", () => {
  expect(differences(both)).toEqual([{ name: "beta", values: ["1", "4"] }]);
  expect(differences([both[0]!])).toEqual([]);
});

test("measures of all, and gaps", () => {
  expect(measuresOf(both)).toEqual([
    { name: "Mean squared error (test)", values: [0.1, 0.2] },
    { name: "Modes (test)", values: [undefined, 3] },
  ]);
});

test("curves over rounds or epochs; losses come first", () => {
  expect(metricNames(both)).toEqual(["vae", "vae/divergence"]);
  expect(curvesOf(both, "vae", "epoch").map(({ name, colour, x }) => [name, colour, x])).toEqual([
    ["a", 0, [1, 2]],
    ["b", 1, [1, 2]],
  ]);
  expect(curvesOf(both, "critic", "round")).toEqual([]);
});
