// The rows of codes that gamelan interpolate shows: ways between examples or noise, attributes added, single numbers
// moved.

import { UserError } from "../errors.ts";
import type { Path } from "../tasks/interpolate.ts";
import type { LatentSpace } from "../tasks/latent-space.ts";
import type { OpenRun } from "../training/open.ts";
import { examplesFor, type InputExamples, type InputOptions } from "./input-examples.ts";

export interface RowOptions extends InputOptions {
  readonly from?: string;
  readonly to?: string[];
  readonly samples?: number;
  readonly steps?: number;
  readonly path?: Path;
  readonly seed?: number;
  /** A class that is generated, by name or number. */
  readonly label?: string;
  readonly attribute?: string;
  readonly strength?: number;
  readonly dimensions?: number[];
  readonly rows?: number;
}

export const ROWS = 8;
/** Training examples that an attribute, or the range of a code, is learnt from. */
const LEARNT = 10_000;
/** How far a dimension is moved, in deviations. */
export const REACH = 3;

/** An option that some ways of making rows take and others do not. */
type Particular = Exclude<keyof RowOptions, "steps" | "attribute">;

/** The ways in which rows are made, in words, with the options that each takes besides those that all take. */
const MODES = {
  noise: { words: "between draws of noise", takes: ["samples", "path", "seed", "label"] },
  examples: { words: "between examples", takes: ["input", "split", "from", "to", "samples", "path"] },
  attribute: { words: "with --attribute", takes: ["input", "split", "from", "to", "strength", "rows"] },
  codes: { words: "with --traverse", takes: ["input", "split", "from", "dimensions", "rows"] },
  noiseNumbers: {
    words: "with --traverse of a model that does not encode",
    takes: ["seed", "label", "dimensions", "rows"],
  },
} as const satisfies Readonly<Record<string, { words: string; takes: readonly Particular[] }>>;

/** @throws UserError for an option that was given and has no part in how these rows are made */
function refuseUnused(options: RowOptions, mode: keyof typeof MODES): void {
  const all = Object.values(MODES).map(({ words, takes }) => ({
    words,
    takes: takes as readonly Particular[],
  }));
  const { words, takes }: { words: string; takes: readonly Particular[] } = MODES[mode];
  for (const name of new Set(all.flatMap((each) => each.takes))) {
    if (options[name] === undefined || takes.includes(name)) continue;
    const where = all.flatMap((each) => (each.takes.includes(name) ? [each.words] : []));
    throw new UserError(`--${name} has no effect ${words}, only ${where.join(" or ")}; leave it out`);
  }
}

/** Codes to show: rows of `steps` each. */
export interface Shown {
  readonly space: LatentSpace;
  readonly codes: Float32Array;
  /** What they are, for people. */
  readonly words: string;
  readonly result: Readonly<Record<string, unknown>>;
}

type Asked = RowOptions & { readonly steps: number };

/** Ways between examples, or between draws of noise. */
export async function between(run: OpenRun, options: Asked): Promise<Shown> {
  const { interpolate } = await import("../tasks/interpolate.ts");
  const { codeSpace, codesAreNoise, noiseSpace } = await import("../tasks/latent-space.ts");
  const { steps, seed = 0, samples = 2 } = options;
  if ((options.from === undefined) !== (options.to === undefined))
    throw new UserError("a way has two ends: give both --from and --to, or neither");
  const asksExamples = [options.from, options.input, options.split].some((value) => value !== undefined);
  const label = asksExamples ? 0 : await labelOf(run, options);
  const noise = asksExamples ? undefined : noiseSpace(run, label);
  if (noise !== undefined) {
    refuseUnused(options, "noise");
    const path = options.path ?? "spherical";
    const [draws] = run.noise(samples, { seed, ...(run.classes === undefined ? {} : { label }) });
    const codes = interpolate(draws as Float32Array, { dimensions: noise.dimensions, steps, path });
    return {
      space: noise,
      codes,
      words: `${path} between ${samples} draws of noise, seed ${seed}`,
      result: { between: "noise", samples, seed, path },
    };
  }
  const space = codeSpace(run) ?? cannot(run, asksExamples);
  refuseUnused(options, "examples");
  const path = options.path ?? ((await codesAreNoise(run)) ? "spherical" : "straight");
  const { codes: ends, words } = await encodedEnds(run, options, samples);
  return {
    space,
    codes: interpolate(ends, { dimensions: space.dimensions, steps, path }),
    words: `${path} between ${words}`,
    result: { between: "examples", samples: ends.length / space.dimensions, path },
  };
}

/** Examples with more and more of a class. */
export async function attributed(run: OpenRun, options: Asked): Promise<Shown> {
  const { addDirection, attributeDirection } = await import("../tasks/attribute-direction.ts");
  const { codeSpace, encodeSplit } = await import("../tasks/latent-space.ts");
  const { steps, attribute = "", strength = 1 } = options;
  const space = codeSpace(run) ?? cannot(run, true);
  refuseUnused(options, "attribute");
  if (options.from !== undefined && options.rows !== undefined)
    throw new UserError("--rows has no effect where --from and --to name the examples; leave it out");
  const data = await run.data();
  const { classes } = data;
  if (classes === undefined) throw new UserError(`${data.name} has no labels, and an attribute is one`);
  const named = classes.indexOf(attribute);
  const label = named < 0 && /^\d+$/.test(attribute) ? Number(attribute) : named;
  if (classes[label] === undefined)
    throw new UserError(`--attribute is one of ${classes.join(", ")}, not "${attribute}"`);
  const { codes: learnt, labels } = await encodeSplit(run, data.train, LEARNT);
  const direction = attributeDirection(learnt, labels!, { dimensions: space.dimensions, label });
  const { codes, words } = await encodedEnds(run, options, options.rows ?? ROWS);
  const factors = Array.from({ length: steps }, (_, step) => (strength * step) / (steps - 1));
  return {
    space,
    codes: addDirection(codes, direction, factors),
    words: `"${classes[label]}" added up to ${strength} times to ${words}`,
    result: { attribute: classes[label], strength, samples: codes.length / space.dimensions },
  };
}

/** One number of a code a row. */
export async function traversed(run: OpenRun, options: Asked): Promise<Shown> {
  const { evenValues, mostActive, traverse } = await import("../tasks/traverse.ts");
  const { codeSpace, encodeSplit, noiseSpace } = await import("../tasks/latent-space.ts");
  const { steps, seed = 0, rows = ROWS } = options;
  const values = evenValues(steps, REACH);
  const codes = codeSpace(run);
  const label = codes === undefined ? await labelOf(run, options) : 0;
  const space =
    codes ?? (options.from === undefined ? noiseSpace(run, label) : undefined) ?? cannot(run, true);
  refuseUnused(options, codes === undefined ? "noiseNumbers" : "codes");
  if (options.from === undefined && (options.input ?? options.split) !== undefined)
    throw new UserError(
      "--input and --split have no effect on the mean code, which --traverse moves unless --from names an example",
    );
  const { dimensions } = space;
  let [code, mean, variance]: ArrayLike<number>[] = [];
  if (codes === undefined) {
    [code] = run.noise(1, { seed, ...(run.classes === undefined ? {} : { label }) });
    mean = new Float32Array(dimensions);
    variance = new Float32Array(dimensions).fill(1);
  } else {
    const { axisMoments } = await import("../metrics/moments.ts");
    const moments = axisMoments((await encodeSplit(run, (await run.data()).train, LEARNT)).codes, dimensions);
    ({ mean, variance } = moments);
    code = options.from === undefined ? mean : (await encodedEnds(run, options, 1)).codes;
  }
  const axes = options.dimensions ?? mostActive(variance!, Math.min(rows, dimensions));
  return {
    space,
    codes: traverse(Float32Array.from(code!), {
      axes,
      mean: mean!,
      deviation: Array.from(variance!, Math.sqrt),
      values,
    }),
    words: `from −${REACH} to ${REACH} deviations of ${codes === undefined ? "the noise" : "the code"}'s numbers ${axes.join(", ")}`,
    result: { traverse: axes, reach: REACH },
  };
}

/** The class of what is generated; the first unless told. */
async function labelOf(run: OpenRun, { label }: RowOptions): Promise<number> {
  if (label === undefined) return 0;
  const { generatedClass } = await import("./generated-class.ts");
  return generatedClass(label, run);
}

/** The codes of the examples asked for: --from, and each --to; else so many, spread evenly over the split. */
async function encodedEnds(
  run: OpenRun,
  options: Asked,
  count: number,
): Promise<{ readonly codes: Float32Array; readonly words: string }> {
  const { takeEvenly, floatsOf } = await import("./examples.ts");
  const named = [...(options.from === undefined ? [] : [options.from]), ...(options.to ?? [])];
  if (named.length === 0) {
    const { examples, words } = await examplesFor(run, options);
    const taken = takeEvenly(examples, run.shape, Math.min(count, examples.count));
    const { data } = await run.encode(floatsOf(taken.values));
    return { codes: data, words: `${taken.count} examples of ${words}` };
  }
  let split: InputExamples | undefined;
  const ends: Float32Array[] = [];
  for (const text of named) {
    if (/^\d+$/.test(text)) {
      split ??= await examplesFor(run, options);
      ends.push(await exampleAt(run, split, Number(text)));
    } else {
      const { examples } = await examplesFor(run, { input: text });
      if (examples.count !== 1)
        throw new UserError(
          `${text} holds ${examples.count} examples; give one image file, or a place in the split`,
        );
      ends.push(floatsOf(examples.values));
    }
  }
  const all = new Float32Array(ends.length * ends[0]!.length);
  ends.forEach((end, index) => {
    all.set(end, index * end.length);
  });
  return { codes: (await run.encode(all)).data, words: `examples ${named.join(", ")}` };
}

async function exampleAt(
  run: OpenRun,
  { examples, words }: InputExamples,
  place: number,
): Promise<Float32Array> {
  const { exampleValues } = await import("../training/samples.ts");
  if (place >= examples.count)
    throw new UserError(`the examples of ${words} are 0 to ${examples.count - 1}; there is no ${place}`);
  return exampleValues(examples, run.shape, place + 1, place);
}

function cannot(run: OpenRun, examples: boolean): never {
  const what = examples ? "does not encode and decode" : "neither generates nor encodes and decodes";
  throw new UserError(
    `${run.description.model} ${what}, so nothing lies between; it has ${run.roles.join(", ")}`,
  );
}
