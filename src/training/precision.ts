/**
 * How finely a backend computes. Some phones draw WebGL to 16-bit floats only (11 bits of fraction, nothing below 6·10⁻⁸), whatever
 * they announce; so we look at what comes back, once per backend.
 */
import * as tf from '@tensorflow/tfjs-core';

type Precision = 'float32' | 'float16';

/** Numbers that a 16-bit float loses: too small, and too close to 1. */
const fineNumbers = [1e-8, 1 + 2 ** -20] as const;

const known = new WeakMap<object, Precision>();

export function precision(): Precision {
  const backend = tf.backend();
  const found = known.get(backend) ?? measure();
  known.set(backend, found);
  return found;
}

function measure(): Precision {
  const given = Float32Array.from(fineNumbers);
  const returned = tf.tidy(() => tf.abs(tf.tensor1d(given)).dataSync());
  return given.every((value, i) => returned[i] === value) ? 'float32' : 'float16';
}

/**
 * Adam's ε. In 16-bit floats the mean square of a small gradient is 0, and the step would be a division by ε alone: it has to be as
 * large as the root of what got lost.
 */
export function adamEpsilon(): number {
  return precision() === 'float32' ? 1e-8 : 1e-3;
}
