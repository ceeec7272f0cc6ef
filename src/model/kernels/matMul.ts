/** Matrix product with its gradient. Transposes are made explicitly: WASM falls back to slow code when asked to transpose. */
import * as tf from '@tensorflow/tfjs-core';
import { affine } from './affine';
import { differentiable } from './differentiable';

/**
 * @param a [N, K]
 * @param b [K, M]
 * @returns [N, M]
 */
export function matMul(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return affine(a, b, null) ?? product(a, b);
}

function product(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return differentiable(
    [a, b],
    () => ({ value: tf.matMul(a, b), saved: [a, b] as const }),
    (dy, [left, right]) => [
      tf.matMul(dy, tf.transpose(right)), // dA = dY Bᵀ
      tf.matMul(tf.transpose(left), dy), // dB = Aᵀ dY
    ],
  );
}
