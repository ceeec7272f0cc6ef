/** Rows divided by their length: only where they point is kept. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

/** Added to the squared length, so that a row of zeros is not divided by zero. */
const epsilon = 1e-12;

/** x / √(|x|² + ε). @param x [B, C] */
export function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return differentiable(
    [x],
    () => {
      const scale: tf.Tensor2D = tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), epsilon)); // [B, 1]
      const value: tf.Tensor2D = tf.mul(x, scale);
      return { value, saved: [value, scale] as const };
    },
    // A longer row points the same way: what lies along the row itself is taken out.
    (dy, [unit, scale]) => [tf.mul(scale, tf.sub(dy, tf.mul(unit, tf.sum(tf.mul(dy, unit), 1, true))))],
  );
}
