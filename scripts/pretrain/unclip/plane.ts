/**
 * A plane through the embedding on which its two clouds, captions and pictures, can be told apart. Principal components alone (Pearson
 * 1901) will not do: what captions and pictures vary in together, classes above all, is most of the spread, and hides that they lie apart.
 */
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
 * To the right: from the mean caption to the mean picture. Upwards: of all directions across that, the one in which both spread most.
 * @param captions [n · width]
 * @param pictures [n · width]
 */
export function planeOf(captions: Float32Array, pictures: Float32Array, width: number): Plane {
  const { mean, covariance } = gaussianOf(Float32Array.of(...captions, ...pictures), width);
  const [from, to] = [meanRow(captions, width), meanRow(pictures, width)];
  const right = unit(Array.from(to, (value, i) => value - (from[i] ?? NaN)));
  // Without its part along the first axis, that direction has no variance left, and comes last.
  const across = withoutDirection(covariance, right);
  const { values, vectors } = eigenSymmetric(across, width);
  const largest = values.indexOf(Math.max(...values));
  const up = Array.from({ length: width }, (_, i) => vectors[i * width + largest] ?? NaN);
  // An axis has two ends, and nothing says which is which: its largest entry is made positive.
  const sign = up.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0) < 0 ? -1 : 1;
  const axes = [right, up.map((value) => sign * value)] as const;
  const total = right.reduce((sum, _, i) => sum + (covariance[i * width + i] ?? NaN), 0);
  return { mean: Array.from(mean), axes, explained: axes.map((axis) => along(covariance, axis) / total) };
}

/** P·C·P with P = 1 − a·aᵀ. */
function withoutDirection(covariance: Float64Array, axis: readonly number[]): Float64Array {
  const n = axis.length;
  const times = Array.from({ length: n }, (_, i) =>
    axis.reduce((sum, value, j) => sum + (covariance[i * n + j] ?? NaN) * value, 0),
  );
  const whole = along(covariance, axis);
  return covariance.map((value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    const [a, b] = [axis[i] ?? NaN, axis[j] ?? NaN];
    return value - (times[i] ?? NaN) * b - a * (times[j] ?? NaN) + whole * a * b;
  });
}

/** Variance along an axis of length 1: aᵀ·C·a. */
function along(covariance: Float64Array, axis: readonly number[]): number {
  const n = axis.length;
  return covariance.reduce((sum, value, at) => sum + value * (axis[Math.floor(at / n)] ?? NaN) * (axis[at % n] ?? NaN), 0);
}

function unit(values: readonly number[]): readonly number[] {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
