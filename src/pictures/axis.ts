// Axes: the range that shows data best, round numbers to mark on it, and their texts.

export type Scale = "linear" | "log";

/** A range of numbers laid along a stretch of pixels. */
export interface Axis {
  readonly scale: Scale;
  readonly low: number;
  readonly high: number;
  /** Values to mark, and what to write there; "" for a mark without a text. */
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  /** Where between 0 (low) and 1 (high) a value lies. */
  place(value: number): number;
}

/**
 * A linear axis over the range with round steps (1, 2 or 5 times a power of ten).
 * @param about How many marks there should be, more or less.
 * @param leastStep The marks are at least so far apart: 1 where only whole numbers mean something.
 */
export function linearAxis(low: number, high: number, about = 6, leastStep = 0): Axis {
  const [from, to] = widened(low, high);
  const step = Math.max(leastStep, roundStep((to - from) / about));
  const ticks: { value: number; text: string }[] = [];
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  const largest = Math.max(Math.abs(first), Math.abs(last)) * step;
  // Multiples of the step, rather than a running sum, whose errors would show in the texts.
  for (let index = first; index <= last; index++) {
    const value = index === 0 ? 0 : index * step;
    ticks.push({ value, text: tickText(value, step, largest) });
  }
  return { scale: "linear", low: from, high: to, ticks, place: (value) => (value - from) / (to - from) };
}

/**
 * A logarithmic axis; both ends must be positive. Powers of ten are marked, and where there are few of them,
 * numbers between.
 */
export function logAxis(low: number, high: number, about = 6): Axis {
  if (!(low > 0 && high > 0)) throw new RangeError(`a logarithmic axis from ${low} to ${high}`);
  const [from, to] = high > low * (1 + 1e-9) ? [low, high] : [low / 2, high * 2];
  const decades = Math.log10(to / from);
  const place = (value: number) => Math.log(value / from) / Math.log(to / from);
  // Over less than about a decade round powers are too rare: even steps serve better.
  if (decades < 0.9) {
    const ticks = linearAxis(from, to, about).ticks.filter(({ value }) => value >= from && value <= to);
    return { scale: "log", low: from, high: to, ticks, place };
  }
  const every = Math.max(1, Math.ceil(decades / Math.max(2, 1.5 * about)));
  const room = about / decades; // Texts that fit in a decade.
  const between = room > 3.5 ? [2, 3, 5] : room > 1.8 ? [2, 5] : [];
  const ticks: { value: number; text: string }[] = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
    for (const factor of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const value = Number(`${factor}e${power}`);
      if (value < from || value > to || (room < 0.9 && factor > 1)) continue;
      const named = factor === 1 ? power % every === 0 : between.includes(factor);
      ticks.push({ value, text: named ? tickText(value, value, value) : "" });
    }
  }
  return { scale: "log", low: from, high: to, ticks, place };
}

/** The part of values, sorted or not, that lies between two fractions of them (0 to 1). Only finite values count. */
export function quantiles(values: Iterable<number>, low: number, high: number): [number, number] | undefined {
  const sorted = Float64Array.from([...values].filter(Number.isFinite)).sort();
  if (sorted.length === 0) return undefined;
  const at = (fraction: number) => sorted[Math.round(fraction * (sorted.length - 1))]!;
  return [at(low), at(high)];
}

/** The power of ten in a number's scientific notation; the added bit is for logarithms that fall just short. */
function powerOf(value: number): number {
  return Math.floor(Math.log10(value) + 1e-9);
}

function widened(low: number, high: number): [number, number] {
  // Ends that only rounding tells apart are one.
  if (high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  const margin = low === 0 ? 1 : Math.abs(low) / 2;
  return [low - margin, low + margin];
}

function roundStep(step: number): number {
  const power = Math.floor(Math.log10(step));
  const factor = step / 10 ** power;
  // Through text, so that 10 ** -5 is 0.00001 and not something beside it.
  const nearest = factor < Math.sqrt(2) ? 1 : factor < Math.sqrt(10) ? 2 : factor < Math.sqrt(50) ? 5 : 10;
  return Number(`${nearest}e${power}`);
}

/** With the true minus sign, which is as wide as a digit. */
function tickText(value: number, step: number, largest: number): string {
  return digitsOf(value, step, largest).replaceAll("-", "−");
}

function digitsOf(value: number, step: number, largest: number): string {
  if (value === 0) return "0";
  if (largest >= 1e7 || step < 1e-5) {
    const digits = Math.max(0, powerOf(Math.abs(value)) - powerOf(step));
    return value
      .toExponential(Math.min(6, digits))
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  }
  const decimals = Math.max(0, -powerOf(step));
  const [whole = "", fraction] = value.toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
