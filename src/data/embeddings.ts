/** Arithmetic with embeddings: rows of numbers whose direction counts. Plain arrays, no tensors. */
import { AppError } from '../base/errors';

/** Below this length a row has no direction; it is left as it is. */
const leastLength = 1e-12;

/** Each row divided by its length. @param rows [n · width] @throws shape */
export function normalised(rows: Float32Array, width: number): Float32Array {
  const count = rowCount(rows, width);
  const unit = new Float32Array(rows.length);
  for (let row = 0; row < count; row += 1) {
    const values = rows.subarray(row * width, (row + 1) * width);
    const length = Math.sqrt(dot(values, values));
    unit.set(length > leastLength ? values.map((value) => value / length) : values, row * width);
  }
  return unit;
}

/**
 * Cosines of every row of `a` with every row of `b`, both of unit length.
 * @returns [rows of a · rows of b]
 * @throws shape
 */
export function similarities(a: Float32Array, b: Float32Array, width: number): Float32Array {
  const [rows, columns] = [rowCount(a, width), rowCount(b, width)];
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i += 1) {
    const left = a.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < columns; j += 1) out[i * columns + j] = dot(left, b.subarray(j * width, (j + 1) * width));
  }
  return out;
}

/** [width] @throws shape */
export function meanRow(rows: Float32Array, width: number): Float32Array {
  const count = rowCount(rows, width);
  const mean = new Float32Array(width);
  rows.forEach((value, at) => {
    mean[at % width] = (mean[at % width] ?? 0) + value / count;
  });
  return mean;
}

/** Cosine of the angle between two arrows; 0 for one without length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths > leastLength ? dot(a, b) / lengths : 0;
}

/** Places in a plane: each row's distance from `mean` along two axes. @throws shape */
export function projected(
  rows: Float32Array,
  { mean, axes }: { readonly mean: readonly number[]; readonly axes: readonly [readonly number[], readonly number[]] },
): readonly (readonly [x: number, y: number])[] {
  const width = mean.length;
  return Array.from({ length: rowCount(rows, width) }, (_, row) => {
    const along = (axis: readonly number[]): number =>
      axis.reduce((sum, weight, i) => sum + weight * ((rows[row * width + i] ?? 0) - (mean[i] ?? 0)), 0);
    return [along(axes[0]), along(axes[1])] as const;
  });
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function rowCount(rows: Float32Array, width: number): number {
  const count = rows.length / width;
  if (!Number.isInteger(count)) throw new AppError('shape', `${rows.length} numbers are not rows of ${width}.`);
  return count;
}
