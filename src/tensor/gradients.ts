// Reverse-mode automatic differentiation, on graphs and not on numbers: the gradient is more graph, made of the
// same primitives, and so can be differentiated again.
//
// With L the loss and v̄ = ∂L/∂v, every node y = f(a, b, …) hands each operand its part of the chain rule,
// ā += ȳ·∂f/∂a, visiting nodes from the loss backwards.

import { within } from "./origin.ts";
import type { PrimitiveDefinition } from "./primitive.ts";
import { primitives } from "./primitives/index.ts";
import { ShapeError, sameShape } from "./shape.ts";
import { constant, type Tensor, zeros } from "./tensor.ts";

/** Every node that the given ones are computed from, operands before users. */
export function topologicalOrder(outputs: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { tensor: Tensor; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ tensor: output, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const operand = top.tensor.inputs[top.next++];
      if (operand === undefined) {
        order.push(top.tensor);
        stack.pop();
      } else if (!seen.has(operand)) {
        seen.add(operand);
        stack.push({ tensor: operand, next: 0 });
      }
    }
  }
  return order;
}

/**
 * Gradients of a scalar with respect to tensors it was computed from.
 *
 * @param loss a float32 scalar, or any float32 tensor together with `upstream`, the gradient of its own
 * @param targets float32 tensors, often weights; any node of the graph will do
 * @returns one tensor for each target, of the target's shape; null where the loss does not depend on it
 *
 * @example
 * const penalty = gradients(critic(x).sum(), [x])[0].square().sum(1).sqrt().sub(1).square().mean();
 * const slopes = gradients(penalty, weights);      // a second derivative
 */
export function gradientsOrNull(
  loss: Tensor,
  targets: readonly Tensor[],
  upstream?: Tensor,
): (Tensor | null)[] {
  if (loss.dtype !== "float32" || (upstream === undefined && loss.size !== 1)) {
    throw new ShapeError("gradients", [loss], "needs a float32 scalar, such as a mean over the batch");
  }
  if (upstream !== undefined && !sameShape(upstream.shape, loss.shape)) {
    throw new ShapeError("gradients", [loss, upstream], "the upstream gradient must have the loss's shape");
  }
  const whole = targets.find(({ dtype }) => dtype !== "float32");
  if (whole !== undefined) {
    throw new ShapeError("gradients", [loss, whole], "gradients flow to float32 tensors only");
  }
  const order = topologicalOrder([loss]);
  const wanted = new Set(targets);
  const depends = new Set<Tensor>();
  for (const tensor of order) {
    const flows = tensor.dtype === "float32" && tensor.primitive !== "stopGradient";
    if (wanted.has(tensor) || (flows && tensor.inputs.some((operand) => depends.has(operand)))) {
      depends.add(tensor);
    }
  }
  const parts = new Map<Tensor, Tensor>();
  if (depends.has(loss)) parts.set(loss, upstream ?? constant(1).broadcastTo(loss.shape));
  for (let index = order.length - 1; index >= 0; index--) {
    const tensor = order[index]!;
    const gradient = parts.get(tensor);
    if (gradient === undefined) continue;
    const needed = tensor.inputs.map((operand) => depends.has(operand));
    if (!needed.includes(true)) continue;
    const definition = primitives[tensor.primitive] as PrimitiveDefinition<unknown>;
    const node = { inputs: tensor.inputs, attributes: tensor.attributes, output: tensor };
    within({ layer: tensor.origin.layer, pass: "backward" }, () => {
      definition.gradient(node, gradient, needed).forEach((part, operandIndex) => {
        const operand = tensor.inputs[operandIndex]!;
        if (part === null || !needed[operandIndex]) return;
        const sum = parts.get(operand);
        parts.set(operand, sum === undefined ? part : sum.add(part));
      });
    });
  }
  return targets.map((target) => parts.get(target) ?? null);
}

/** As `gradientsOrNull`, with zeros where the loss does not depend on a target. */
export function gradients(loss: Tensor, targets: readonly Tensor[], upstream?: Tensor): Tensor[] {
  return gradientsOrNull(loss, targets, upstream).map(
    (gradient, index) => gradient ?? zeros(targets[index]!.shape),
  );
}
