import { describe, expect, test } from "vitest";
import { expectAgreement } from "../../test/reference/agreement.ts";
import { computeBoth } from "../../test/reference/both.ts";
import { Feeding } from "../../test/reference/feeding.ts";
import { numericalGradients } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpreter.ts";
import { gradients, gradientsOrNull, input, type Tensor } from "./index.ts";

/** Expects the gradients of a loss to be what finite differences measure, and the same on ONNX Runtime. */
async function expectGradients(loss: Tensor, targets: readonly Tensor[], { feeds }: Feeding): Promise<void> {
  const measured = numericalGradients(loss, targets, feeds);
  const exact = await computeBoth([loss, ...gradients(loss, targets)], feeds);
  measured.forEach((value, index) => {
    expect(Math.max(...value.data.map(Math.abs)), `target ${index} matters`).toBeGreaterThan(1e-4);
    expectAgreement(exact[index + 1]!, value, 1e-7, `gradient ${index}`);
  });
}

const elements = (values: readonly { readonly data: Float64Array }[]) =>
  values.map(({ data }) => Array.from(data));

const halving = { strides: [2, 2], pads: [1, 1, 1, 1], dilations: [1, 1], size: [3, 3] } as const;

/** A small convolutional network that maps [N, 1, 6, 5] to [N, outputs], and its weights. */
function convolutional(feeding: Feeding, outputs: number) {
  const weights = [
    feeding.drawn([2, 1, 3, 3]),
    feeding.drawn([1, 2, 1, 1]),
    feeding.drawn([3, 2, 3, 3]),
    feeding.drawn([3 * 2 * 2, outputs]),
  ] as const;
  const forward = (x: Tensor): Tensor =>
    x
      .convolve(weights[0], halving)
      .add(weights[1])
      .leakyRelu(0.2)
      .convolve(weights[2], halving)
      .tanh()
      .flatten()
      .matmul(weights[3]);
  return { weights, forward };
}

describe("penalties on gradients", () => {
  /** Gulrajani et al. 2017: the critic's slope between real and generated samples should be 1. */
  const wassersteinLoss = (critic: (x: Tensor) => Tensor, real: Tensor, fake: Tensor, share: Tensor) => {
    const between = real.mul(share).add(fake.mul(share.neg().add(1)));
    const [slope] = gradients(critic(between).sum(), [between]);
    const norm = slope!.flatten().square().sum(1).add(1e-12).sqrt();
    const penalty = norm.sub(1).square().mean();
    return critic(fake).mean().sub(critic(real).mean()).add(penalty.mul(10));
  };

  test("WGAN-GP of a dense critic", async () => {
    const feeding = new Feeding();
    const weights = [feeding.drawn([3, 5]), feeding.drawn([5]), feeding.drawn([5, 4]), feeding.drawn([4, 1])];
    const critic = (x: Tensor) =>
      x.matmul(weights[0]!).add(weights[1]!).leakyRelu().matmul(weights[2]!).softplus().matmul(weights[3]!);
    const loss = wassersteinLoss(critic, feeding.drawn([4, 3]), feeding.drawn([4, 3]), feeding.drawn([4, 1]));
    await expectGradients(loss, weights, feeding);
  });

  test("WGAN-GP of a convolutional critic", async () => {
    const feeding = new Feeding();
    const { weights, forward } = convolutional(feeding, 1);
    const images = [2, 1, 6, 5];
    const loss = wassersteinLoss(
      forward,
      feeding.drawn(images),
      feeding.drawn(images),
      feeding.drawn([2, 1, 1, 1]),
    );
    await expectGradients(loss, weights, feeding);
  });

  /** Rifai et al. 2011: ‖∂h/∂x‖²_F, mean over the batch, one backward pass for each element of the code. */
  const contraction = (encoder: (x: Tensor) => Tensor, x: Tensor) =>
    encoder(x)
      .sum(0)
      .split(encoder(x).shape[1]!)
      .map((code) => gradients(code.sum(), [x])[0]!.square().sum())
      .reduce((sum, part) => sum.add(part))
      .mul(1 / x.shape[0]!);

  test("contractive penalty of a dense encoder", async () => {
    const feeding = new Feeding();
    const weights = [feeding.drawn([4, 3]), feeding.drawn([3]), feeding.drawn([3, 2])];
    const x = feeding.drawn([5, 4]);
    const encoder = (batch: Tensor) =>
      batch.matmul(weights[0]!).add(weights[1]!).sigmoid().matmul(weights[2]!).tanh();
    await expectGradients(contraction(encoder, x), weights, feeding);
  });

  test("contractive penalty of one sigmoid layer is Σ (h(1 − h))² Σ W², as in the paper", async () => {
    const feeding = new Feeding();
    const w = feeding.drawn([4, 3]);
    const x = feeding.drawn([5, 4]);
    const code = x.matmul(w).sigmoid();
    const closed = code.mul(code.neg().add(1)).square().mul(w.square().sum(0)).sum(1).mean();
    const penalty = contraction((batch) => batch.matmul(w).sigmoid(), x);
    const [left, right, ...slopes] = await computeBoth(
      [penalty, closed, ...gradients(penalty, [w]), ...gradients(closed, [w])],
      feeding.feeds,
    );
    expectAgreement(left!, right!, 1e-12);
    expectAgreement(slopes[0]!, slopes[1]!, 1e-12);
  });

  test("contractive penalty of a convolutional encoder", async () => {
    const feeding = new Feeding();
    const { weights, forward } = convolutional(feeding, 2);
    const x = feeding.drawn([2, 1, 6, 5]);
    const loss = contraction((batch) => forward(batch).sigmoid(), x);
    await expectGradients(loss, weights, feeding);
  });
});

describe("higher orders", () => {
  test("the third derivative of x⁵ is 60x²", async () => {
    const feeding = new Feeding();
    const x = feeding.given([3], [-1, 0.5, 2]);
    let value = x.pow(5);
    for (let order = 0; order < 3; order++) [value] = gradients(value.sum(), [x]) as [Tensor];
    expect(elements(await computeBoth([value], feeding.feeds))).toEqual([[60, 15, 240]]);
  });

  test("a gradient of a gradient of a gradient, of a network", async () => {
    const feeding = new Feeding();
    const { weights, forward } = convolutional(feeding, 1);
    const x = feeding.drawn([2, 1, 6, 5]);
    const first = gradients(forward(x).sigmoid().sum(), [x])[0]!;
    const second = gradients(first.square().sum(), weights);
    const loss = second.map((slope) => slope.square().sum()).reduce((sum, part) => sum.add(part));
    await expectGradients(loss, [x, ...weights], feeding);
  });
});

describe("where a derivative does not exist", () => {
  test("relu and abs have the slope 0 at 0, leakyRelu its own", async () => {
    const feeding = new Feeding();
    const x = feeding.given([3], [-1, 0, 1]);
    const slopes = [x.relu(), x.abs(), x.leakyRelu(0.25), x.elu()].map(
      (value) => gradients(value.sum(), [x])[0]!,
    );
    const [relu, abs, leaky, elu] = elements(await computeBoth(slopes, feeding.feeds));
    expect(relu).toEqual([0, 0, 1]);
    expect(abs).toEqual([-1, 0, 1]);
    expect(leaky).toEqual([0.25, 0.25, 1]);
    expect(elu![1]).toBe(1);
  });

  test("clip lets the gradient through at its bounds, and not outside", async () => {
    const feeding = new Feeding();
    const x = feeding.given([5], [-2, -1, 0, 1, 2]);
    const slope = gradients(x.clip(-1, 1).sum(), [x])[0]!;
    expect(elements(await computeBoth([slope], feeding.feeds))).toEqual([[0, 1, 1, 1, 0]]);
  });

  test("elements that tie for the largest share its gradient", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2, 3], [5, 5, 1, 2, 2, 2]);
    const weights = feeding.given([2], [1, 3]);
    const slope = gradients(x.max(1).mul(weights).sum(), [x])[0]!;
    const [value] = elements(await computeBoth([slope], feeding.feeds));
    expect(value).toEqual([0.5, 0.5, 0, 1, 1, 1]);
  });

  test("of two that tie, maximum and minimum hand the gradient to the first", async () => {
    const feeding = new Feeding();
    const [a, b] = [feeding.given([2], [1, 2]), feeding.given([2], [1, 3])];
    const slopes = [...gradients(a.maximum(b).sum(), [a, b]), ...gradients(a.minimum(b).sum(), [a, b])];
    const values = elements(await computeBoth(slopes, feeding.feeds));
    expect(values).toEqual([
      [1, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ]);
  });
});

describe("what no gradient reaches", () => {
  test("an unused target has null, or zeros of its shape", async () => {
    const feeding = new Feeding();
    const [x, unused] = [feeding.drawn([2]), feeding.drawn([3, 2])];
    const loss = x.square().sum();
    expect(gradientsOrNull(loss, [unused])).toEqual([null]);
    const [, zero] = gradients(loss, [x, unused]);
    expect(zero!.shape).toEqual([3, 2]);
    expect(elements(await computeBoth([zero!], feeding.feeds))).toEqual([[0, 0, 0, 0, 0, 0]]);
  });

  test("a target behind integers, comparisons, floor or sign has none", () => {
    const x = input("x", [4]);
    const paths = [
      x.cast("int32").cast("float32"),
      x.greater(0).cast("float32"),
      x.argMax().cast("float32"),
      x.stopGradient(),
    ];
    for (const path of paths) expect(gradientsOrNull(path.sum(), [x])).toEqual([null]);
    expect(gradientsOrNull(x.floor().add(x.sign()).sum(), [x])).toEqual([null]);
  });

  test("stopGradient holds its operand fixed", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2], [3, 4]);
    const slope = gradients(x.mul(x.stopGradient()).sum(), [x])[0]!;
    const [again] = gradients(slope.sum(), [x]);
    const straightThrough = x.add(x.floor().sub(x).stopGradient()).square().sum();
    const values = [slope, again!, ...gradients(straightThrough, [x])];
    expect(elements(await computeBoth(values, feeding.feeds))).toEqual([
      [3, 4],
      [0, 0],
      [6, 8],
    ]);
  });

  test("a stopped tensor can itself be a target", () => {
    const x = input("x", []);
    const stopped = x.stopGradient();
    const [slope] = gradients(stopped.square(), [stopped]);
    expect(interpret([slope!], { x: { shape: [], data: [3] } })[0]!.data[0]).toBe(6);
  });
});

describe("targets and losses", () => {
  test("any node of the graph can be a target, also twice, also the loss", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2], [1, 2]);
    const middle = x.mul(3);
    const loss = middle.square().sum();
    const slopes = gradients(loss, [middle, x, middle, loss]);
    expect(elements(await computeBoth(slopes, feeding.feeds))).toEqual([[6, 12], [18, 36], [6, 12], [1]]);
  });

  test("an upstream gradient stands for what follows", async () => {
    const feeding = new Feeding();
    const x = feeding.given([2], [1, 2]);
    const upstream = feeding.given([2], [10, 100]);
    const [slope] = gradients(x.square(), [x], upstream);
    expect(elements(await computeBoth([slope!], feeding.feeds))).toEqual([[20, 400]]);
  });

  test("refuses a loss that is no scalar, an upstream of another shape, an integer target", () => {
    const x = input("x", [2]);
    expect(() => gradients(x, [x])).toThrow("gradients of float32[2]: needs a float32 scalar");
    expect(() => gradients(x, [x], input("u", [3]))).toThrow("must have the loss's shape");
    const index = input("i", [2], "int32");
    expect(() => gradients(x.gather(index).sum(), [index])).toThrow("to float32 tensors only");
  });

  test("a long chain does not overflow the stack", () => {
    const x = input("x", []);
    let value = x;
    for (let step = 0; step < 20_000; step++) value = value.add(x);
    const [slope] = gradients(value, [x]);
    expect(interpret([slope!], { x: { shape: [], data: [1] } })[0]!.data[0]).toBe(20_001);
  });
});
