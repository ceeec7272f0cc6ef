/** Sums of activations, with their gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { sumOverRows } from './columnSums';
import { differentiable } from './differentiable';

/** a + b, of one shape: residuals and skips. */
export function add<X extends tf.Tensor>(a: X, b: X): X {
  return differentiable(
    [a, b],
    () => ({ value: tf.add<X>(a, b), saved: [] as const }),
    (dy) => [tf.clone(dy), tf.clone(dy)],
  );
}

/**
 * One bias per channel.
 * @param x [.., C]
 * @param bias [C]
 */
export function addBias<X extends tf.Tensor>(x: X, bias: tf.Tensor): X {
  return differentiable(
    [x, bias],
    () => ({ value: tf.add<X>(x, bias), saved: [] as const }),
    (dy) => [tf.clone(dy), sumOverRows(dy)],
  );
}
