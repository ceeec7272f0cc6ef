/** Comparing a gradient with what it claims to be: the slope of the function. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Rng } from '../../src/base/rng';

/**
 * Half the distance between the two points of a central difference. The error of the formula grows as its square (1e-4 of
 * the third derivative), that of float32 as its inverse (1e-7/1e-2 = 1e-5 of the value): both stay well below the tolerance.
 */
const half = 1e-2;
/** Relative to the larger of the two slopes, or to a tenth of the largest one met: a slope near 0 is a difference of rounding errors. */
const tolerance = 1e-2;
const floor = 0.1;
/** Entries tried per input; all of them if there are no more. */
const tried = 16;

export type Shape = readonly number[];

/** A tensor of standard normal numbers. */
export function normalTensor<R extends tf.Rank>(rng: Rng, shape: tf.ShapeMap[R], scale = 1): tf.Tensor<R> {
  const dimensions: readonly number[] = shape;
  const size = dimensions.reduce((product, length) => product * length, 1);
  return tf.tensor<R>(
    rng.normals(size).map((value) => scale * value),
    shape,
  );
}

/**
 * Checks dL/dinput for L = Σ weight·f(inputs) with random weights, entry by entry.
 * @param f a function of all inputs; its result may have any shape
 */
export function expectTrueGradient(f: (inputs: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], rng: Rng): void {
  tf.tidy(() => {
    const weights = normalTensor(rng, f(inputs).shape);
    const weightData = weights.dataSync<'float32'>();
    const value = (changed: tf.Tensor[]): number =>
      tf.tidy(() =>
        f(changed)
          .dataSync<'float32'>()
          .reduce((sum, entry, i) => sum + entry * (weightData[i] ?? NaN), 0),
      );
    const gradients = tf.grads((...args: tf.Tensor[]) => f(args))(inputs, weights);

    const pairs = inputs.flatMap((input, which) => {
      const data = input.dataSync<'float32'>();
      const gradient = gradients[which]?.dataSync<'float32'>();
      expect(gradients[which]?.shape, `shape of the gradient of input ${which}`).toEqual(input.shape);
      return [...rng.permutation(input.size).subarray(0, tried)].map((entry) => {
        const moved = (by: number): tf.Tensor[] => {
          const copy = data.slice();
          copy[entry] = (copy[entry] ?? NaN) + by;
          return inputs.map((other, i) => (i === which ? tf.tensor(copy, input.shape) : other));
        };
        const numeric = (value(moved(half)) - value(moved(-half))) / (2 * half);
        return { which, entry, numeric, claimed: gradient?.[entry] ?? NaN };
      });
    });
    const largest = Math.max(...pairs.map(({ numeric }) => Math.abs(numeric)));
    expect(largest, 'the function depends on its inputs').toBeGreaterThan(0);
    for (const { which, entry, numeric, claimed } of pairs) {
      const scale = Math.max(Math.abs(numeric), Math.abs(claimed), floor * largest);
      expect(
        Math.abs(numeric - claimed) / scale,
        `input ${which}, entry ${entry}: slope ${numeric}, gradient ${claimed}`,
      ).toBeLessThan(tolerance);
    }
  });
}

/** Largest difference between a tensor and the numbers it should hold. */
export function largestDifference(actual: tf.Tensor, expected: ArrayLike<number>): number {
  const data = actual.dataSync<'float32'>();
  expect(data.length).toBe(expected.length);
  return data.reduce((largest, value, i) => Math.max(largest, Math.abs(value - (expected[i] ?? NaN))), 0);
}
