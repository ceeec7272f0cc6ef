/**
 * A normal distribution for every number of a latent, as an encoder gives it: mean and log-variance side by side (Kingma & Welling
 * 2013, arXiv:1312.6114). Drawing from it so that gradients pass (their eq. 4), and how far it is from the standard normal (their
 * appendix B).
 */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

/**
 * z = mean + exp(logVariance / 2) · ε
 * @param moments [B, H, W, 2C]: C means, then C log-variances
 * @param eps [B, H, W, C]; not differentiated
 * @returns [B, H, W, C]
 */
export function drawGaussian(moments: tf.Tensor4D, eps: tf.Tensor4D): tf.Tensor4D {
  return differentiable(
    [moments],
    () => {
      const { mean, logVariance } = split(moments);
      const spread: tf.Tensor4D = tf.mul(tf.exp(tf.mul(logVariance, 0.5)), eps);
      return { value: tf.add<tf.Tensor4D>(mean, spread), saved: [spread] as const };
    },
    // dz/dmean = 1, dz/dlogVariance = exp(logVariance / 2) · ε / 2
    (dy, [spread]) => [tf.concat4d([dy, tf.mul<tf.Tensor4D>(dy, tf.mul(spread, 0.5))], 3)],
  );
}

/**
 * KL(N(mean, variance) ‖ N(0, 1)) = ½ Σ (mean² + variance − 1 − logVariance), in nats a picture.
 * @param moments as above
 * @returns [B]
 */
export function klToStandard(moments: tf.Tensor4D): tf.Tensor1D {
  const [batch] = moments.shape;
  return differentiable(
    [moments],
    () => {
      const { mean, logVariance } = split(moments);
      const variance: tf.Tensor4D = tf.exp(logVariance);
      const each = tf.sub(tf.add(tf.square(mean), variance), tf.add(logVariance, 1));
      const value: tf.Tensor1D = tf.mul(tf.sum(tf.reshape(each, [batch, -1]), 1), 0.5);
      return { value, saved: [mean, variance] as const };
    },
    // dKL/dmean = mean, dKL/dlogVariance = (variance − 1) / 2
    (dy, [mean, variance]) => [
      tf.mul(tf.concat4d([mean, tf.mul<tf.Tensor4D>(tf.sub(variance, 1), 0.5)], 3), tf.reshape(dy, [batch, 1, 1, 1])),
    ],
  );
}

/** @returns mean and log-variance, [B, H, W, C] each */
export function split(moments: tf.Tensor4D): { readonly mean: tf.Tensor4D; readonly logVariance: tf.Tensor4D } {
  const [batch, height, width, both] = moments.shape;
  const size: [number, number, number, number] = [batch, height, width, both / 2];
  return {
    mean: tf.slice4d(moments, [0, 0, 0, 0], size),
    logVariance: tf.slice4d(moments, [0, 0, 0, both / 2], size),
  };
}
