/** SiLU(x) = x · sigmoid(x) (Elfwing et al. 2017, arXiv:1702.03118): the network's only activation. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

export function silu<X extends tf.Tensor>(x: X): X {
  return differentiable(
    [x],
    () => {
      const gate = tf.sigmoid(x);
      const value = tf.mul<X>(x, gate);
      return { value, saved: [gate, value] as const };
    },
    // d/dx x·σ = σ + x·σ·(1 − σ)
    (dy, [gate, y]) => [tf.mul(dy, tf.add(gate, tf.mul(y, tf.sub(1, gate))))],
  );
}
