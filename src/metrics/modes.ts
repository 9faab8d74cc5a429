// Mode coverage of samples from a mixture of equal Gaussians, as PacGAN's protocol counts it (Lin et al. 2018): a
// sample is of high quality within three standard deviations of the nearest mode's centre, and a mode is covered
// if one such sample is nearest to it.

export interface ModeCoverage {
  /** Modes with at least one sample of high quality. */
  readonly modes: number;
  /** Share of samples of high quality, from 0 to 1. */
  readonly highQuality: number;
}

/**
 * Counts covered modes.
 *
 * @param samples row-major [count, dimensions]
 * @param centres row-major [modes, dimensions]
 * @param deviation of each mode along each axis
 * @example
 * modeCoverage([0, 0, 9, 9], [0, 0, 1, 1], { dimensions: 2, deviation: 0.1 });   // { modes: 1, highQuality: 0.5 }
 */
export function modeCoverage(
  samples: ArrayLike<number>,
  centres: ArrayLike<number>,
  { dimensions, deviation }: { readonly dimensions: number; readonly deviation: number },
): ModeCoverage {
  const count = samples.length / dimensions;
  const covered = new Set<number>();
  let good = 0;
  for (let sample = 0; sample < count; sample++) {
    let nearest = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let mode = 0; mode < centres.length / dimensions; mode++) {
      let distance = 0;
      for (let axis = 0; axis < dimensions; axis++) {
        distance += (samples[sample * dimensions + axis]! - centres[mode * dimensions + axis]!) ** 2;
      }
      if (distance < least) [nearest, least] = [mode, distance];
    }
    if (least <= (3 * deviation) ** 2) {
      good++;
      covered.add(nearest);
    }
  }
  return { modes: covered.size, highQuality: count === 0 ? 0 : good / count };
}
