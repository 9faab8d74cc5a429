// Which trials a sweep consists of, and how long each is trained.
//
//   grid      every combination of the values (the last option changes fastest)
//   random    drawn evenly from the lists and ranges (Bergstra and Bengio 2012); a combination is taken once
//   halving   the same draws; all are trained a little, then the best one in η goes on η times as long, and so on
//             (Jamieson and Talwalkar 2016). With n trials and length R, s = ⌊log_η n⌋: rung r = 0 … s has ⌊n/η^r⌋
//             trials of length R·η^(r − s).
//
// Draw i is a function of the spec's seed, the option's name and i: more trials begin with the same ones.

import { UserError } from "../errors.ts";
import type { DataSpecification, Model } from "../game/model.ts";
import { idleOptions } from "../models/effects.ts";
import { checkOptions, describeOptions } from "../models/settings.ts";
import { randomStream } from "../random/index.ts";
import { type CompleteSpec, isRange, type Range } from "./spec.ts";

/** One choice of values for the searched options. */
export interface Trial {
  /** From 1 on. */
  readonly number: number;
  /** The searched options only. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A trial with what its runs are given. */
export interface PlayedTrial extends Trial {
  /** All options of the model that change something, those among them that the trials share. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Trials that are trained to the same length and compared. */
export interface Rung {
  readonly trials: number;
  /** In epochs or rounds, from the beginning. */
  readonly length: number;
}

/** Draws that may repeat earlier ones before the space counts as used up. */
const MOST_REPEATED = 1000;

/**
 * The trials of a sweep; fewer than asked for where there are no more combinations.
 *
 * @throws UserError where the model does not take an option or a value
 */
export function trialsOf(spec: CompleteSpec, model: Model): Trial[] {
  const whole = new Set(
    describeOptions(model).flatMap(({ name, type }) => (type === "whole number" ? [name] : [])),
  );
  for (const [name, values] of Object.entries(spec.search)) {
    if (!isRange(values) || !whole.has(name)) continue;
    if (!Number.isInteger(values.from) || !Number.isInteger(values.to))
      throw new UserError(`${name} of ${model.name} is a whole number; so must from and to of its range be`);
  }
  const combinations =
    spec.strategy === "grid" ? gridOf(spec, whole) : drawn(spec, whole, Math.max(1, spec.trials ?? 1));
  return combinations.map((options, index) => {
    checkOptions(model, { ...spec.options, ...options });
    return { number: index + 1, options };
  });
}

/**
 * The trials without options that change nothing, such as the widths of dense layers where a trial is convolutional.
 * Of a grid's trials that are one training then only the first is left; the others keep their numbers, by which a
 * sweep is gone on with.
 *
 * @param kind of the data
 */
export function playedTrials(
  spec: CompleteSpec,
  trials: readonly Trial[],
  { model, kind }: { readonly model: Model; readonly kind: Kind },
): PlayedTrial[] {
  const played = trials.map(({ number, options }) => {
    const given = { ...spec.options, ...options };
    const idle = idleOptions(model, given, kind);
    const without = (all: Options) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => !idle.has(name)));
    return { number, options: without(options), settings: without(given) };
  });
  if (spec.strategy !== "grid") return played;
  const seen = new Set<string>();
  return played.filter(({ settings }) => {
    const key = JSON.stringify(settings);
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * That each option of a sweep changes something in some of its trials.
 *
 * @param kind of the data
 * @throws UserError naming one that does not
 */
export function refuseIdleInAll(
  spec: CompleteSpec,
  trials: readonly Trial[],
  { model, kind }: { readonly model: Model; readonly kind: Kind },
): void {
  const of = trials.map(({ options }) => idleOptions(model, { ...spec.options, ...options }, kind));
  for (const name of [...Object.keys(spec.options), ...Object.keys(spec.search)]) {
    const reason = of[0]?.get(name);
    if (reason !== undefined && of.every((idle) => idle.has(name)))
      throw new UserError(`${name} of ${model.name} ${reason}`);
  }
}

/** The rungs of a sweep of so many trials: one, unless it halves. */
export function rungsOf(spec: CompleteSpec, trials: number): Rung[] {
  const length = (spec.epochs ?? spec.rounds)!;
  if (spec.strategy !== "halving") return [{ trials, length }];
  const { eta, shortest = spec.rounds === undefined ? 0 : 1 } = spec;
  let last = 0;
  while (eta ** (last + 1) <= trials && length / eta ** (last + 1) >= shortest) last++;
  return Array.from({ length: last + 1 }, (_, rung) => {
    const part = length / eta ** (last - rung);
    return {
      trials: Math.floor(trials / eta ** rung),
      length: spec.rounds === undefined ? part : Math.round(part),
    };
  });
}

type Options = Readonly<Record<string, unknown>>;
type Kind = DataSpecification["kind"];

function gridOf({ search }: CompleteSpec, whole: ReadonlySet<string>): Options[] {
  return Object.entries(search).reduce<Options[]>(
    (combinations, [name, values]) => {
      const points = isRange(values) ? pointsOf(values, whole.has(name)) : values;
      return combinations.flatMap((options) => points.map((value) => ({ ...options, [name]: value })));
    },
    [{}],
  );
}

/** Values at even distances; of whole numbers each once. */
function pointsOf(range: Range, whole: boolean): number[] {
  const steps = range.steps!;
  const points = Array.from({ length: steps }, (_, index) => within(range, index / (steps - 1), whole, 12));
  return [...new Set(points)];
}

function drawn({ search, seed }: CompleteSpec, whole: ReadonlySet<string>, count: number): Options[] {
  const options = Object.entries(search).map(([name, values]) => ({
    name,
    values,
    stream: randomStream(seed, `sweep/${name}`),
  }));
  const found = new Map<string, Options>();
  let repeated = 0;
  for (let draw = 0; found.size < count && repeated < MOST_REPEATED; draw++) {
    const drawnOptions = Object.fromEntries(
      options.map(({ name, values, stream }) => {
        if (!isRange(values)) {
          return [name, values[stream.integers(draw, values.length, new Int32Array(1))[0]!]];
        }
        const place = stream.uniform(draw, new Float32Array(1))[0]!;
        if (!whole.has(name)) return [name, within(values, place, false, 4)];
        // Half a step more at both ends, so that the first and the last number are drawn as often as others.
        const { from, to } = values;
        const number = within({ ...values, from: from - 0.5, to: to + 0.5 }, place, true, 4);
        return [name, Math.min(to, Math.max(from, number))];
      }),
    );
    const key = JSON.stringify(drawnOptions);
    if (found.has(key)) repeated++;
    else {
      found.set(key, drawnOptions);
      repeated = 0;
    }
  }
  return [...found.values()];
}

/** The value at a place from 0 to 1 of a range, with so many digits that it can be read and typed. */
function within({ from, to, scale }: Range, place: number, whole: boolean, digits: number): number {
  const value = scale === "log" ? from * (to / from) ** place : from + (to - from) * place;
  const rounded = whole ? Math.round(value) : Number(value.toPrecision(digits));
  return Math.min(to, Math.max(from, rounded));
}
