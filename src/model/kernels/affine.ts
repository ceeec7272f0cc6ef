/**
 * x·W + b, or x·W alone, as one operation, where a backend has a kernel for it; null elsewhere. The gradient of x is computed only
 * if somebody asks for it: what a network is told is a constant.
 */
import * as tf from '@tensorflow/tfjs-core';

export const affineKernel = 'Affine';
export const affineInputGradKernel = 'AffineInputGrad';
/** From dy and x to dw and db. */
export const affineWeightGradKernel = 'AffineWeightGrad';

const columnMultiple = 8;

/**
 * @param x [N, K]
 * @param w [K, M]
 * @param b [M], or null for none
 * @returns [N, M], or null where there is no such kernel, or none for these shapes
 */
export function affine(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor | null): tf.Tensor2D | null {
  const fits = x.shape[1] === w.shape[0] && w.shape[1] % columnMultiple === 0;
  if (!fits || tf.getKernel(affineKernel, tf.getBackend()) === undefined) return null;
  return tf.engine().runKernel(affineKernel, b === null ? { x, w } : { x, w, b });
}

tf.registerGradient({
  kernelName: affineKernel,
  inputsToSave: ['x', 'w'],
  gradFunc: (dy, saved) => {
    const [x, w] = saved;
    if (Array.isArray(dy) || !x || !w) throw new Error('a product has one result, and keeps its factors');
    const sums = tf.engine().runKernel(affineWeightGradKernel, { dy, x, w }) as unknown as tf.Tensor[]; // a list of two
    const part = (which: number): tf.Tensor => {
      const found = sums[which];
      if (!found) throw new Error('the kernel gave less than it should');
      return found;
    };
    return {
      x: (): tf.Tensor => tf.engine().runKernel(affineInputGradKernel, { dy, w, x }),
      w: () => part(0),
      b: () => part(1),
    };
  },
});
