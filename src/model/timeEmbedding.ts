/**
 * How the network is told the timestep: sines and cosines of it at many frequencies (Vaswani et al. 2017, arXiv:1706.03762,
 * section 3.5; DDPM's appendix B), so that neighbouring timesteps look alike and distant ones don't.
 */
import * as tf from '@tensorflow/tfjs-core';
import { frequencies, highestAngle } from './timeFrequencies';

/**
 * The network sees (t − 1)/T: our levels are 1..T with 0 clean, and the recipe was measured with timesteps counted from 0.
 * @param t [B], 1..T
 * @returns [B, features]: sines, then cosines, of 100 · (t − 1)/T · f_k
 */
export function timeFeatures(t: tf.Tensor1D, T: number, features: number): tf.Tensor2D {
  return tf.tidy(() => {
    const scaled: tf.Tensor2D = tf.reshape(tf.mul(tf.sub(t, 1), highestAngle / T), [-1, 1]);
    const angles: tf.Tensor2D = tf.mul(scaled, tf.tensor2d(frequencies(features), [1, features / 2]));
    return tf.concat2d([tf.sin(angles), tf.cos(angles)], 1);
  });
}
