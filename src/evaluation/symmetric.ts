/** Symmetric matrices in double precision, row after row: what a Fréchet distance needs of linear algebra, and no more. */
import { AppError } from '../base/errors';

export interface Eigen {
  /** In no order. */
  readonly values: Float64Array;
  /** Column k belongs to values[k]; the columns are orthonormal. [n, n] */
  readonly vectors: Float64Array;
}

const mostSweeps = 60;
/** Done when the squares off the diagonal sum to this share of all. */
const negligible = 1e-28;

/**
 * Eigenvalues and eigenvectors by Jacobi's rotations (1846): each makes one entry off the diagonal zero, and sweeps over all
 * of them converge quadratically.
 * @param matrix [n, n], symmetric
 * @throws internal, if it does not converge: the matrix holds something that is not a number
 */
export function eigenSymmetric(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const vectors = identity(n);
  const total = a.reduce((sum, value) => sum + value * value, 0);
  for (let sweep = 0; sweep < mostSweeps; sweep += 1) {
    if (offDiagonal(a, n) <= negligible * total) {
      return { values: Float64Array.from({ length: n }, (_, k) => a[k * n + k] ?? NaN), vectors };
    }
    for (let p = 0; p < n; p += 1) for (let q = p + 1; q < n; q += 1) rotate(a, vectors, n, p, q);
  }
  throw new AppError('internal', `The eigenvalues of a matrix of side ${n} were not found in ${mostSweeps} sweeps.`);
}

/** Makes a[p,q] zero by a rotation in the plane of p and q. Golub & Van Loan, Matrix Computations, algorithm 8.5.1. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q] ?? NaN;
  if (apq === 0) return;
  const theta = ((a[q * n + q] ?? NaN) - (a[p * n + p] ?? NaN)) / (2 * apq);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  for (let k = 0; k < n; k += 1) turn(a, k * n + p, k * n + q, cosine, sine);
  for (let k = 0; k < n; k += 1) turn(a, p * n + k, q * n + k, cosine, sine);
  for (let k = 0; k < n; k += 1) turn(vectors, k * n + p, k * n + q, cosine, sine);
}

function turn(values: Float64Array, i: number, j: number, cosine: number, sine: number): void {
  const [x, y] = [values[i] ?? NaN, values[j] ?? NaN];
  values[i] = cosine * x - sine * y;
  values[j] = sine * x + cosine * y;
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) if (i !== j) sum += (a[i * n + j] ?? NaN) ** 2;
  return sum;
}

/** The square root that is itself symmetric and has no negative eigenvalue; rounding errors below zero count as zero. */
export function rootOf(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = eigenSymmetric(matrix, n);
  const roots = values.map((value) => Math.sqrt(Math.max(0, value)));
  const scaled = vectors.map((entry, at) => entry * (roots[at % n] ?? NaN));
  return product(scaled, transposed(vectors, n), n);
}

/** a·b, both [n, n]. */
export function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let k = 0; k < n; k += 1) {
      const factor = a[i * n + k] ?? NaN;
      for (let j = 0; j < n; j += 1) result[i * n + j] = (result[i * n + j] ?? NaN) + factor * (b[k * n + j] ?? NaN);
    }
  }
  return result;
}

function transposed(a: Float64Array, n: number): Float64Array {
  return a.map((_, at) => a[(at % n) * n + Math.floor(at / n)] ?? NaN);
}

function identity(n: number): Float64Array {
  return new Float64Array(n * n).map((_, at) => (at % (n + 1) === 0 ? 1 : 0));
}
