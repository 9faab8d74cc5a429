// Chains of operators on blocked tensors that ONNX Runtime's convolution does in one pass over memory: a factor and a
// bias for each channel, and an activation. With filters of one element, and as many groups as channels, it is
// nothing but such a chain; and what follows a true convolution it does on its way out. Elementwise operators would
// take a pass each, and are slow where an operand has one number a channel: side by side lie only a block's.

import type { AttributesOf, OnnxAttribute, Tensor } from "../tensor/index.ts";

/** activation(factor·core + bias), a factor and a bias for each channel. */
export interface Chain {
  readonly core: Tensor;
  readonly factor?: Tensor;
  readonly bias?: Tensor;
  /** −1 where the bias, or the core itself, is subtracted. */
  readonly biasSign: 1 | -1;
  readonly coreSign: 1 | -1;
  readonly activation?: Readonly<Record<string, OnnxAttribute>>;
  /** What the chain computes besides its end: operators, and a convolution as its core. */
  readonly absorbed: readonly Tensor[];
}

export interface ChainRules {
  /** Whether an operand is used by nothing else. */
  readonly mayAbsorb: (operand: Tensor) => boolean;
  /** Whether a tensor is a convolution that can end in a bias and an activation. */
  readonly finishes: (tensor: Tensor) => boolean;
}

/** The chain that ends in a tensor, as long as it can be; undefined where nothing would be gained by one. */
export function chainOf(end: Tensor, { mayAbsorb, finishes }: ChainRules): Chain | undefined {
  const absorbed: Tensor[] = [];
  const activation = activationOf(end);
  let tensor = end;
  if (activation !== undefined) {
    tensor = end.inputs[0]!;
    if (!mayAbsorb(tensor)) return undefined;
    absorbed.push(tensor);
  }
  const finish = activation === undefined ? {} : { activation };

  const sum = channelOperand(tensor, ["add", "subtract"]);
  let core = tensor;
  if (sum !== undefined) {
    core = sum.whole;
    const isDifference = tensor.primitive === "subtract";
    const signs = {
      biasSign: isDifference && sum.position === 1 ? -1 : 1,
      coreSign: isDifference && sum.position === 0 ? -1 : 1,
    } as const;
    const biased = { ...finish, ...signs, bias: sum.channel };
    if (signs.coreSign === 1 && mayAbsorb(core)) {
      if (finishes(core)) return { ...biased, core, absorbed: [...absorbed, core] };
      const product = channelOperand(core, ["multiply"]);
      if (product !== undefined) {
        return { ...biased, core: product.whole, factor: product.channel, absorbed: [...absorbed, core] };
      }
    }
    return { ...biased, core, absorbed };
  }
  const product = channelOperand(tensor, ["multiply"]);
  const positive = { biasSign: 1, coreSign: 1 } as const;
  if (product !== undefined) {
    return { ...finish, ...positive, core: product.whole, factor: product.channel, absorbed };
  }
  if (activation !== undefined && finishes(tensor)) return { ...finish, ...positive, core: tensor, absorbed };
  return undefined;
}

/** The two operands of an operator one of which has a number for each channel of the other. */
function channelOperand(
  tensor: Tensor,
  primitives: readonly Tensor["primitive"][],
): { readonly whole: Tensor; readonly channel: Tensor; readonly position: 0 | 1 } | undefined {
  if (!primitives.includes(tensor.primitive)) return undefined;
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  const isWhole = ({ shape, dtype }: Tensor) => dtype === "float32" && shape.join() === tensor.shape.join();
  const isChannel = ({ rank, shape, size }: Tensor) =>
    size === tensor.shape[1] && size > 1 && rank >= 3 && shape[rank - 3] === size;
  if (isWhole(a) && isChannel(b)) return { whole: a, channel: b, position: 1 };
  if (isWhole(b) && isChannel(a)) return { whole: b, channel: a, position: 0 };
  return undefined;
}

function activationOf(tensor: Tensor): Chain["activation"] {
  if (tensor.primitive === "relu") return { activation: { string: "Relu" } };
  if (tensor.primitive !== "leakyRelu") return undefined;
  const { slope } = tensor.attributes as AttributesOf<"leakyRelu">;
  return { activation: { string: "LeakyRelu" }, activation_params: { floats: [slope] } };
}
