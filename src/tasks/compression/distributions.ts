// Distributions as whole numbers that add up to 2²⁴, the same for coder and decoder to the last bit: made of the
// functions of exact-functions.ts, from parameters on which both agree. No symbol has a frequency of 0, since what
// is unlikely must be codable too: of n symbols each gets 1, and the rest is shared out by a distribution function,
//
//   cumulative(i) = ⌊F(lower end of i)·(2²⁴ − n)⌋ + i

import { exponential, normalDistribution, normalQuantiles, sigmoid } from "./exact-functions.ts";
import { type Distribution, TOTAL } from "./rans.ts";

/** Symbols of given weights, none negative and not all 0. */
export function categorical(weights: ArrayLike<number>): Distribution {
  const symbols = weights.length;
  const cumulative = new Float64Array(symbols + 1);
  let sum = 0;
  for (let symbol = 0; symbol < symbols; symbol++) sum += weights[symbol]!;
  let below = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    cumulative[symbol] = Math.floor((below / sum) * (TOTAL - symbols)) + symbol;
    below += weights[symbol]!;
  }
  cumulative[symbols] = TOTAL;
  return { symbols, cumulative: (symbol) => cumulative[symbol]! };
}

/** 2^bits symbols, all alike. */
export function uniform(bits: number): Distribution {
  const symbols = 2 ** bits;
  return { symbols, cumulative: (symbol) => symbol * (TOTAL / symbols) };
}

/** 0 and 1, where 1 has the probability σ(logit). */
export function bernoulli(logit: number): Distribution {
  const first = Math.floor(sigmoid(-logit) * (TOTAL - 2)) + 1;
  return { symbols: 2, cumulative: (symbol) => (symbol === 0 ? 0 : symbol === 1 ? first : TOTAL) };
}

/** Grey levels of a pixel. */
const LEVELS = 256;

/**
 * The 256 levels of a pixel under a logistic distribution: each has the mass of a bin around it, the lowest and the
 * highest all that lies beyond too, as losses/likelihoods.ts says.
 *
 * @param location of the distribution, where the levels lie from 0 to 1
 */
export function discretisedLogistic(location: number, logScale: number): Distribution {
  const sharpness = exponential(-logScale);
  return {
    symbols: LEVELS,
    cumulative(symbol) {
      if (symbol <= 0) return 0;
      if (symbol >= LEVELS) return TOTAL;
      const end = (symbol - 0.5) / (LEVELS - 1);
      return Math.floor(sigmoid((end - location) * sharpness) * (TOTAL - LEVELS)) + symbol;
    },
  };
}

/**
 * The 256 levels of a pixel under a beta-binomial distribution (losses/beta-binomial.ts): one level's mass is
 * (n − k)(k + α)/((k + 1)(n − k − 1 + β)) of the level's before, n = 255. They are worked out from the likeliest level
 * on, so that none is larger than a number can be; those too small for one are left with what every level gets.
 */
export function betaBinomial(logAlpha: number, logBeta: number): Distribution {
  const [alpha, beta] = [exponential(logAlpha), exponential(logBeta)];
  const last = LEVELS - 1;
  const ratio = (level: number) =>
    ((last - level) * (level + alpha)) / ((level + 1) * (last - level - 1 + beta));
  const masses = new Float64Array(LEVELS);
  const sum = alpha + beta;
  // With α + β of at most 2 the masses have a valley and no hill, and any level is large enough to begin with.
  const top = sum > 2 ? Math.ceil((last * (alpha - 1) + 1 - beta) / (sum - 2)) : 0;
  const start = Math.max(0, Math.min(last, top));
  masses[start] = 1;
  for (let level = start; level < last; level++) masses[level + 1] = masses[level]! * ratio(level);
  for (let level = start; level > 0; level--) masses[level - 1] = masses[level]! / ratio(level - 1);
  return categorical(masses);
}

/** Bits of a number of a code: 2¹⁴ bins of equal mass under N(0, 1). */
export const CODE_BITS = 14;
const BINS = 2 ** CODE_BITS;

let halves: Float64Array | undefined;
/** The quantiles of half bins: those at 2i − 1 are the bins' ends, those at 2i their middles. */
const halfBins = (): Float64Array => {
  halves ??= normalQuantiles(2 * BINS);
  return halves;
};

/** The number that stands for a bin: half of its mass lies below. */
export const middleOfBin = (bin: number): number => halfBins()[2 * bin]!;

/** The bins' masses under another normal distribution. */
export function normalOverBins(mean: number, deviation: number): Distribution {
  const ends = halfBins();
  return {
    symbols: BINS,
    cumulative(bin) {
      if (bin <= 0) return 0;
      if (bin >= BINS) return TOTAL;
      return Math.floor(normalDistribution((ends[2 * bin - 1]! - mean) / deviation) * (TOTAL - BINS)) + bin;
    },
  };
}
