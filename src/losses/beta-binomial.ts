// The beta-binomial likelihood of grey levels: log p(k), k the level of a pixel from 0 to n = 255,
//
//   p(k) = C(n, k)·B(k + α, n − k + β)/B(α, β),   B(α, β) = Γ(α)·Γ(β)/Γ(α + β)
//
// It is the number of successes among n whose chance is itself drawn from a beta distribution. With small α and β most
// mass lies at black and white, as in MNIST; Townsend, Bird, Barber 2019 code it by this likelihood.
//
// Log-gammas of numbers near to 255 are in the thousands, and their differences of the size of 1. So differences are
// what is computed, by Stirling's series from x + 3 on (Abramowitz, Stegun 1964, 6.1.15 and 6.1.41), with z = x + 3:
//
//   log Γ(x + m)/Γ(x) = m·log(z + m) − m + E(x, m)
//   E(x, m) = (z − ½)·log(1 + m/z) + r(z + m) − r(z) − log((x + m)(x + m + 1)(x + m + 2)/(x(x + 1)(x + 2)))
//   r(z) = 1/(12z) − 1/(360z³) + 1/(1260z⁵)
//
// What the series leaves out is below 3e−7 everywhere. The binomial coefficient needs no gammas of its own: with
// α = β = 1 all levels are as likely, so log p(k) is −log 256 and what the rest has more than it has there.

import { constant, type Tensor } from "../tensor/index.ts";

/** The highest level. */
const HIGHEST = 255;
/** Logarithms of α and β between these are told apart; beyond, a level is as good as certain. */
export const LOG_SHAPES = [-9, 9] as const;
/** How far x is raised before the series. */
const RAISED = 3;

/**
 * log p(x) [N], in nats, of pixels of 256 levels in [0, 1] under beta-binomial distributions. Logarithms of α and β
 * count from −9 to 9; beyond, they are cut and have no slope. In float32 each pixel's is right to 2e−4 nats where α + β
 * is below 1,000, and to 2e−3 above.
 *
 * @param logAlpha of x's shape
 * @param logBeta of x's shape
 */
export function betaBinomialLogLikelihood(x: Tensor, logAlpha: Tensor, logBeta: Tensor): Tensor {
  const successes = x.mul(HIGHEST);
  const failures = x.neg().add(1).mul(HIGHEST);
  const [alpha, beta] = [logAlpha, logBeta].map((log) => log.clip(...LOG_SHAPES).exp()) as [Tensor, Tensor];
  const sum = alpha.add(beta);
  const one = constant(1);
  const main = (count: Tensor, shape: Tensor) =>
    count.mul(
      shape
        .add(count)
        .add(RAISED)
        .mul(HIGHEST + 2 + RAISED)
        .div(sum.add(HIGHEST + RAISED).mul(count.add(1 + RAISED)))
        .log(),
    );
  const own = excess(alpha, successes)
    .add(excess(beta, failures))
    .sub(excess(sum, constant(HIGHEST)));
  const even = excess(one, successes)
    .add(excess(one, failures))
    .sub(excess(constant(2), constant(HIGHEST)));
  return main(successes, alpha)
    .add(main(failures, beta))
    .add(own.sub(even))
    .sub(Math.log(HIGHEST + 1))
    .flatten()
    .sum(1);
}

/** E(x, m). */
function excess(x: Tensor, m: Tensor): Tensor {
  const z = x.add(RAISED);
  const more = x.add(m);
  const series = z
    .sub(0.5)
    .mul(m.div(z).add(1).log())
    .add(remainder(more.add(RAISED)).sub(remainder(z)));
  return series.sub(rising(more).div(rising(x)).log());
}

/** r(z). */
function remainder(z: Tensor): Tensor {
  const inverse = z.reciprocal();
  const square = inverse.square();
  return square
    .mul(1 / 1260)
    .sub(1 / 360)
    .mul(square)
    .add(1 / 12)
    .mul(inverse);
}

/** x·(x + 1)·(x + 2). */
const rising = (x: Tensor): Tensor => x.add(3).mul(x).add(2).mul(x);
