/** SiLU of the RMS norm as one operation with one gradient, where a backend has a kernel for it; null elsewhere. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';
import { fitsTextures } from './fitsTextures';

export const normSiluKernel = 'NormSilu';
/** From dy, x and gain to dx and dgain. */
export const normSiluGradKernel = 'NormSiluGrad';

const channelMultiple = 4;

/**
 * @param x [B, H, W, C]
 * @param gain [C]
 */
export function normSilu(x: tf.Tensor4D, gain: tf.Tensor1D): tf.Tensor4D | null {
  const fits = x.shape[3] % channelMultiple === 0 && fitsTextures(x.shape);
  if (!fits || tf.getKernel(normSiluKernel, tf.getBackend()) === undefined) return null;
  return differentiable(
    [x, gain],
    () => ({ value: tf.engine().runKernel(normSiluKernel, { x, gain }) as tf.Tensor4D, saved: [x, gain] as const }), // of x's shape
    (dy, [input, g]) => tf.engine().runKernel(normSiluGradKernel, { dy, x: input, gain: g }) as unknown as tf.Tensor[], // a list of two
  );
}
