/** The same numbers in another shape. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

export function reshape<R extends tf.Rank>(x: tf.Tensor, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  return differentiable(
    [x],
    () => ({ value: tf.reshape(x, shape), saved: [] as const }),
    (dy) => [tf.reshape(dy, x.shape)],
  );
}
