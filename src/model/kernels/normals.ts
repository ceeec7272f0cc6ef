/**
 * Normal numbers of several generators at once, as a tensor: by a kernel where a backend has one that gives the very bits of
 * rng.normals, and by that elsewhere. Drawing pictures asks for them at every step.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../../base/rng';

export const normalsKernel = 'Normals';

/** Of one generator: its four words, a number kept back as a double, and whether there is one; 32 bytes, so that doubles lie even. */
export const wordsPerStream = 8;

/**
 * @param rngs from which nothing has been drawn yet
 * @param count of each generator a call
 * @returns a function that goes on drawing: [rngs, count], the caller's
 */
export function normalStreams(rngs: readonly Rng[], count: number): () => tf.Tensor2D {
  if (tf.getKernel(normalsKernel, tf.getBackend()) === undefined) return () => looped(rngs, count);
  let state: Int32Array = new Int32Array(rngs.length * wordsPerStream);
  rngs.forEach((rng, i) => state.set(rng.words(), i * wordsPerStream));
  return () => {
    const before = tf.tensor2d(state, [rngs.length, wordsPerStream], 'int32');
    const [drawn, after] = tf.engine().runKernel(normalsKernel, { before }, { count }) as unknown as tf.Tensor2D[]; // a list of two
    if (!drawn || !after) throw new Error('the kernel gave less than it should');
    state = after.dataSync<'int32'>();
    tf.dispose([before, after]);
    return drawn;
  };
}

function looped(rngs: readonly Rng[], count: number): tf.Tensor2D {
  const values = new Float32Array(rngs.length * count);
  rngs.forEach((rng, i) => values.set(rng.normals(count), i * count));
  return tf.tensor2d(values, [rngs.length, count]);
}
