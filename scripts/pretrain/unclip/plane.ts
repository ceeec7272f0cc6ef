/** A plane through the embedding on which the two clouds, captions and pictures, can be seen: principal components (Pearson 1901). */
import { cosine, meanRow } from '../../../src/data/embeddings';
import { gaussianOf } from '../../../src/evaluation/frechet';
import { eigenSymmetric } from '../../../src/evaluation/symmetric';

export interface Plane {
  readonly mean: readonly number[];
  readonly axes: readonly [readonly number[], readonly number[]];
  /** Share of the variance along each. */
  readonly explained: readonly number[];
}

/**
 * The two directions in which captions and pictures together spread most. Pictures lie to the right of captions.
 * @param captions [n · width]
 * @param pictures [n · width]
 */
export function planeOf(captions: Float32Array, pictures: Float32Array, width: number): Plane {
  const { mean, covariance } = gaussianOf(Float32Array.of(...captions, ...pictures), width);
  const { values, vectors } = eigenSymmetric(covariance, width);
  const total = values.reduce((sum, value) => sum + value, 0);
  const order = Array.from(values, (_, k) => k).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  const across = meanRow(pictures, width).map((value, i) => value - (meanRow(captions, width)[i] ?? 0));
  const axis = (k = 0): readonly number[] => {
    const along = Float32Array.from({ length: width }, (_, i) => vectors[i * width + k] ?? NaN);
    const sign = cosine(along, across) < 0 ? -1 : 1; // an axis has two ends, and nothing says which is which
    return Array.from(along, (value) => sign * value);
  };
  const [first, second] = order;
  return {
    mean: Array.from(mean),
    axes: [axis(first), axis(second)],
    explained: [first, second].map((k) => (values[k ?? 0] ?? 0) / total),
  };
}
