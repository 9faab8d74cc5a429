/**
 * Modes of stacked MNIST: three digits as the channels of one image, 1,000 modes (Metz et al. 2017; the protocol of
 * VEEGAN, Srivastava et al. 2017, and PacGAN, Lin et al. 2018).
 */
import { domainClassifier } from "../dist/index.js";
import { classCoverage } from "../dist/metrics/modes.js";
import { gridOf } from "../dist/pictures/grid.js";
import { encodePng } from "../dist/pictures/png.js";
import { roundsOf, samplesOf, withRun } from "./reproduction.js";

/** Samples that modes are counted on, and as many as will do to try something out. */
const [ALL, SOME] = [26_000, 2600];

const samplesIn = (/** @type {import("./reproduction.js").Variant} */ { rounds }) =>
  rounds === undefined ? ALL : SOME;

const data = "stacked-mnist";
const options = { filters: 32, latent: 100, batch: 64, averaging: 0.999 };

/** @type {import("./reproduction.js").Reproduction} */
export const stackedMnist = {
  name: "stacked-mnist",
  title: "Modes of stacked MNIST",
  summary: "how many of 1,000 stacks of three digits a DCGAN makes, with and without packing",
  seeds: 3,
  protocol: (variant) =>
    `Three MNIST digits, drawn at random, are the channels of one 28×28 image: 1,000 modes. ${samplesIn(variant).toLocaleString("en-GB")} samples are drawn after training; Gamelan's own classifier of digits, trained on MNIST's training examples alone, tells the three digits of each. A mode counts as covered by one sample. The KL is that of the samples' shares of the modes from equal shares, in nats: 0 for all modes alike, 6.91 for a single one.

The network is a DCGAN with ${options.filters} filters next to the image, half of the usual 64, and generates by averaged weights${variant.quick ? ", and the quick variant stops early" : ""}. Networks and lengths differ among the published rows too.`,
  trials: (variant) =>
    [1, 2].map((packing) => {
      const label = packing === 1 ? "DCGAN" : `DCGAN, packing ${packing}`;
      return {
        name: label,
        table: "modes",
        label,
        request: {
          model: "dcgan",
          data,
          options: packing === 1 ? options : { ...options, packing },
          rounds: roundsOf(variant, { whole: 16_000, quick: 4000 }),
        },
        ...(variant.rounds === undefined ? {} : { measuring: { samples: SOME } }),
      };
    }),
  tables: [
    {
      name: "modes",
      first: "model",
      columns: [
        { measure: "modes", title: "modes of 1,000", digits: 1 },
        { measure: "reverseKl", title: "KL", digits: 2 },
        { measure: "secondsPerThousand", title: "s per 1,000 rounds", digits: 1 },
      ],
    },
  ],
  published: [
    {
      table: "modes",
      label: "DCGAN",
      values: { modes: "78.9", reverseKl: "4.50" },
      source: "Lin et al. 2018",
    },
    {
      table: "modes",
      label: "VEEGAN",
      values: { modes: "150", reverseKl: "2.95" },
      source: "Srivastava et al. 2017",
    },
    {
      table: "modes",
      label: "PacDCGAN2",
      values: { modes: "1,000", reverseKl: "0.06" },
      source: "Lin et al. 2018",
    },
  ],
  prepare: async (threads) => (await domainClassifier(data, { threads })).close(),
  async measure({ trial, seed, run, threads }) {
    const count = trial.measuring?.samples ?? ALL;
    const judge = await domainClassifier(data, { threads });
    const labels = new Int32Array(count);
    let end = 0;
    await withRun(run, threads, async (opened) => {
      for await (const samples of samplesOf(opened, { count, seed })) {
        const found = await judge.classify(samples);
        labels.set(found, end);
        end += found.length;
      }
    });
    await judge.close();
    return { ...classCoverage(labels, { classes: judge.classes.length }) };
  },
  async illustrate(runOf, trials) {
    const pictures = [];
    for (const { name, label } of trials) {
      const run = runOf(name);
      if (run === undefined) continue;
      const samples = await withRun(run, undefined, (opened) => opened.generate(64, { seed: 0 }));
      const file = `stacked-mnist-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.png`;
      pictures.push({
        file,
        png: encodePng(gridOf(samples, { columns: 16, scale: 2 })),
        caption: `Samples of ${label}`,
        of: [name],
      });
    }
    return pictures;
  },
};
