// How spread out a batch is, as a number with a gradient.
//
// Entropy from nearest neighbours (Kozachenko, Leonenko 1987): where points are rare, the nearest one is far. With
// ρᵢ the distance from point i to the nearest other of N points in D dimensions,
//
//   Ĥ = D/N·Σᵢ log ρᵢ + log V_D + ψ(N) − ψ(1)        nats; V_D the volume of the unit ball, ψ the digamma function
//
// Pulling away (Zhao, Mathieu, LeCun 2017): the mean squared cosine between two points, seen from the origin,
//
//   1/(N(N − 1))·Σ_{i≠j} (sᵢᵀsⱼ / ‖sᵢ‖‖sⱼ‖)²
//
// from 0 where all directions are orthogonal to 1 where they are the same.

import { constant, ShapeError, type Tensor } from "../tensor/index.ts";
import { squaredDistances } from "./discrepancy.ts";

/**
 * Kozachenko and Leonenko's estimate of the entropy of the distribution that points [N, D] were drawn from, in nats.
 * Distances below a millionth of the points' spread count as that, so that twins cost much and not everything.
 *
 * @throws ShapeError where there are fewer than 2 points
 */
export function nearestNeighbourEntropy(points: Tensor): Tensor {
  const [count, dimensions] = shapeOf(points, "nearestNeighbourEntropy");
  // Centred, since squares of large coordinates lose the digits of small distances.
  const centred = points.sub(points.mean(0, { keepDimensions: true }));
  const spread = centred.square().sum(1).mean().stopGradient();
  const others = squaredDistances(centred, centred).maximum(spread.mul(1e-12).add(1e-30));
  const itself = diagonal(count).mul(spread.mul(1e6).add(1));
  const nearest = others.add(itself).neg().max(1).neg();
  return nearest
    .log()
    .mean()
    .mul(dimensions / 2)
    .add(logUnitBall(dimensions) + harmonic(count - 1));
}

/**
 * The pulling-away term of points [N, D]: smaller where they point in different directions.
 *
 * @throws ShapeError where there are fewer than 2 points
 */
export function pullingAway(points: Tensor): Tensor {
  const [count] = shapeOf(points, "pullingAway");
  const lengths = points.square().sum(1, { keepDimensions: true }).add(1e-12).sqrt();
  const directions = points.div(lengths);
  const cosines = directions.matmul(directions, { transposeB: true });
  return cosines
    .square()
    .mul(diagonal(count).neg().add(1))
    .sum()
    .mul(1 / (count * (count - 1)));
}

function shapeOf(points: Tensor, name: string): [number, number] {
  const [count, dimensions] = points.shape;
  if (points.rank !== 2 || count! < 2)
    throw new ShapeError(name, [points], "needs two points or more, [N, D]");
  return [count!, dimensions!];
}

/** The identity matrix. */
const diagonal = (size: number) =>
  constant(
    Float32Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0)),
    { shape: [size, size] },
  );

/** 1 + 1/2 + … + 1/n = ψ(n + 1) − ψ(1). */
function harmonic(n: number): number {
  let sum = 0;
  for (let k = 1; k <= n; k++) sum += 1 / k;
  return sum;
}

/** log V_D, by V_D = V_{D−2}·2π/D from V_0 = 1 and V_1 = 2. */
function logUnitBall(dimensions: number): number {
  let log = dimensions % 2 === 0 ? 0 : Math.log(2);
  for (let d = dimensions; d > 1; d -= 2) log += Math.log((2 * Math.PI) / d);
  return log;
}
