// Threefry-2x32 with 20 rounds: a keyed bijection of 64-bit counters whose output is statistically random.
//
// Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). The key schedule has a
// third word, k2 = k0 ^ k1 ^ 0x1BD11BDA; every four rounds of add, rotate, exclusive-or a pair of key words and
// the number of the injection are added. The tests hold the published known answers of Random123.
//
// The cipher is written out once, as a loop over many counters into a caller's array: nothing is allocated, all
// arithmetic is int32, and V8 turns the shifts into single rotate instructions. Each iteration enciphers two
// counters side by side, because one alone is a chain of dependent instructions that leaves the core half idle.

/** The two 32-bit words of a key, as int32. */
export interface Key {
  readonly low: number;
  readonly high: number;
}

const parity = 0x1bd11bda;

/**
 * Writes `blocks` blocks of two words to `out`: block i is Threefry of the counter (`counter` + i, `tweak`).
 * `out` must have room for two words more than asked for when `blocks` is odd.
 */
export function encipher(key: Key, counter: number, tweak: number, out: Int32Array, blocks: number): void {
  const k0 = key.low | 0;
  const k1 = key.high | 0;
  const k2 = k0 ^ k1 ^ parity;
  const start1 = (tweak + k1) | 0;
  for (let block = 0; block < blocks; block += 2) {
    let a = (counter + block + k0) | 0;
    let b = start1;
    let c = (counter + block + 1 + k0) | 0;
    let d = start1;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    c = (c + d) | 0;
    d = ((d << 13) | (d >>> 19)) ^ c;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    c = (c + d) | 0;
    d = ((d << 15) | (d >>> 17)) ^ c;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    c = (c + d) | 0;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    c = (c + d) | 0;
    d = ((d << 6) | (d >>> 26)) ^ c;
    a = (a + k1) | 0;
    b = (b + k2 + 1) | 0;
    c = (c + k1) | 0;
    d = (d + k2 + 1) | 0;
    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    c = (c + d) | 0;
    d = ((d << 17) | (d >>> 15)) ^ c;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    c = (c + d) | 0;
    d = ((d << 29) | (d >>> 3)) ^ c;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    c = (c + d) | 0;
    d = ((d << 16) | (d >>> 16)) ^ c;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    c = (c + d) | 0;
    d = ((d << 24) | (d >>> 8)) ^ c;
    a = (a + k2) | 0;
    b = (b + k0 + 2) | 0;
    c = (c + k2) | 0;
    d = (d + k0 + 2) | 0;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    c = (c + d) | 0;
    d = ((d << 13) | (d >>> 19)) ^ c;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    c = (c + d) | 0;
    d = ((d << 15) | (d >>> 17)) ^ c;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    c = (c + d) | 0;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    c = (c + d) | 0;
    d = ((d << 6) | (d >>> 26)) ^ c;
    a = (a + k0) | 0;
    b = (b + k1 + 3) | 0;
    c = (c + k0) | 0;
    d = (d + k1 + 3) | 0;
    a = (a + b) | 0;
    b = ((b << 17) | (b >>> 15)) ^ a;
    c = (c + d) | 0;
    d = ((d << 17) | (d >>> 15)) ^ c;
    a = (a + b) | 0;
    b = ((b << 29) | (b >>> 3)) ^ a;
    c = (c + d) | 0;
    d = ((d << 29) | (d >>> 3)) ^ c;
    a = (a + b) | 0;
    b = ((b << 16) | (b >>> 16)) ^ a;
    c = (c + d) | 0;
    d = ((d << 16) | (d >>> 16)) ^ c;
    a = (a + b) | 0;
    b = ((b << 24) | (b >>> 8)) ^ a;
    c = (c + d) | 0;
    d = ((d << 24) | (d >>> 8)) ^ c;
    a = (a + k1) | 0;
    b = (b + k2 + 4) | 0;
    c = (c + k1) | 0;
    d = (d + k2 + 4) | 0;
    a = (a + b) | 0;
    b = ((b << 13) | (b >>> 19)) ^ a;
    c = (c + d) | 0;
    d = ((d << 13) | (d >>> 19)) ^ c;
    a = (a + b) | 0;
    b = ((b << 15) | (b >>> 17)) ^ a;
    c = (c + d) | 0;
    d = ((d << 15) | (d >>> 17)) ^ c;
    a = (a + b) | 0;
    b = ((b << 26) | (b >>> 6)) ^ a;
    c = (c + d) | 0;
    d = ((d << 26) | (d >>> 6)) ^ c;
    a = (a + b) | 0;
    b = ((b << 6) | (b >>> 26)) ^ a;
    c = (c + d) | 0;
    d = ((d << 6) | (d >>> 26)) ^ c;
    a = (a + k2) | 0;
    b = (b + k0 + 5) | 0;
    c = (c + k2) | 0;
    d = (d + k0 + 5) | 0;
    const at = block * 2;
    out[at] = a;
    out[at + 1] = b;
    out[at + 2] = c;
    out[at + 3] = d;
  }
}

/** One block: the two words of the counter (`low`, `high`) under `key`, as a new key. */
export function encipherOne(key: Key, low: number, high: number): Key {
  const words = new Int32Array(4);
  encipher(key, low | 0, high | 0, words, 1);
  return { low: words[0]!, high: words[1]! };
}
