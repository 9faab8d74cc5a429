// The exponential and the normal distribution, made of additions, multiplications and divisions alone.
//
// A coder and a decoder must agree on every bit of a probability. JavaScript says exactly what the four operations
// give, and leaves Math.exp to the engine; so these functions are the same on every machine, to the last bit. They are
// accurate to about 1e−14.

/** exp(x): x = k·ln 2 + r with a whole k and |r| ≤ ½ ln 2, and the power series of r. */
export function exponential(x: number): number {
  const k = Math.round(x / Math.LN2);
  if (k < -1000) return 0;
  if (k > 1000) return Number.POSITIVE_INFINITY;
  const r = x - k * Math.LN2;
  let sum = 1;
  for (let n = 14; n > 0; n--) sum = 1 + (sum * r) / n;
  return sum * POWERS_OF_TWO[k + 1000]!;
}

const POWERS_OF_TWO = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2001);
  powers[1000] = 1;
  for (let k = 1; k <= 1000; k++) {
    powers[1000 + k] = powers[999 + k]! * 2;
    powers[1000 - k] = powers[1001 - k]! / 2;
  }
  return powers;
}

/** 1/(1 + exp(−x)). */
export function sigmoid(x: number): number {
  return 1 / (1 + exponential(-x));
}

/** The density of N(0, 1): its factor is 1/√(2π). */
const normalDensity = (x: number): number => 0.3989422804014327 * exponential((-x * x) / 2);

/**
 * The distribution function Φ of N(0, 1). Below 3 it is the series Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …), above
 * Laplace's continued fraction 1 − Φ(x) = φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))) (Abramowitz, Stegun 1964, 26.2.11
 * and 26.2.14).
 */
export function normalDistribution(x: number): number {
  const distance = Math.abs(x);
  const tail = distance < 3 ? 0.5 - centralMass(distance) : tailMass(distance);
  return x < 0 ? tail : 1 - tail;
}

function centralMass(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; term > sum * 1e-17; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return normalDensity(x) * sum;
}

function tailMass(x: number): number {
  let fraction = x;
  for (let n = 60; n > 0; n--) fraction = x + n / fraction;
  return normalDensity(x) / fraction;
}

/** The 1/count, 2/count, … quantiles of N(0, 1), count − 1 of them; count is even. */
export function normalQuantiles(count: number): Float64Array {
  const quantiles = new Float64Array(count - 1);
  const middle = count / 2;
  let x = 0;
  // Outwards from the middle: Φ is convex below 0, so Newton's steps from the right of a root never pass it.
  for (let index = middle - 1; index > 0; index--) {
    for (let step = 1, turn = 0; Math.abs(step) > 1e-15 && turn < 50; turn++) {
      step = (normalDistribution(x) - index / count) / normalDensity(x);
      x -= step;
    }
    quantiles[index - 1] = x;
    quantiles[count - index - 1] = -x;
  }
  return quantiles;
}
