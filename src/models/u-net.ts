// The U-Net (Ronneberger et al. 2015), as pix2pix has it (Isola et al. 2017): an image is halved step by step, a
// convolution at the smallest size sees what is far apart, and as the image is doubled again each step is given what
// the halving of that size had, so that edges need not pass through the middle.

import type { DataSpecification } from "../game/model.ts";
import {
  activation,
  batchNormalisation,
  conv2d,
  dropout,
  type Initialiser,
  type Layer,
  outputsOf,
  type Scope,
} from "../nn/index.ts";
import { concat, type Tensor } from "../tensor/index.ts";
import { doublings, halvings } from "./networks.ts";

/** Doublings that drop values: the first ones, never the last. */
const DROPPING = 3;

/** A network from images of one domain to images of another of the same size. */
export function uNet(
  { first, second }: { readonly first: DataSpecification; readonly second: DataSpecification },
  {
    dropout: rate,
    last,
    ...details
  }: {
    /** Filters of the halving nearest to the image. */
    readonly filters: number;
    /** Share of values dropped. */
    readonly dropout: number;
    readonly last: "tanh" | "sigmoid" | "linear";
    readonly model: string;
    readonly kernelInitialiser: Initialiser;
  },
): (scope: Scope, x: Tensor) => Tensor {
  const { filters, kernelInitialiser } = details;
  const down = halvings(first, { ...details, batchNorm: true, hidden: "leakyRelu" });
  const middle = [
    conv2d({
      filters: filters * 2 ** (down.length - 1),
      kernelSize: 3,
      padding: 1,
      useBias: false,
      kernelInitialiser,
    }),
    batchNormalisation(),
    activation("relu"),
  ];
  const up = doublings(second, { ...details, batchNorm: true, last }).map((layers, index) =>
    index < Math.min(DROPPING, down.length - 1) ? [...layers, dropout({ rate })] : layers,
  );
  const through = (layers: readonly Layer[], x: Tensor, scope: Scope) => outputsOf(layers, x, scope).at(-1)!;
  return (scope, x) => {
    const halved: Tensor[] = [];
    down.forEach((layers, index) => {
      halved.push(through(layers, halved.at(-1) ?? x, scope.child(`down${index + 1}`)));
    });
    let y = through(middle, halved.at(-1)!, scope.child("middle"));
    up.forEach((layers, index) => {
      const beside = index === 0 ? y : concat([y, halved[halved.length - 1 - index]!], 1);
      y = through(layers, beside, scope.child(`up${index + 1}`));
    });
    return y;
  };
}
