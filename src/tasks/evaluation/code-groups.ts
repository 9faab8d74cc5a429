// Codes: what they are like, what can be read off them, and how likely they make examples.

import { takeEvenly } from "../../data/splits.ts";
import { codeCollapse } from "../../metrics/code-collapse.ts";
import { neighbourhoodsKept } from "../../metrics/embedding-quality.ts";
import { importanceLogLikelihood } from "../../metrics/likelihood.ts";
import { randomStream } from "../../random/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import { exampleValues } from "../../training/samples.ts";
import { encodeSplit } from "../latent-space.ts";
import { probeCodes } from "../probe.ts";
import { averaged, counted, type Group, has, noLabels, noTest } from "./group.ts";
import type { Measured } from "./measures.ts";
import { codePlaneChart } from "./pictures.ts";

/** Examples or samples that a group looks at, at most, where all would take too long. */
const MOST = { likelihood: 1000, codes: 2000 } as const;
/** Numbers of decoded examples at a time, of a likelihood. */
const LIKELIHOOD_VALUES = 2 ** 22;
/** Numbers of the examples whose codes are looked at, together: neighbourhoods need all of them at once. */
const CODED_VALUES = 2 ** 25;

export const likelihoodGroup: Group = {
  lacks: (subject) => (has(subject, "evidence") ? noTest(subject) : "the model has no likelihood"),
  async measure(subject) {
    const { run, options } = subject;
    const { seed, draws } = options;
    const latent = sizeOf(run.inputs("evidence")![1]!.shape);
    const size = sizeOf(run.shape);
    const some = takeEvenly(subject.test, run.shape, MOST.likelihood);
    const stream = randomStream(seed, "evaluate/likelihood");
    const logWeights = new Float64Array(some.count * draws);
    const atOnce = Math.max(1, Math.floor(LIKELIHOOD_VALUES / (draws * size)));
    for (let start = 0; start < some.count; start += atOnce) {
      const end = Math.min(start + atOnce, some.count);
      const examples = exampleValues(some, run.shape, end, start);
      const repeated = new Float32Array((end - start) * draws * size);
      const noise = new Float32Array((end - start) * draws * latent);
      for (let example = start; example < end; example++) {
        const place = example - start;
        const values = examples.subarray(place * size, (place + 1) * size);
        for (let draw = 0; draw < draws; draw++) repeated.set(values, (place * draws + draw) * size);
        // An example has the same noise however many there are.
        stream.normal(example, noise.subarray(place * draws * latent, (place + 1) * draws * latent));
      }
      logWeights.set((await run.apply("evidence", repeated, noise)).data, start * draws);
      subject.progress("likelihood", end, some.count);
    }
    const bounds = Float64Array.from({ length: some.count }, (_, example) => {
      const own = logWeights.subarray(example * draws, (example + 1) * draws);
      return own.reduce((sum, weight) => sum + weight, 0) / draws;
    });
    const likelihoods = importanceLogLikelihood(logWeights, { samples: draws });
    return { measured: { elbo: averaged(bounds), logLikelihood: averaged(likelihoods) } };
  },
};

export const codesGroup: Group = {
  lacks: (subject) =>
    !has(subject, "encode")
      ? "the model does not encode"
      : subject.test.count < 3
        ? "there are no test examples"
        : undefined,
  async measure(subject) {
    const { run, test } = subject;
    const fitting = Math.max(3, Math.floor(CODED_VALUES / sizeOf(run.shape)));
    const some = takeEvenly(test, run.shape, Math.min(MOST.codes, fitting));
    const { codes, dimensions: latent, count } = await encodeSplit(run, some);
    const inputs = exampleValues(some, run.shape, some.count);
    const scale = has(subject, "evidence") ? "prior" : "widest";
    const found = codeCollapse(codes, inputs, { latent, scale });
    const k = Math.min(12, Math.ceil(count / 2) - 1);
    const kept = neighbourhoodsKept(codes, inputs, {
      latent,
      k,
      onProgress: ({ done, total }) => subject.progress("neighbourhoods of codes", done, total),
    });
    const { effectiveRank, activeUnits, distinctCodes, distanceCorrelation } = found;
    const all = { effectiveRank, activeUnits, distinctCodes, distanceCorrelation, ...kept };
    const measured = counted(all, count);
    const full = { value: latent, of: "the length of a code" };
    return {
      measured: { ...measured, effectiveRank: { ...measured.effectiveRank!, reference: full } },
      pictures: [await codePlaneChart(subject, { codes, latent, labels: some.labels })],
    };
  },
};

export const probeGroup: Group = {
  lacks: (subject) =>
    !has(subject, "encode")
      ? "the model does not encode"
      : subject.normal === undefined
        ? noLabels(subject)
        : "the training examples are of some classes only",
  async measure({ run, dataset }) {
    const { codes, principal, tested: count } = await probeCodes(run, dataset);
    const of = `${principal?.components} principal components`;
    const told = (name: "nearest" | "logistic"): Measured => ({
      value: codes[name],
      count,
      ...(principal && { reference: { value: principal[name], of } }),
    });
    return { measured: { nearestLabel: told("nearest"), logisticLabel: told("logistic") } };
  },
};
