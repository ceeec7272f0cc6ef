/**
 * Data whose score is known exactly: a mixture of round Gaussians, p(x0) = Σₖ wₖ·N(μₖ, sₖ²·I). Noised it is a mixture again, with
 * means √ᾱ·μₖ and variances Vₖ = ᾱ·sₖ² + 1 − ᾱ, so that all that a perfect network would say has a formula:
 * - which component xt comes from: rₖ ∝ wₖ·N(xt; √ᾱ·μₖ, Vₖ·I) (Bayes' rule);
 * - E[x0|xt] = Σₖ rₖ·(μₖ + √ᾱ·sₖ²/Vₖ·(xt − √ᾱ·μₖ)), E[eps|xt] = Σₖ rₖ·√(1 − ᾱ)/Vₖ·(xt − √ᾱ·μₖ), and the score is
 *   −E[eps|xt]/√(1 − ᾱ) (Efron 2011; Vincent 2011).
 * Many points lie in one array, one after the other: x, y, x, y, … in two dimensions.
 */
import { AppError } from '../base/errors';
import type { Rng } from '../base/rng';
import type { Denoiser, NoiseLevel } from './types';

export interface MixtureComponent {
  /** wₖ, above 0; only the proportions matter. */
  readonly weight: number;
  /** μₖ; its length is the number of dimensions. */
  readonly mean: readonly number[];
  /** sₖ, the same in every direction; above 0. */
  readonly std: number;
}

export type Mixture = readonly MixtureComponent[];

/**
 * What the best possible network says of each point.
 * @throws range, for a mixture without components, or with a weight or deviation that is not above 0; shape, for means of
 *   different lengths, and for an array that is not a whole number of points
 */
export function mixtureDenoiser(mixture: Mixture): Denoiser<Float64Array> {
  const dimensions = checkMixture(mixture);
  return (xt, level) => {
    if (xt.length % dimensions !== 0) {
      throw new AppError('shape', `${xt.length} numbers are no whole number of points in ${dimensions} dimensions.`);
    }
    const x0 = new Float64Array(xt.length);
    const eps = new Float64Array(xt.length);
    for (let start = 0; start < xt.length; start += dimensions) {
      const point = xt.subarray(start, start + dimensions);
      predictPoint({ mixture, level, point, x0: x0.subarray(start), eps: eps.subarray(start) });
    }
    return { x0, eps };
  };
}

interface PointPrediction {
  readonly mixture: Mixture;
  readonly level: NoiseLevel;
  readonly point: Float64Array;
  /** Zeros at first; the point's prediction is added to them. */
  readonly x0: Float64Array;
  readonly eps: Float64Array;
}

function predictPoint({ mixture, level, point, x0, eps }: PointPrediction): void {
  const signal = Math.sqrt(level.alphaBar);
  const noise = Math.sqrt(1 - level.alphaBar);
  const shares = responsibilities(mixture, level, point);
  for (const [k, { mean, std }] of mixture.entries()) {
    const share = shares[k] ?? 0;
    const V = level.alphaBar * std ** 2 + 1 - level.alphaBar;
    for (const [axis, mu] of mean.entries()) {
      const away = (point[axis] ?? 0) - signal * mu;
      x0[axis] = (x0[axis] ?? 0) + share * (mu + ((signal * std ** 2) / V) * away);
      eps[axis] = (eps[axis] ?? 0) + share * (noise / V) * away;
    }
  }
}

/** rₖ: how likely each component is, given a noised point; they sum to 1. */
export function responsibilities(mixture: Mixture, { alphaBar }: NoiseLevel, point: ArrayLike<number>): readonly number[] {
  const logs = mixture.map(({ weight, mean, std }) => {
    const V = alphaBar * std ** 2 + 1 - alphaBar;
    const squared = mean.reduce((sum, mu, axis) => sum + ((point[axis] ?? 0) - Math.sqrt(alphaBar) * mu) ** 2, 0);
    return Math.log(weight) - (mean.length / 2) * Math.log(V) - squared / (2 * V);
  });
  const largest = Math.max(...logs); // taken off first: far from all means every density is 0 in float64
  const weights = logs.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, value) => sum + value, 0);
  return weights.map((value) => value / total);
}

/** Points of the mixture, x after y after x; [count·dimensions]. */
export function drawFromMixture(mixture: Mixture, count: number, rng: Rng): Float64Array {
  const dimensions = checkMixture(mixture);
  const total = mixture.reduce((sum, { weight }) => sum + weight, 0);
  const points = new Float64Array(count * dimensions);
  for (let start = 0; start < points.length; start += dimensions) {
    let left = rng.uniform() * total;
    const chosen = mixture.find(({ weight }) => (left -= weight) < 0) ?? mixture[mixture.length - 1];
    for (let axis = 0; axis < dimensions; axis += 1) {
      points[start + axis] = (chosen?.mean[axis] ?? 0) + (chosen?.std ?? 0) * rng.normal();
    }
  }
  return points;
}

export interface Moments {
  readonly mean: readonly number[];
  /** Row by row. */
  readonly covariance: readonly (readonly number[])[];
}

/** Mean Σ wₖμₖ and covariance Σ wₖ(sₖ²·I + μₖμₖᵀ) − mean·meanᵀ, exactly. */
export function mixtureMoments(mixture: Mixture): Moments {
  const axes = Array.from({ length: checkMixture(mixture) }, (_, axis) => axis);
  const total = mixture.reduce((sum, { weight }) => sum + weight, 0);
  const average = (of: (component: MixtureComponent) => number): number =>
    mixture.reduce((sum, component) => sum + (component.weight / total) * of(component), 0);
  const mean = axes.map((axis) => average((component) => component.mean[axis] ?? 0));
  const covariance = axes.map((a) =>
    axes.map((b) => {
      const second = average(({ mean: mu, std }) => (mu[a] ?? 0) * (mu[b] ?? 0) + (a === b ? std ** 2 : 0));
      return second - (mean[a] ?? 0) * (mean[b] ?? 0);
    }),
  );
  return { mean, covariance };
}

/** @returns the number of dimensions */
function checkMixture(mixture: Mixture): number {
  const [first] = mixture;
  if (!first || !mixture.every(({ weight, std }) => weight > 0 && std > 0)) {
    throw new AppError('range', 'A mixture needs components, and each of them a weight and a deviation above 0.');
  }
  const dimensions = first.mean.length;
  if (dimensions === 0 || !mixture.every(({ mean }) => mean.length === dimensions)) {
    throw new AppError('shape', 'The means of a mixture must all have the same number of dimensions, one at least.');
  }
  return dimensions;
}
