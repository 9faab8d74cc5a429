import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../errors.ts";
import { randomStream } from "../../random/index.ts";
import { categorical, uniform } from "./distributions.ts";
import { AnsStack, type Distribution, TOTAL } from "./rans.ts";

const frequencies = ({ symbols, cumulative }: Distribution) =>
  Array.from({ length: symbols }, (_, symbol) => cumulative(symbol + 1) - cumulative(symbol));

/** Bits that symbols are worth. */
const information = (steps: readonly (readonly [Distribution, number])[]) =>
  steps.reduce((bits, [distribution, symbol]) => {
    return bits + Math.log2(TOTAL / frequencies(distribution)[symbol]!);
  }, 0);

/** A distribution and one of its symbols; the weights differ by many orders of magnitude. */
const step = fc
  .array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 1, maxLength: 300 })
  .chain((logWeights) =>
    fc.tuple(
      fc.constant(categorical(logWeights.map((logWeight) => 2 ** logWeight))),
      fc.nat(logWeights.length - 1),
    ),
  );

describe("a message", () => {
  test("gives back what was put on it, the last first, and is empty then", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const message = new AnsStack();
        for (const [distribution, symbol] of steps) message.push(distribution, symbol);
        const read = AnsStack.of(message.bytes());
        for (const [distribution, symbol] of steps.toReversed()) expect(read.pop(distribution)).toBe(symbol);
        expect(read.isEmpty).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("is as long as its symbols are worth, and 48 bits", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const message = new AnsStack();
        for (const [distribution, symbol] of steps) message.push(distribution, symbol);
        const bits = 8 * message.bytes().length;
        expect(bits - information(steps)).toBeLessThan(48.1);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test("of many symbols is as long as their entropy, and 48 bits", () => {
    for (const weights of [[0.999, 0.001], [0.5, 0.25, 0.25], Array.from({ length: 256 }, (_, i) => i + 1)]) {
      const distribution = categorical(weights);
      const drawn = frequencies(distribution);
      const probabilities = drawn.map((frequency) => frequency / TOTAL);
      const entropy = probabilities.reduce((bits, p) => bits - p * Math.log2(p), 0);
      // Each symbol as often as its probability says, in a drawn order.
      const symbols = probabilities.flatMap((p, symbol) =>
        Array<number>(Math.round(50_000 * p)).fill(symbol),
      );
      const message = new AnsStack();
      for (const index of randomStream(1, "order").permutation(0, symbols.length))
        message.push(distribution, symbols[index]!);
      expect(8 * message.bytes().length - entropy * symbols.length).toBeLessThan(50);
    }
  });

  test("lends bits and takes them back: what is popped can be pushed again", () => {
    const drawn = [1, 2, 3, 65_535, 5, 6, 7, 8];
    let used = 0;
    const message = new AnsStack(() => drawn[used++]!);
    const before = message.bytes();
    const distributions = [uniform(14), categorical([3, 1, 9]), uniform(14), uniform(14)];
    const symbols = distributions.map((distribution) => message.pop(distribution));
    expect(used).toBeGreaterThan(2);
    for (const [index, symbol] of [...symbols.entries()].reverse())
      message.push(distributions[index]!, symbol);
    // The words that were drawn lie on the message now, below the same state.
    const after = message.bytes();
    expect(after.slice(-6)).toEqual(before);
    const words = new Uint16Array(after.slice(0, -6).buffer);
    expect([...words]).toEqual(drawn.slice(2, used).reverse());
  });

  test("that ends too early, or is none, is refused", () => {
    const message = new AnsStack();
    for (let symbol = 0; symbol < 20; symbol++) message.push(uniform(14), 700 * symbol);
    const short = AnsStack.of(message.bytes().slice(10));
    expect(() => {
      for (let symbol = 0; symbol < 20; symbol++) short.pop(uniform(14));
    }).toThrow("its coded bytes end too early");
    for (const length of [0, 1, 5, 7]) expect(() => AnsStack.of(new Uint8Array(length))).toThrow(UserError);
    expect(() => AnsStack.of(new Uint8Array(6))).toThrow("its coded bytes are no message");
    expect(() => message.push({ symbols: 2, cumulative: () => 0 }, 0)).toThrow(RangeError);
  });
});
