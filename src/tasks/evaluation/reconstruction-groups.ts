// Reconstructions and translations against what they should be.

import { takeEvenly } from "../../data/splits.ts";
import {
  absoluteErrors,
  multiScaleSimilarity,
  peakSignalToNoise,
  squaredErrors,
  structuralSimilarity,
} from "../../metrics/image-quality.ts";
import { exampleValues } from "../../training/samples.ts";
import { averaged, type Group, has, imageShape, noTest } from "./group.ts";
import type { Measured } from "./measures.ts";
import { rebuiltPairs } from "./pictures.ts";
import type { Subject } from "./subject.ts";

/** Images whose structural similarity is computed, at most. */
const MOST = { similarity: 1000 } as const;

const noReconstruction = (subject: Subject) =>
  has(subject, "reconstruct") ? noTest(subject) : "the model does not encode and decode";

export const reconstructionGroup: Group = {
  lacks: noReconstruction,
  async measure(subject) {
    const { run, test } = subject;
    const shape = imageShape(run.shape);
    const errors = { mse: [] as number[], mae: [] as number[], psnr: [] as number[] };
    for (const examples of subject.chunks(test, "reconstructions")) {
      const { data } = await run.reconstruct(examples);
      errors.mse.push(...squaredErrors(data, examples, { shape }));
      errors.mae.push(...absoluteErrors(data, examples, { shape }));
      errors.psnr.push(...peakSignalToNoise(data, examples, { shape }));
    }
    const measured = { mse: averaged(errors.mse), mae: averaged(errors.mae) };
    return {
      measured: run.shape.length === 3 ? { ...measured, psnr: averaged(errors.psnr) } : measured,
      pictures: await rebuiltPairs(subject),
    };
  },
};

export const similarityGroup: Group = {
  lacks: (subject) =>
    noReconstruction(subject) ?? (subject.dataset.kind === "image" ? undefined : "the data are no images"),
  async measure(subject) {
    const { run, test } = subject;
    const shape = imageShape(run.shape);
    const [single, several]: [number[], number[]] = [[], []];
    const some = takeEvenly(test, run.shape, MOST.similarity);
    for (const examples of subject.chunks(some, "structural similarity")) {
      const { data } = await run.reconstruct(examples);
      single.push(...structuralSimilarity(data, examples, { shape }));
      several.push(...multiScaleSimilarity(data, examples, { shape }).similarities);
    }
    return { measured: { ssim: averaged(single), multiScaleSsim: averaged(several) } };
  },
};

export const translationGroup: Group = {
  lacks: (subject) => {
    if (!has(subject, "translate")) return "the model does not translate";
    return subject.dataset.target?.paired ? noTest(subject) : "the data are not pairs";
  },
  async measure(subject) {
    const { run, dataset } = subject;
    const target = dataset.target!;
    const sides = [
      ["translationMse", "translate", dataset, target],
      ["translationBackMse", "translateBack", target, dataset],
    ] as const;
    const measured: { [Name in "translationMse" | "translationBackMse"]?: Measured } = {};
    for (const [name, role, from, to] of sides) {
      if (!has(subject, role)) continue;
      const count = Math.min(from.test.count, subject.options.count);
      const [given, wanted] = [
        takeEvenly(from.test, from.shape, count),
        takeEvenly(to.test, to.shape, count),
      ];
      const errors: number[] = [];
      for (let start = 0; start < count; start += subject.chunk) {
        const end = Math.min(start + subject.chunk, count);
        const { data } = await run.apply(role, exampleValues(given, from.shape, end, start));
        const partners = exampleValues(wanted, to.shape, end, start);
        errors.push(...squaredErrors(data, partners, { shape: imageShape(to.shape) }));
        subject.progress("translations", end, count);
      }
      measured[name] = averaged(errors);
    }
    return { measured };
  },
};
