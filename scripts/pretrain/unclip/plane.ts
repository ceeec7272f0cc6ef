/** A plane through the embedding on which the two clouds, captions and pictures, can be seen apart. */
import { meanRow } from '../../../src/data/embeddings';
import { gaussianOf } from '../../../src/evaluation/frechet';
import { eigenSymmetric } from '../../../src/evaluation/symmetric';

export interface Plane {
  readonly mean: readonly number[];
  readonly axes: readonly [readonly number[], readonly number[]];
  /** Share of the variance along each. */
  readonly explained: readonly number[];
}

/**
 * Across, the way from the mean caption to the mean picture; upwards, the direction at right angles to it in which captions and pictures
 * together spread most (Pearson 1901). Principal components alone would not show the gap: both clouds spread further along others.
 * @param captions [n · width]
 * @param pictures [n · width]
 */
export function planeOf(captions: Float32Array, pictures: Float32Array, width: number): Plane {
  const { mean, covariance } = gaussianOf(Float32Array.of(...captions, ...pictures), width);
  const captionMean = meanRow(captions, width);
  const across = unit(meanRow(pictures, width).map((value, i) => value - (captionMean[i] ?? 0)));
  const flat = flattened(covariance, across);
  const { values, vectors } = eigenSymmetric(flat, width);
  const most = values.reduce((best, value, k) => (value > (values[best] ?? -Infinity) ? k : best), 0);
  const upwards = unit(Float32Array.from({ length: width }, (_, i) => vectors[i * width + most] ?? NaN));
  const total = trace(covariance, width);
  const shareAlong = (axis: Float32Array): number => quadratic(covariance, axis) / total;
  return {
    mean: Array.from(mean),
    axes: [Array.from(across), Array.from(upwards)],
    explained: [shareAlong(across), shareAlong(upwards)],
  };
}

/** P C P with P = 1 − a aᵀ: what is left of a covariance at right angles to a direction. */
function flattened(covariance: Float64Array, direction: Float32Array): Float64Array {
  const width = direction.length;
  const at = (i: number, j: number): number => covariance[i * width + j] ?? NaN;
  const along = Float64Array.from(direction, (_, i) => direction.reduce((sum, value, j) => sum + at(i, j) * value, 0));
  const both = quadratic(covariance, direction);
  return Float64Array.from(covariance, (value, k) => {
    const [i, j] = [Math.floor(k / width), k % width];
    const [ai, aj] = [direction[i] ?? NaN, direction[j] ?? NaN];
    return value - (along[i] ?? NaN) * aj - ai * (along[j] ?? NaN) + both * ai * aj;
  });
}

function quadratic(covariance: Float64Array, direction: Float32Array): number {
  const width = direction.length;
  return covariance.reduce((sum, value, k) => sum + value * (direction[Math.floor(k / width)] ?? NaN) * (direction[k % width] ?? NaN), 0);
}

function trace(matrix: Float64Array, width: number): number {
  return matrix.reduce((sum, value, k) => (k % (width + 1) === 0 ? sum + value : sum), 0);
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
