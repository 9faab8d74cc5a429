// Every primitive over generated shapes, attributes and elements: its shape rule against the reference
// interpreter, its first and second gradients against finite differences on that interpreter.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../../test/reference/agreement.ts";
import { casesOf } from "../../../test/reference/cases.ts";
import { derivativesOf } from "../../../test/reference/derivatives.ts";
import { numericalGradients } from "../../../test/reference/finite-differences.ts";
import { interpret } from "../../../test/reference/interpreter.ts";
import { type PrimitiveName, primitives } from "./index.ts";

const SEED = 20261120;
/** Relative to the largest slope; the error of the differences, in float64, is some 1e-9. */
const TOLERANCE = 1e-6;

const names = Object.keys(primitives) as PrimitiveName[];

describe.each(names)("%s", (name) => {
  test("has the shape that the interpreter finds", () => {
    fc.assert(
      fc.property(casesOf(name), (generated) => {
        const { output, feeds } = derivativesOf(name, generated);
        expect(interpret([output], feeds)[0]!.shape).toEqual(output.shape);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  if (name === "stopGradient") return; // Its gradient is wrong by intention; gradients.test.ts has it.
  test("has first and second gradients that agree with finite differences", () => {
    fc.assert(
      fc.property(casesOf(name), (generated) => {
        const { flow, feeds } = derivativesOf(name, generated);
        if (flow === undefined) return;
        const { loss, targets, first, slope, slopeTargets, second } = flow;
        const exact = interpret([...first, ...second], feeds);
        const measured = [
          ...numericalGradients(loss, targets, feeds),
          ...numericalGradients(slope, slopeTargets, feeds),
        ];
        exact.forEach((value, index) => {
          const order = index < first.length ? "first" : "second";
          expectAgreement(value, measured[index]!, TOLERANCE, `${order} gradient`);
        });
      }),
      { seed: SEED, numRuns: 50 },
    );
  });
});
