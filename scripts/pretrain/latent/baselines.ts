/** How else a digit is reduced to few numbers: pixels averaged in squares, and the directions in which digits spread most (PCA). */
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../../../src/base/rng';
import { imageBytes, imageSide } from '../../../src/data/manifest';
import { enlarge, shrink } from '../../../src/data/resize';

export interface Baseline {
  readonly kind: 'shrunk' | 'linear';
  readonly numbers: number;
  /** Of digits [n, 28, 28], what comes back. */
  readonly back: (pixels: Float32Array) => Float32Array;
}

const smallSides = [7, 14] as const;
const componentCounts = [2, 49, 98, 196] as const;
/** Of subspace iteration: what is left of a direction that does not belong falls with each. */
const rounds = 30;

/** @param training [n, 28, 28]: what the directions are found on */
export function baselines(training: Float32Array): readonly Baseline[] {
  const shrunk = smallSides.map((side): Baseline => ({
    kind: 'shrunk',
    numbers: side * side,
    back: (pixels) => enlarge(shrink(pixels, imageSide, side), side, imageSide),
  }));
  const mean = tf.tidy(() => tf.mean(tf.tensor2d(training, [training.length / imageBytes, imageBytes]), 0));
  const directions = principal(training, mean, Math.max(...componentCounts));
  const linear = componentCounts.map((numbers): Baseline => ({
    kind: 'linear',
    numbers,
    back: (pixels) =>
      tf.tidy(() => {
        const x = tf.tensor2d(pixels, [pixels.length / imageBytes, imageBytes]);
        const q: tf.Tensor2D = tf.slice(directions, [0, 0], [imageBytes, numbers]);
        const back = tf.add(tf.matMul(tf.matMul(tf.sub(x, mean), q), tf.transpose(q)), mean);
        return Float32Array.from(back.dataSync<'float32'>());
      }),
  }));
  return [...shrunk, ...linear];
}

/** The directions of largest variance, the largest first: orthogonal iteration on the covariance. [784, count] */
function principal(training: Float32Array, mean: tf.Tensor, count: number): tf.Tensor2D {
  return tf.tidy(() => {
    const centred: tf.Tensor2D = tf.sub(tf.tensor2d(training, [training.length / imageBytes, imageBytes]), mean);
    const covariance: tf.Tensor2D = tf.matMul(tf.transpose(centred), centred);
    let q = orthonormal(createRng(0, 'directions').normals(imageBytes * count), count);
    for (let round = 0; round < rounds; round += 1) {
      const next = tf.matMul(covariance, tf.tensor2d(q, [imageBytes, count]));
      q = orthonormal(next.dataSync<'float32'>(), count);
    }
    return tf.tensor2d(q, [imageBytes, count]);
  });
}

/** Gram–Schmidt on the columns, in double precision, twice, since once leaves rounding errors. @param columns [784, count] */
function orthonormal(columns: ArrayLike<number>, count: number): Float32Array {
  const vectors = Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: imageBytes }, (_, i) => columns[i * count + k] ?? NaN),
  );
  vectors.forEach((vector, k) => {
    for (const earlier of [...vectors.slice(0, k), ...vectors.slice(0, k)]) {
      const along = dot(vector, earlier);
      for (let i = 0; i < imageBytes; i += 1) vector[i] = (vector[i] ?? NaN) - along * (earlier[i] ?? NaN);
    }
    const length = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < imageBytes; i += 1) vector[i] = (vector[i] ?? NaN) / length;
  });
  const result = new Float32Array(imageBytes * count);
  vectors.forEach((vector, k) => vector.forEach((value, i) => (result[i * count + k] = value)));
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}
