/** SiLU(x) = x · sigmoid(x) (Elfwing et al. 2017, arXiv:1702.03118): the network's only activation. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

/** One kernel each way, where a backend has them; from dy and x to dx. */
export const siluKernel = 'Silu';
export const siluGradKernel = 'SiluGrad';

export function silu<X extends tf.Tensor>(x: X): X {
  if (tf.getKernel(siluKernel, tf.getBackend()) !== undefined) return inOnePass(x);
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

function inOnePass<X extends tf.Tensor>(x: X): X {
  return differentiable(
    [x],
    () => ({ value: tf.engine().runKernel(siluKernel, { x }) as X, saved: [x] as const }), // of x's shape
    (dy, [input]) => [tf.engine().runKernel(siluGradKernel, { dy, x: input })],
  );
}
