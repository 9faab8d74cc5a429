/**
 * What generated examples are worth to a classifier that has few labels: trained with and without them. Every generator
 * has seen no more labels than the classifier: it was trained on the same labelled examples, or on all training images
 * without any labels.
 */
import { measureAugmentation } from "../dist/index.js";
import { verdictOf } from "../dist/tasks/augmentation/measure-augmentation.js";
import { valuesOf } from "./figures.js";
import { roundsOf, withRun } from "./reproduction.js";

const data = "fashion-mnist";
const LABELS = [100, 500, 5000];
/** Rounds of each classifier, 128 examples each. */
const CLASSIFIER_ROUNDS = { whole: 1000, quick: 300 };

const sizes = { filters: 16, latent: 32, batch: 64 };

/** @type {readonly { label: string, model: string, options: Record<string, unknown>, unlabelled?: boolean }[]} */
const generators = [
  { label: "conditional-gan on these", model: "conditional-gan", options: sizes },
  { label: "vae on these", model: "vae", options: { ...sizes, architecture: "conv" } },
  {
    label: "vae on all, without labels",
    model: "vae",
    options: { ...sizes, architecture: "conv" },
    unlabelled: true,
  },
];

const roundsFor = (/** @type {import("./reproduction.js").Variant} */ variant) =>
  roundsOf(variant, { whole: 3000, quick: 1000 });

const nameOf = (/** @type {number} */ labels, /** @type {string} */ label) => `${labels} labels, ${label}`;
const inWords = (/** @type {number} */ count) => count.toLocaleString("en-GB");

/** @type {import("./reproduction.js").Reproduction} */
export const augmentation = {
  name: "augment",
  title: "Generated examples beside few labelled ones",
  summary: "whether generated examples help a classifier with 100, 500 and 5,000 labels, on Fashion-MNIST",
  seeds: 3,
  protocol: (variant) =>
    `Fashion-MNIST. Of the 60,000 training images ${LABELS.map(inWords).join(", ")} have labels, as many of each class, others with each seed. Gamelan's small classifier learns from these alone, and from these and as many generated images, in the same ${inWords(roundsOf(variant, CLASSIFIER_ROUNDS))} rounds of batches of 128; what it gets right of the 10,000 test images is compared, seed by seed. Test images touch neither training nor any choice.

No generator has seen more labels than the classifier:

- **conditional-gan on these** was trained on the same labelled images and no others, and generates by class.
- **vae on these** was trained on the same images, without labels. New images of a class are decoded from points on the way between the codes of two labelled images of the class that are near neighbours (\`between\`).
- **vae on all, without labels** was trained on all 60,000 images without labels, and makes images in the same way from the codes of those that have labels. A classifier cannot use unlabelled images otherwise here, so this is what they are worth through a generator.

Generators were trained for ${inWords(roundsFor(variant))} rounds of batches of 64; nothing was tuned. A difference counts where it is farther from 0 than chance explains: than Student's t of 95 % allows with so few seeds.`,
  trials: (variant) =>
    LABELS.flatMap((labels) =>
      generators.map(({ label, model, options, unlabelled }) => ({
        name: nameOf(labels, label),
        table: String(labels),
        label,
        request: {
          model,
          data,
          options,
          ...(unlabelled ? {} : { examples: labels }),
          rounds: roundsFor(variant),
        },
        measuring: {
          labels,
          // To try something out, classifiers are short too.
          rounds: Math.min(roundsOf(variant, CLASSIFIER_ROUNDS), CLASSIFIER_ROUNDS.whole),
        },
      })),
    ),
  tables: LABELS.map((labels) => ({
    name: String(labels),
    title: `${inWords(labels)} labels`,
    first: "generator",
    columns: [
      { measure: "without", title: "real alone", digits: 2, percent: true },
      { measure: "with", title: "with generated", digits: 2, percent: true },
      { measure: "difference", title: "difference", digits: 2, percent: true },
    ],
  })),
  published: [],
  measure: ({ trial, seed, run, threads }) =>
    withRun(run, threads, async (opened) => {
      const { labels = 0, rounds = 0 } = trial.measuring ?? {};
      const found = await measureAugmentation(opened, { labels, rounds, seed, seeds: 1, threads });
      return {
        without: found.without.value,
        with: found.with.value,
        difference: found.difference.value,
      };
    }),
  conclude: (resultsOf) =>
    [
      "## Whether it helps",
      LABELS.flatMap((labels) =>
        generators.map(({ label }) => {
          const verdict = verdictOf(valuesOf(resultsOf(nameOf(labels, label)), "difference"));
          return `- ${inWords(labels)} labels, ${label}: ${IN_WORDS[verdict]}.`;
        }),
      ).join("\n"),
    ].join("\n\n"),
  async illustrate(runOf) {
    const { augment } = await import("../dist/index.js");
    const { gridOf } = await import("../dist/pictures/grid.js");
    const { encodePng } = await import("../dist/pictures/png.js");
    const pictures = [];
    for (const { label } of generators) {
      const run = runOf(nameOf(500, label));
      if (run === undefined) continue;
      const set = await withRun(run, undefined, (opened) => augment(opened, { labels: 500, count: 160 }));
      const { train, shape } = set.dataset;
      const size = shape.reduce((product, extent) => product * extent, 1);
      const grid = gridOf({ shape: [160, ...shape], data: train.values.slice(-160 * size) }, { columns: 16 });
      const file = `augment-${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.png`;
      pictures.push({
        file,
        png: encodePng(grid),
        caption: `Generated with 500 labels by ${label}; a row for each class.`,
        of: [nameOf(500, label)],
      });
    }
    return pictures;
  },
};

/** @type {Record<ReturnType<typeof verdictOf>, string>} */
const IN_WORDS = {
  helps: "generated examples help",
  harms: "generated examples do not help; they make the classifier worse",
  "makes no difference": "generated examples do not help; the difference is no more than chance explains",
  unknown: "one seed does not tell",
};
