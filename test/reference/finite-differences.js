// Derivatives measured instead of derived: each element of an input is moved a little to both sides and the
// slope of the result is read off, (f(x + h) − f(x − h)) / 2h. In float64 with h = 1e-5 the error is about
// 1e-10 times the third derivative, and 1e-11 times the value from rounding.
import { interpreter } from "./interpreter.js";
/** How far an element is moved. Inputs must be further than this from any kink of the function. */
export const STEP = 1e-5;
/**
 * Gradients of a scalar with respect to inputs of its graph, by central differences.
 *
 * @param loss a tensor of one element
 * @param targets float32 inputs; zeros for one that the loss does not depend on
 * @example
 * const x = input("x", [2]);
 * numericalGradients(x.square().sum(), [x], { x: { shape: [2], data: [3, 4] } })[0].data; // about [6, 8]
 */
export function numericalGradients(loss, targets, feeds) {
  const run = interpreter([loss]);
  const own = new Map(
    (feeds instanceof Map ? [...feeds] : Object.entries(feeds)).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float64Array.from(data) },
    ]),
  );
  return targets.map((target) => {
    const value = own.get(target.attributes.name);
    if (target.primitive !== "input" || value === undefined) throw new Error("only fed inputs can be moved");
    const slopes = value.data.map((centre, element) => {
      const moved = (by) => {
        value.data[element] = centre + by;
        return run(own)[0].data[0];
      };
      const slope = (moved(STEP) - moved(-STEP)) / (2 * STEP);
      value.data[element] = centre;
      return slope;
    });
    return { shape: value.shape, data: slopes };
  });
}
