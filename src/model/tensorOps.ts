/** The samplers' arithmetic on tensors: the third carrier beside arrays and coefficient records (diffusion/ops.ts). */
import * as tf from '@tensorflow/tfjs-core';
import type { VectorOps } from '../diffusion/types';
import { lincomb } from './kernels/lincomb';

/** Results are new tensors and the caller's; arguments are borrowed. */
export const tensorOps: VectorOps<tf.Tensor4D> = {
  lincomb(terms) {
    const fused = lincomb(terms);
    if (fused) return fused;
    return tf.tidy(() => {
      const [first, ...rest] = terms.map(([weight, x]): tf.Tensor4D => tf.mul(x, weight));
      if (first === undefined) throw new Error('a linear combination needs a term');
      return rest.reduce((sum, term) => tf.add(sum, term), first);
    });
  },
  clamp: (x, min, max) => tf.clipByValue(x, min, max),
};
