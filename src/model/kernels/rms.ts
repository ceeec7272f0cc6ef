/** The RMS norm as one operation with one gradient, where a backend has a kernel for it; null elsewhere. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

export const rmsKernel = 'RmsNorm';
/** From dy, x and gain to dx and dgain. */
export const rmsGradKernel = 'RmsNormGrad';

const channelMultiple = 4;

/**
 * @param x [.., C]
 * @param gain [C]
 */
export function rms<X extends tf.Tensor>(x: X, gain: tf.Tensor1D): X | null {
  const fits = gain.shape[0] % channelMultiple === 0;
  if (!fits || tf.getKernel(rmsKernel, tf.getBackend()) === undefined) return null;
  return differentiable(
    [x, gain],
    () => ({ value: tf.engine().runKernel(rmsKernel, { x, gain }) as X, saved: [x, gain] as const }), // of x's shape
    (dy, [input, g]) => tf.engine().runKernel(rmsGradKernel, { dy, x: input, gain: g }) as unknown as tf.Tensor[], // a list of two
  );
}
