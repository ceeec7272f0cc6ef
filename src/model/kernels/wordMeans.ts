/** The mean over the words of a caption, its padding left out. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

/**
 * @param states [B, places, C]
 * @param mask [B, places], 1 or 0, at least one 1 a row; not differentiated
 * @returns [B, C]
 */
export function meanOverWords(states: tf.Tensor3D, mask: tf.Tensor2D): tf.Tensor2D {
  const [batch, places, channels] = states.shape;
  return differentiable(
    [states],
    () => {
      const shares: tf.Tensor3D = tf.reshape(tf.div(mask, tf.sum(mask, 1, true)), [batch, places, 1]);
      return { value: tf.sum<tf.Tensor2D>(tf.mul(states, shares), 1), saved: [shares] as const };
    },
    (dy, [shares]) => [tf.mul(tf.reshape(dy, [batch, 1, channels]), shares)],
  );
}
