/** ReLU(x) = max(x, 0): the judge's activation. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

export function relu<X extends tf.Tensor>(x: X): X {
  return differentiable(
    [x],
    () => {
      const value = tf.relu(x);
      return { value, saved: [value] as const };
    },
    // The slope is 1 where something came through, and 0 elsewhere.
    (dy, [y]) => [tf.mul(dy, tf.cast(tf.greater(y, 0), 'float32'))],
  );
}
