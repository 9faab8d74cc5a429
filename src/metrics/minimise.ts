// The minimum of a smooth convex function in float64, by L-BFGS (Liu, Nocedal 1989, "On the limited memory BFGS method
// for large scale optimization"): the direction −H g, where H, an estimate of the inverse second derivative, follows
// from the last few steps and the changes of slope that they brought. A step is halved until it goes down enough;
// next to the minimum, where values differ by less than their rounding, slopes say so (Hager, Zhang 2005, "A new
// conjugate gradient method with guaranteed descent and an efficient line search").

/** How many steps are remembered. */
const REMEMBERED = 10;
/** The part of the descent promised by the slope that a step must bring. */
const DESCENT = 1e-4;
/** By what part of itself a value may be off through rounding, generously. */
const ROUNDING = 1e-10;

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly steps: number;
  /** Whether no slope is larger than asked for. */
  readonly converged: boolean;
}

/**
 * Goes down from `start` until no slope is larger than `slope`, no step goes down any more, or after `steps` steps.
 *
 * @param evaluate returns the function's value at a point and writes its slopes there into its second argument
 * @example
 * const parabola = (point: Float64Array, slopes: Float64Array) => {
 *   slopes[0] = 2 * (point[0]! - 3);
 *   return (point[0]! - 3) ** 2;
 * };
 * minimise(parabola, Float64Array.of(0), { slope: 1e-9, steps: 100 }).point; // 3
 */
export function minimise(
  evaluate: (point: Float64Array, slopes: Float64Array) => number,
  start: Float64Array,
  {
    slope,
    steps: most,
    onStep,
  }: { readonly slope: number; readonly steps: number; readonly onStep?: (steps: number) => void },
): Minimum {
  let point = start;
  let slopes = new Float64Array(start.length);
  let value = evaluate(point, slopes);
  const memory: { readonly step: Float64Array; readonly change: Float64Array; readonly product: number }[] =
    [];
  const largest = () => slopes.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  let steps = 0;
  while (largest() > slope && steps < most) {
    const direction = slopes.map((one) => -one);
    const factors: number[] = [];
    for (const { step, change, product } of memory.toReversed()) {
      const factor = dot(step, direction) / product;
      factors.push(factor);
      add(direction, -factor, change);
    }
    const last = memory.at(-1);
    // The first step goes as far as 1; later ones know the scale.
    const scale = last ? last.product / dot(last.change, last.change) : 1 / Math.sqrt(dot(slopes, slopes));
    for (let index = 0; index < direction.length; index++) direction[index]! *= scale;
    for (const { step, change, product } of memory)
      add(direction, factors.pop()! - dot(change, direction) / product, step);
    const descent = dot(slopes, direction);
    let length = 1;
    const next = new Float64Array(start.length);
    const nextSlopes = new Float64Array(start.length);
    let nextValue = Number.POSITIVE_INFINITY;
    for (; length > 1e-12; length /= 2) {
      next.set(point);
      add(next, length, direction);
      nextValue = evaluate(next, nextSlopes);
      if (nextValue <= value + DESCENT * length * descent) break;
      const level = nextValue <= value + ROUNDING * Math.abs(value);
      if (level && dot(nextSlopes, direction) <= (2 * DESCENT - 1) * descent) break;
    }
    if (length <= 1e-12) break;
    const step = next.map((one, index) => one - point[index]!);
    const change = nextSlopes.map((one, index) => one - slopes[index]!);
    const product = dot(step, change);
    if (product > 0) memory.push({ step, change, product });
    if (memory.length > REMEMBERED) memory.shift();
    [point, slopes, value] = [next, nextSlopes, nextValue];
    steps++;
    onStep?.(steps);
  }
  return { point, value, steps, converged: largest() <= slope };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

/** a ← a + factor · b. */
function add(a: Float64Array, factor: number, b: Float64Array): void {
  for (let index = 0; index < a.length; index++) a[index]! += factor * b[index]!;
}
