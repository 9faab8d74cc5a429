// Where the lines of a grid of noise lie so that the same share of the noise falls between any two.

/** The outermost lines leave out so much on either side. */
const OUTSIDE = 0.005;

const shares = (count: number) =>
  Array.from({ length: count }, (_, at) => OUTSIDE + ((1 - 2 * OUTSIDE) * at) / (count - 1));

/** Quantiles of N(0, 1) at evenly spaced shares, by Winitzki's (2008) inverse of the error function, to 0.003. */
export function normalQuantiles(count: number): Float32Array {
  return Float32Array.from(shares(count), (share) => {
    const x = 2 * share - 1;
    const a = 0.147;
    const logarithm = Math.log(1 - x * x);
    const first = 2 / (Math.PI * a) + logarithm / 2;
    return Math.SQRT2 * Math.sign(x) * Math.sqrt(Math.sqrt(first * first - logarithm / a) - first);
  });
}

/** Quantiles of some values at evenly spaced shares. */
export function evenQuantiles(values: Float32Array, count: number): Float32Array {
  const sorted = values.slice().sort();
  return Float32Array.from(shares(count), (share) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
  });
}
