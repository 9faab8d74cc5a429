// Asymmetric numeral systems (Duda 2009, 2013), in the range form: a message is a number, and a symbol of the
// frequency f that begins at c among M is put onto it and taken off again by
//
//   put   x ← M·⌊x/f⌋ + c + x mod f          take   x ← f·⌊x/M⌋ + x mod M − c
//
// so that a symbol costs log₂(M/f) bits, and the last symbol put is the first taken: a message is a stack. Frequencies
// count 2²⁴ (M), and none is 0. The state x has from 32 to 48 bits: what it has too much goes to a stack of 16-bit
// words. Such numbers, their products and whole quotients are exact in the float64 that JavaScript has.

import { UserError } from "../../errors.ts";

/** Bits of a frequency; the frequencies of a distribution's symbols add up to TOTAL. */
export const PRECISION = 24;
export const TOTAL = 2 ** PRECISION;

const LOWEST = 2 ** 32;
const WORD = 2 ** 16;
/** 16-bit words of the state in the coded bytes. */
const STATE_WORDS = 3;

/** Symbols 0, 1, … and where each begins among 2²⁴. */
export interface Distribution {
  /** How many. */
  readonly symbols: number;
  /** The frequencies of all symbols before this one: 0 for the first, 2²⁴ for `symbols`, rising with each. */
  readonly cumulative: (symbol: number) => number;
}

/**
 * A message that symbols are put onto and taken off, the last one first.
 *
 * @example
 * const message = new AnsStack();
 * message.push(coin, 1);
 * const bytes = message.bytes();
 * AnsStack.of(bytes).pop(coin); // 1
 */
export class AnsStack {
  private state: number;
  private words = new Uint16Array(64);
  private length = 0;
  private readonly source: (() => number) | undefined;

  /** @param source 16-bit words to begin from, drawn as they are needed; without it the message is empty at first */
  constructor(source?: () => number) {
    this.source = source;
    this.state = source === undefined ? LOWEST : LOWEST + source() * WORD + source();
  }

  /**
   * A message as `bytes` gave it.
   *
   * @throws UserError for bytes that are none
   */
  static of(bytes: Uint8Array): AnsStack {
    const stack = new AnsStack();
    const count = bytes.length / 2 - STATE_WORDS;
    const word = (index: number) => bytes[2 * index]! + 256 * bytes[2 * index + 1]!;
    if (Number.isInteger(count) && count >= 0) {
      stack.words = Uint16Array.from({ length: count }, (_, index) => word(index));
      stack.length = count;
      stack.state = (word(count) * WORD + word(count + 1)) * WORD + word(count + 2);
      if (stack.state >= LOWEST) return stack;
    }
    throw new UserError("its coded bytes are no message");
  }

  /** Puts a symbol on the message. */
  push({ cumulative }: Distribution, symbol: number): void {
    const start = cumulative(symbol);
    const frequency = cumulative(symbol + 1) - start;
    if (!(frequency > 0)) throw new RangeError(`symbol ${symbol} has the frequency ${frequency}`);
    while (this.state >= frequency * (LOWEST / TOTAL) * WORD) {
      const rest = Math.floor(this.state / WORD);
      this.pushWord(this.state - rest * WORD);
      this.state = rest;
    }
    const quotient = Math.floor(this.state / frequency);
    this.state = quotient * TOTAL + start + (this.state - quotient * frequency);
  }

  /**
   * Takes the last symbol off.
   *
   * @throws UserError where the message has come to its end
   */
  pop({ symbols, cumulative }: Distribution): number {
    const rest = Math.floor(this.state / TOTAL);
    const slot = this.state - rest * TOTAL;
    let symbol = 0;
    let start = 0;
    let end = TOTAL;
    for (let above = symbols; above - symbol > 1; ) {
      const middle = (symbol + above) >>> 1;
      const at = cumulative(middle);
      if (at <= slot) [symbol, start] = [middle, at];
      else [above, end] = [middle, at];
    }
    this.state = rest * (end - start) + slot - start;
    while (this.state < LOWEST) this.state = this.state * WORD + this.popWord();
    return symbol;
  }

  /** Whether the message is as empty as a new one. */
  get isEmpty(): boolean {
    return this.length === 0 && this.state === LOWEST;
  }

  /** The message as it stands: its words, then its state. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(2 * (this.length + STATE_WORDS));
    const put = (index: number, word: number) => {
      bytes[2 * index] = word % 256;
      bytes[2 * index + 1] = Math.floor(word / 256) % 256;
    };
    for (let index = 0; index < this.length; index++) put(index, this.words[index]!);
    put(this.length, Math.floor(this.state / WORD ** 2));
    put(this.length + 1, Math.floor(this.state / WORD) % WORD);
    put(this.length + 2, this.state % WORD);
    return bytes;
  }

  private pushWord(word: number): void {
    if (this.length === this.words.length) {
      const longer = new Uint16Array(Math.max(64, 2 * this.length));
      longer.set(this.words);
      this.words = longer;
    }
    this.words[this.length++] = word;
  }

  private popWord(): number {
    if (this.length > 0) return this.words[--this.length]!;
    if (this.source !== undefined) return this.source();
    throw new UserError("its coded bytes end too early");
  }
}
