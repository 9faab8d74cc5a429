// Differentiable augmentation (Zhao et al. 2020): real and generated images are changed alike before the critic sees
// them, so that it cannot learn few images by heart, and the generator's gradient flows through the change. Images
// are in [−1, 1] or [0, 1], [N, C, H, W]; each gets changes of its own. Of images that are joined along their channels,
// as pairs are, each is changed by itself, and all of an example alike.
//
//   colour        brightness: x + (u − ½); saturation: m + (x − m)·2u, m the mean over channels;
//                 contrast: m + (x − m)·(u + ½), m the mean over the image
//   translation   moved by up to an eighth of height and width, zeros moved in
//   cutout        a rectangle of half the height and width set to 0, its centre anywhere
//
// Moving and cutting are products and comparisons with row and column numbers, since those have gradients everywhere.

import { UserError } from "../../errors.ts";
import type { RoundInputs } from "../../game/model.ts";
import { concat, constant, type Tensor } from "../../tensor/index.ts";
import type { Augmentation } from "./options.ts";

type Random = Pick<RoundInputs, "uniform">;

interface Settings {
  readonly augmentation: readonly Augmentation[];
}

/** @throws UserError where something is to be changed: for critics who see no images */
export function refuseAugmentation({ augmentation }: Settings): void {
  if (augmentation.length > 0)
    throw new UserError("augmentation changes images, and this model's critic sees none; leave it out");
}

/**
 * Images changed in the given ways, in a fixed order.
 *
 * @param channels of each of the images that are joined; all are of one image unless told
 * @throws UserError where something is to be changed, and these are no images
 */
export function augmented(
  images: Tensor,
  settings: Settings,
  random: Random,
  channels: readonly number[] = [images.shape[1]!],
): Tensor {
  const { augmentation: kinds } = settings;
  if (images.rank !== 4) refuseAugmentation(settings);
  let result = images;
  if (kinds.includes("colour")) result = recoloured(result, random, channels);
  if (kinds.includes("translation")) result = translated(result, random);
  if (kinds.includes("cutout")) result = cut(result, random);
  return result;
}

function recoloured(images: Tensor, { uniform }: Random, channels: readonly number[]): Tensor {
  const batch = images.shape[0]!;
  const each = () => uniform(batch).reshape([batch, 1, 1, 1]);
  const brightness = each().sub(0.5);
  const saturation = channels.some((count) => count > 1) ? each().mul(2) : undefined;
  const contrast = each().add(0.5);
  const parts = channels.map((count, index) => {
    const start = channels.slice(0, index).reduce((sum, before) => sum + before, 0);
    let part = images
      .slice([0, start, 0, 0], [batch, start + count, ...images.shape.slice(2)])
      .add(brightness);
    if (saturation !== undefined && count > 1) {
      const grey = part.mean(1, { keepDimensions: true });
      part = grey.add(part.sub(grey).mul(saturation));
    }
    const level = part.mean([1, 2, 3], { keepDimensions: true });
    return level.add(part.sub(level).mul(contrast));
  });
  return parts.length === 1 ? parts[0]! : concat(parts, 1);
}

/** 0, 1, … length − 1. */
const count = (length: number) => constant(Float32Array.from({ length }, (_, index) => index));

function translated(images: Tensor, { uniform }: Random): Tensor {
  const [batch, , height, width] = images.shape as [number, number, number, number];
  // Row r of the result is row r + shift of the image: a product with a matrix that has a 1 where they meet.
  const moved = (length: number) => {
    const most = Math.floor(length / 8);
    const shift = uniform(batch)
      .mul(2 * most + 1)
      .floor()
      .sub(most)
      .reshape([batch, 1, 1, 1]);
    const from = count(length).reshape([1, 1, length, 1]).add(shift);
    return from.equal(count(length).reshape([1, 1, 1, length])).cast("float32");
  };
  return moved(height).matmul(images).matmul(moved(width), { transposeB: true });
}

function cut(images: Tensor, { uniform }: Random): Tensor {
  const [batch, , height, width] = images.shape as [number, number, number, number];
  const within = (length: number, shape: number[]) => {
    const size = Math.round(length / 2);
    const start = uniform(batch)
      .mul(length + 1 - (size % 2))
      .floor()
      .sub(Math.floor(size / 2))
      .reshape([batch, 1, 1, 1]);
    const from = count(length).reshape(shape).sub(start);
    return from.greater(-0.5).and(from.less(size - 0.5));
  };
  const inside = within(height, [1, 1, height, 1]).and(within(width, [1, 1, 1, width]));
  return images.mul(inside.not().cast("float32"));
}
