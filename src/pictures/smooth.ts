// Making long noisy series fit to be looked at.

/**
 * The mean of each value and its neighbours, as many before it as behind: `width` values in all, fewer at the ends,
 * so that a slope keeps its slope.
 * What is not finite is a gap: NaN stays NaN and counts for none of its neighbours.
 */
export function movingMean(values: readonly number[], width: number): number[] {
  const most = Math.floor(width / 2);
  const means: number[] = [];
  // A window that slides would keep the rounding errors of large values that have left it; each block of
  // prefix sums would as well. Windows are short beside the series, but the series may be long, so: sums over
  // aligned blocks, and single values at the two ends.
  const block = Math.max(1, Math.floor(Math.sqrt(width)));
  const sums: number[] = [];
  const counts: number[] = [];
  for (let start = 0; start < values.length; start += block) {
    let [sum, count] = [0, 0];
    for (let index = start; index < Math.min(start + block, values.length); index++) {
      if (Number.isFinite(values[index])) {
        sum += values[index]!;
        count++;
      }
    }
    sums.push(sum);
    counts.push(count);
  }
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) {
      means.push(Number.NaN);
      continue;
    }
    // At the very ends a few values one-sidedly, rather than a single noisy one.
    const half = Math.max(Math.floor(most / 8), Math.min(most, index, values.length - 1 - index));
    const end = Math.min(values.length, index + half + 1);
    let [sum, count] = [0, 0];
    for (let at = Math.max(0, index - half); at < end; ) {
      if (at % block === 0 && at + block <= end) {
        sum += sums[at / block]!;
        count += counts[at / block]!;
        at += block;
      } else {
        if (Number.isFinite(values[at])) {
          sum += values[at]!;
          count++;
        }
        at++;
      }
    }
    means.push(sum / count);
  }
  return means;
}

/** A point of a line; a y that is not finite is a gap. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Fewer points that draw the same line: of all in one of `columns` equal parts of the range of x, the first, the
 * lowest, the highest and the last. Gaps stay. Points must be in order of x.
 */
export function thinned(points: readonly Point[], columns: number): Point[] {
  if (points.length <= 4 * columns) return [...points];
  const low = points[0]!.x;
  const width = (points.at(-1)!.x - low) / columns || 1;
  const kept: Point[] = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.floor((points[start]!.x - low) / width);
    let [end, lowest, highest] = [start, start, start];
    let gap = false;
    for (; end < points.length && Math.floor((points[end]!.x - low) / width) === column; end++) {
      const { y } = points[end]!;
      if (!Number.isFinite(y)) {
        gap = true;
        break;
      }
      if (y < points[lowest]!.y) lowest = end;
      if (y > points[highest]!.y) highest = end;
    }
    const order = new Set([start, Math.min(lowest, highest), Math.max(lowest, highest), end - 1]);
    for (const index of order) if (index >= start && index < end) kept.push(points[index]!);
    if (gap) {
      kept.push(points[end]!);
      while (end < points.length && !Number.isFinite(points[end]!.y)) end++;
    }
    start = end;
  }
  return kept;
}
