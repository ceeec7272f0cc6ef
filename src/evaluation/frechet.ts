/**
 * The Fréchet distance between two sets of features, each taken for a Gaussian (Heusel et al. 2017, arXiv:1706.08500, there with
 * the features of another network): |μ₁ − μ₂|² + tr(C₁ + C₂ − 2·(C₁C₂)^½). Zero when the two agree in mean and covariance.
 * All in double precision: the trace is a small difference of large sums.
 */
import { AppError } from '../base/errors';
import { eigenSymmetric, product, rootOf } from './symmetric';

/** Mean and covariance of rows of features. */
export interface Gaussian {
  /** [n] */
  readonly mean: Float64Array;
  /** [n, n], divided by one less than the number of rows. */
  readonly covariance: Float64Array;
}

/**
 * @param features [rows, width]
 * @throws shape, when they are not whole rows, or fewer than two
 */
export function gaussianOf(features: Float32Array, width: number): Gaussian {
  const rows = features.length / width;
  if (!Number.isInteger(rows) || rows < 2) {
    throw new AppError('shape', `${features.length} values are not at least two rows of ${width} features.`);
  }
  const mean = new Float64Array(width);
  features.forEach((value, at) => {
    mean[at % width] = (mean[at % width] ?? NaN) + value / rows;
  });
  const covariance = new Float64Array(width * width);
  for (let row = 0; row < rows; row += 1) {
    const difference = mean.map((value, i) => (features[row * width + i] ?? NaN) - value);
    for (let i = 0; i < width; i += 1) {
      const scaled = (difference[i] ?? NaN) / (rows - 1);
      for (let j = 0; j < width; j += 1) {
        covariance[i * width + j] = (covariance[i * width + j] ?? NaN) + scaled * (difference[j] ?? NaN);
      }
    }
  }
  return { mean, covariance };
}

/**
 * The eigenvalues of C₁C₂ are those of the symmetric √C₁·C₂·√C₁, so that two symmetric decompositions are enough.
 * @throws shape, when the two have not as many features
 */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const n = a.mean.length;
  if (b.mean.length !== n) throw new AppError('shape', `${n} features cannot be compared with ${b.mean.length}.`);
  const root = rootOf(a.covariance, n);
  const between = symmetrised(product(product(root, b.covariance, n), root, n), n);
  const overlap = eigenSymmetric(between, n).values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
  const apart = a.mean.reduce((sum, value, i) => sum + (value - (b.mean[i] ?? NaN)) ** 2, 0);
  return Math.max(0, apart + trace(a.covariance, n) + trace(b.covariance, n) - 2 * overlap);
}

/** Products round, and leave a symmetric matrix a little lopsided. */
function symmetrised(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((value, at) => (value + (matrix[(at % n) * n + Math.floor(at / n)] ?? NaN)) / 2);
}

function trace(matrix: Float64Array, n: number): number {
  return matrix.reduce((sum, value, at) => (at % (n + 1) === 0 ? sum + value : sum), 0);
}
