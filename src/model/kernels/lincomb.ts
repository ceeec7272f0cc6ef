/**
 * A sum of weighted tensors in one pass, where a backend has a kernel that gives the very bits of the multiplications and additions
 * it stands for; null elsewhere. A step of a sampler is little else. Has no gradient: training combines nothing in this way.
 */
import * as tf from '@tensorflow/tfjs-core';

export const lincombKernel = 'LinearCombination';

/** Entries are taken by fours. */
const multiple = 4;

/** Σ weightᵢ · termᵢ, all of one shape; a new tensor, the caller's. */
export function lincomb(terms: readonly (readonly [number, tf.Tensor4D])[]): tf.Tensor4D | null {
  const fits = terms.length > 0 && terms.every(([, x]) => x.dtype === 'float32' && x.size === terms[0]?.[1].size);
  if (!fits || tf.getKernel(lincombKernel, tf.getBackend()) === undefined) return null;
  if ((terms[0]?.[1].size ?? 0) % multiple !== 0) return null;
  const inputs = Object.fromEntries(terms.map(([, x], i) => [String(i), x]));
  return tf.engine().runKernel(lincombKernel, inputs, { weights: terms.map(([weight]) => weight) }) as tf.Tensor4D;
}
