/** Limiting the gradient's length (Pascanu et al. 2013, arXiv:1211.5063): one wild batch should not throw the weights away. */
import * as tf from '@tensorflow/tfjs-core';
import { gradientNormKernel, gradientNormPass, hasPass } from '../model/kernels/optimizerPasses';
import type { Params } from '../model/tensors';

/** Against division by zero, as in PyTorch's clip_grad_norm_. */
const epsilon = 1e-6;

/** √ of the sum of squares over all tensors: a scalar. */
export function globalNorm(gradients: Params): tf.Scalar {
  if (hasPass(gradientNormKernel)) return gradientNormPass(Object.values(gradients));
  return tf.tidy(() => tf.sqrt<tf.Scalar>(tf.addN(Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient))))));
}

/** min(1, limit/norm), by which every gradient is multiplied: the direction stays, the length is at most `limit`. */
export function clipFactor(norm: tf.Scalar, limit: number | null): tf.Scalar {
  if (limit === null) return tf.onesLike(norm);
  return tf.tidy(() => tf.minimum<tf.Scalar>(tf.div(limit, tf.add(norm, epsilon)), 1));
}
