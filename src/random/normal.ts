// Normals from random words, by Box and Muller: r = sqrt(−2 ln u), (r cos 2πv, r sin 2πv), u and v of 32 bits each.
//
// Logarithm, sine and cosine are evaluated here, by series in double precision from the integer bits (error below
// 1e−11, far under float32's), since ECMAScript leaves the last bits of Math.log and Math.sin to the engine: with
// only + − × ÷ and sqrt, whose results IEEE 754 fixes, a seed means the same numbers in every Node and every
// browser.

/** 2^−k for k of 0 … 32. */
const halvings = Float64Array.from({ length: 33 }, (_, k) => 2 ** -k);

// Coefficients of the series of artanh, sine and cosine: multiplying is faster than dividing.
const [l3, l5, l7, l9, l11, l13, l15] = [1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13, 1 / 15];
const [s3, s5, s7, s9, s11, s13] = [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800];
const [c2, c4, c6, c8, c10, c12] = [-1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600];

/** Writes `count` normals to `out[start …]`, a pair from each pair of `words` (one more word when `count` is odd). */
export function boxMuller<T extends Float32Array | Float64Array>(
  words: Int32Array,
  count: number,
  out: T,
  start: number,
): T {
  for (let i = 0; i < count; i += 2) {
    // u = (word + ½) / 2^32 lies strictly between 0 and 1: mantissa m in [√½, √2), u = m 2^e.
    const word = words[i]! >>> 0;
    const bits = 32 - Math.clz32(word);
    let mantissa = (word + 0.5) * halvings[bits]!;
    let exponent = bits - 32;
    if (mantissa < Math.SQRT1_2) {
      mantissa *= 2;
      exponent -= 1;
    }
    // ln m = 2 artanh s, s = (m − 1) / (m + 1), |s| < 0.172.
    const s = (mantissa - 1) / (mantissa + 1);
    const t = s * s;
    const series = 1 + t * (l3 + t * (l5 + t * (l7 + t * (l9 + t * (l11 + t * (l13 + t * l15))))));
    const radius = Math.sqrt(-2 * (2 * s * series + exponent * Math.LN2));

    // The top two bits of the other word choose the quadrant, the rest the angle from its middle, in ±π/4.
    const turn = words[i + 1]!;
    const angle = ((turn & 0x3fffffff) - 0x1fffffff - 0.5) * (Math.PI / 2 ** 31);
    const q = angle * angle;
    const sine = angle * (1 + q * (s3 + q * (s5 + q * (s7 + q * (s9 + q * (s11 + q * s13))))));
    const cosine = 1 + q * (c2 + q * (c4 + q * (c6 + q * (c8 + q * (c10 + q * c12)))));
    const swap = (turn & 0x40000000) !== 0;
    const first = swap ? sine : cosine;
    const second = swap ? cosine : sine;
    const sign = turn < 0 ? -radius : radius;
    out[start + i] = sign * first;
    // (cos, sin) turned by a quarter is (sin, −cos).
    if (i + 1 < count) out[start + i + 1] = swap ? -sign * second : sign * second;
  }
  return out;
}
