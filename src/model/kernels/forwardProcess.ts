/**
 * Noise and what is made of it, as one operation where a backend has a kernel that gives the very bits of the loops in
 * src/training/noising.ts; null elsewhere. Plain arrays in and out.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Rng } from '../../base/rng';

export const forwardProcessKernel = 'ForwardProcess';

/** Of one picture: xt = signal·x0 + noise·ε, target = x0·x0 + eps·ε. */
export interface Mix {
  readonly signal: number;
  readonly noise: number;
  readonly x0: number;
  readonly eps: number;
}

export interface Noised {
  readonly xt: Float32Array;
  readonly eps: Float32Array;
  readonly target: Float32Array;
}

/**
 * @param x0 [B · pixels]
 * @param mixes one per picture
 * @param rng from which nothing has been drawn yet; it is not moved on
 */
export function forwardProcess(x0: Float32Array, mixes: readonly Mix[], rng: Rng): Noised | null {
  if (tf.getKernel(forwardProcessKernel, tf.getBackend()) === undefined) return null;
  const pictures = tf.tensor2d(x0, [mixes.length, x0.length / mixes.length]);
  const attrs = { words: [...rng.words()], mixes: mixes.flatMap((mix) => [mix.signal, mix.noise, mix.x0, mix.eps]) };
  const made = tf.engine().runKernel(forwardProcessKernel, { x0: pictures }, attrs) as unknown as tf.Tensor[]; // a list of three
  const [xt, eps, target] = made.map((tensor) => tensor.dataSync<'float32'>());
  tf.dispose([pictures, ...made]);
  if (!xt || !eps || !target) throw new Error('the kernel gave less than it should');
  return { xt, eps, target };
}
