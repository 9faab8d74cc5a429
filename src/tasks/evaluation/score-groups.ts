// How strange examples are to a model: whether that tells other classes, or who was trained on.

import type { Split } from "../../data/index.ts";
import { takeEvenly } from "../../data/splits.ts";
import { UserError } from "../../errors.ts";
import { areaUnderRoc } from "../../metrics/detection.ts";
import { chooseAnomalyScore } from "../../training/anomaly.ts";
import { detectionQuality, type Estimate } from "../detection/quality.ts";
import { finite, type Group, has, noTest } from "./group.ts";
import type { Subject } from "./subject.ts";

/** Examples or samples that a group looks at, at most, where all would take too long. */
const MOST = { membership: 2000 } as const;

const noScore = (subject: Subject) =>
  (["anomaly", "reconstruct", "realness"] as const).some((role) => has(subject, role))
    ? undefined
    : "the model has no score of examples";

/** How strange examples are, each. */
async function scoresOf(subject: Subject, split: Split, what: string): Promise<number[]> {
  const { run } = subject;
  const score = chooseAnomalyScore(run.description.model, run.roles, undefined);
  const scores: number[] = [];
  for (const examples of subject.chunks(split, what))
    scores.push(...(await run.anomaly(examples, { score })).data);
  return scores;
}

const unlabelledTest = ({ dataset: { test } }: Subject) =>
  test.count > 0 && test.labels === undefined ? "the test examples have no labels" : undefined;

export const detectionGroup: Group = {
  lacks: (subject) =>
    subject.normal === undefined
      ? "the model was not trained on some classes only"
      : (noScore(subject) ?? unlabelledTest(subject) ?? noTest(subject, 1)),
  async measure(subject) {
    const { run, dataset, options, normal } = subject;
    const some = takeEvenly(dataset.test, run.shape, options.count);
    const scores = await scoresOf(subject, some, "scores of test examples");
    const anomalous = Uint8Array.from(some.labels!, (label) => (normal!.has(label) ? 0 : 1));
    const quality = detectionQuality(scores, anomalous);
    if (quality === undefined) throw new UserError("all test examples are of the classes that are normal");
    const { count } = some;
    const measured = ({ value, standardError }: Estimate) => ({ value, ...finite(standardError), count });
    const share = quality.anomalous / count;
    return {
      measured: {
        auroc: measured(quality.auroc),
        averagePrecision: {
          ...measured(quality.averagePrecision),
          reference: { value: share, of: "scores without meaning" },
        },
      },
    };
  },
};

export const membershipGroup: Group = {
  lacks: (subject) => noScore(subject) ?? noTest(subject),
  async measure(subject) {
    const { run, dataset, test } = subject;
    const [members, others] = [dataset.train, test].map((split) =>
      takeEvenly(split, run.shape, MOST.membership),
    );
    // The less strange, the likelier a member.
    const positives = (await scoresOf(subject, members!, "scores of training examples")).map(
      (value) => -value,
    );
    const negatives = (await scoresOf(subject, others!, "scores of test examples")).map((value) => -value);
    const { area, standardError } = areaUnderRoc({ positives, negatives });
    return {
      measured: { membership: { value: area, ...finite(standardError), count: negatives.length } },
    };
  },
};
