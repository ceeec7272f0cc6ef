import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { frechetDistance, gaussianOf, type Gaussian } from '../../src/evaluation/frechet';
import { eigenSymmetric, product, rootOf } from '../../src/evaluation/symmetric';
import { expectError } from '../support/expectError';

const gaussian = (mean: readonly number[], covariance: readonly number[]): Gaussian => ({
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance),
});

/** A Aᵀ for a random A: symmetric, with positive eigenvalues. */
function randomCovariance(n: number, seed: number): Float64Array {
  const a = Float64Array.from(createRng(seed).normals(n * n));
  const turned = a.map((_, at) => a[(at % n) * n + Math.floor(at / n)] ?? NaN);
  return product(a, turned, n);
}

function expectClose(actual: Float64Array, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN)), `entry ${i}`).toBeLessThan(tolerance));
}

describe('symmetric matrices', () => {
  test('eigenvalues by hand: [[2, 1], [1, 2]] has 1 and 3', () => {
    const { values } = eigenSymmetric(Float64Array.of(2, 1, 1, 2), 2);
    expectClose(values.sort(), [1, 3], 1e-14);
  });

  test('eigenvectors give the matrix back, and are orthonormal', () => {
    const n = 20;
    const matrix = randomCovariance(n, 1);
    const { values, vectors } = eigenSymmetric(matrix, n);
    const turned = vectors.map((_, at) => vectors[(at % n) * n + Math.floor(at / n)] ?? NaN);
    const scaled = vectors.map((entry, at) => entry * (values[at % n] ?? NaN));
    expectClose(product(scaled, turned, n), matrix, 1e-11);
    expectClose(
      product(turned, vectors, n),
      new Float64Array(n * n).map((_, at) => (at % (n + 1) === 0 ? 1 : 0)),
      1e-12,
    );
  });

  test('a root, squared, is the matrix; of a diagonal one it is the roots', () => {
    const matrix = randomCovariance(64, 2);
    const root = rootOf(matrix, 64);
    expectClose(product(root, root, 64), matrix, 1e-9);
    expectClose(rootOf(Float64Array.of(9, 0, 0, 4), 2), [3, 0, 0, 2], 1e-14);
  });

  test('a direction without any spread is no trouble', () => {
    expectClose(rootOf(Float64Array.of(1, 1, 1, 1), 2), [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2], 1e-12);
  });

  test('what is not a number is refused', () => {
    expectError(() => eigenSymmetric(Float64Array.of(1, NaN, NaN, 1), 2), 'internal');
  });
});

describe('gaussianOf', () => {
  test('by hand: (1, 0), (3, 4), (5, 2)', () => {
    // Means 3 and 2; differences (−2, −2), (0, 2), (2, 0): sums of products 8, 4, 8, over 2.
    const { mean, covariance } = gaussianOf(Float32Array.of(1, 0, 3, 4, 5, 2), 2);
    expectClose(mean, [3, 2], 1e-12);
    expectClose(covariance, [4, 2, 2, 4], 1e-12);
  });

  test('one row has no spread, and half a row is none', () => {
    expectError(() => gaussianOf(Float32Array.of(1, 2), 2), 'shape');
    expectError(() => gaussianOf(Float32Array.of(1, 2, 3), 2), 'shape');
  });
});

describe('frechetDistance', () => {
  test('in one dimension it is (μ₁ − μ₂)² + (σ₁ − σ₂)²', () => {
    expect(frechetDistance(gaussian([1], [4]), gaussian([4], [25]))).toBeCloseTo(9 + 9, 12);
  });

  test('for covariances that commute it is the sum over their common directions', () => {
    // Both have the eigenvectors (1, 1) and (1, −1): eigenvalues 9, 1 and 4, 16.
    const a = gaussian([0, 0], [5, 4, 4, 5]);
    const b = gaussian([3, 4], [10, -6, -6, 10]);
    expect(frechetDistance(a, b)).toBeCloseTo(25 + (3 - 2) ** 2 + (1 - 4) ** 2, 10);
  });

  test('for covariances that do not commute: C₁ = diag(1, 4) against [[2, 1], [1, 2]]', () => {
    // C₁C₂ = [[2, 1], [4, 8]]: trace 10, determinant 12, so (√λ₁ + √λ₂)² = 10 + 2√12.
    const expected = 5 + 4 - 2 * Math.sqrt(10 + 2 * Math.sqrt(12));
    expect(frechetDistance(gaussian([0, 0], [1, 0, 0, 4]), gaussian([0, 0], [2, 1, 1, 2]))).toBeCloseTo(expected, 12);
  });

  test('nothing from itself, the same both ways', () => {
    const a = { mean: Float64Array.from(createRng(3).normals(64)), covariance: randomCovariance(64, 4) };
    const b = { mean: Float64Array.from(createRng(5).normals(64)), covariance: randomCovariance(64, 6) };
    expect(frechetDistance(a, a)).toBeLessThan(1e-8);
    expect(frechetDistance(a, b)).toBeGreaterThan(100);
    expect(Math.abs(frechetDistance(a, b) - frechetDistance(b, a))).toBeLessThan(1e-8);
  });

  test('samples of one Gaussian come nearer the more there are', () => {
    const rng = createRng(7);
    const of = (rows: number): Gaussian => gaussianOf(rng.normals(rows * 8), 8);
    const far = frechetDistance(of(50), of(50));
    expect(frechetDistance(of(5000), of(5000))).toBeLessThan(far / 10);
  });

  test('another number of features is refused', () => {
    expectError(() => frechetDistance(gaussian([0], [1]), gaussian([0, 0], [1, 0, 0, 1])), 'shape');
  });
});
