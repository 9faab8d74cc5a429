// Codes: what they are like, what can be read off them, and how likely they make examples.

import { takeEvenly } from "../../data/splits.ts";
import { codeCollapse } from "../../metrics/code-collapse.ts";
import { importanceLogLikelihood } from "../../metrics/likelihood.ts";
import { randomStream } from "../../random/index.ts";
import { sizeOf } from "../../tensor/index.ts";
import { exampleValues } from "../../training/samples.ts";
import { encodeSplit } from "../latent-space.ts";
import { keptNeighbourhoods, mostNeighbourhoods } from "../neighbourhoods.ts";
import { oneLabel, probeCodes } from "../probe.ts";
import { averaged, counted, type Group, has, noLabels, noTest } from "./group.ts";
import type { Measured } from "./measures.ts";
import { codePlaneChart } from "./pictures.ts";

/** Examples or samples that a group looks at, at most, where all would take too long. */
const MOST = { likelihood: 1000 } as const;
/** Numbers of decoded examples at a time, of a likelihood. */
const LIKELIHOOD_VALUES = 2 ** 22;

export const likelihoodGroup: Group = {
  lacks: (subject) => (has(subject, "evidence") ? noTest(subject) : "the model has no likelihood"),
  async measure(subject) {
    const { run, options } = subject;
    const { seed, draws } = options;
    const latent = sizeOf(run.inputs("evidence")![1]!.shape);
    const size = sizeOf(run.shape);
    const some = takeEvenly(subject.test, run.shape, MOST.likelihood);
    const stream = randomStream(seed, "evaluate/likelihood");
    const pixels = randomStream(seed, "evaluate/binarised");
    const logWeights = new Float64Array(some.count * draws);
    const atOnce = Math.max(1, Math.floor(LIKELIHOOD_VALUES / (draws * size)));
    for (let start = 0; start < some.count; start += atOnce) {
      const end = Math.min(start + atOnce, some.count);
      const examples = exampleValues(some, run.shape, end, start);
      const repeated = new Float32Array((end - start) * draws * size);
      const noise = new Float32Array((end - start) * draws * latent);
      for (let example = start; example < end; example++) {
        const place = example - start;
        const values = examples.slice(place * size, (place + 1) * size);
        if (run.binarises) {
          const chances = pixels.uniform(example, new Float32Array(size));
          for (const [i, chance] of chances.entries()) values[i] = chance < values[i]! ? 1 : 0;
        }
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
  lacks: (subject) => (has(subject, "encode") ? noTest(subject, 3) : "the model does not encode"),
  async measure(subject) {
    const { run, test, dataset } = subject;
    const some = takeEvenly(test, run.shape, mostNeighbourhoods(run.shape));
    const coded = await encodeSplit(run, some);
    const { codes, dimensions: latent, count } = coded;
    const inputs = exampleValues(some, run.shape, some.count);
    const scale = has(subject, "evidence") ? "prior" : "widest";
    const found = codeCollapse(codes, inputs, { latent, scale });
    const { codes: kept, principal } = await keptNeighbourhoods(
      run,
      { ...dataset, test: some },
      {
        codes: coded,
        principal: subject.principal,
        onProgress: (what, done, total) => subject.progress(what, done, total),
      },
    );
    const { effectiveRank, activeUnits, distinctCodes, distanceCorrelation } = found;
    const plain = { activeUnits, distinctCodes, distanceCorrelation };
    const neighbours = (name: "trustworthiness" | "continuity"): Measured => ({
      value: kept[name],
      count,
      ...(principal && { reference: { value: principal[name], of: linearWords(principal.components) } }),
    });
    return {
      measured: {
        effectiveRank: {
          value: effectiveRank,
          count,
          reference: { value: latent, of: "the length of a code" },
        },
        ...counted(plain, count),
        trustworthiness: neighbours("trustworthiness"),
        continuity: neighbours("continuity"),
      },
      pictures: [await codePlaneChart(subject, { codes, latent, labels: some.labels })],
    };
  },
};

export const probeGroup: Group = {
  lacks: (subject) =>
    !has(subject, "encode")
      ? "the model does not encode"
      : subject.normal !== undefined
        ? "the training examples are of some classes only"
        : (noLabels(subject) ?? oneLabel(subject.dataset)),
  async measure(subject) {
    const { run, dataset } = subject;
    const given = { principal: subject.principal };
    const { codes, principal, tested: count } = await probeCodes(run, dataset, given);
    const told = (name: "nearest" | "logistic"): Measured => ({
      value: codes[name],
      count,
      ...(principal && { reference: { value: principal[name], of: linearWords(principal.components) } }),
    });
    return { measured: { nearestLabel: told("nearest"), logisticLabel: told("logistic") } };
  },
};

/** What codes are held against. */
const linearWords = (components: number): string => `${components} principal components`;
