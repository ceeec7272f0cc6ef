/**
 * How finely a backend computes. Some phones draw WebGL to 16-bit floats only (11 bits of fraction, nothing below 6·10⁻⁸), whatever
 * they announce; so we look at what comes back, once per backend.
 */
import * as tf from '@tensorflow/tfjs-core';

type Precision = 'float32' | 'float16';

/** Numbers that a 16-bit float loses: too small, and too close to 1. */
const fineNumbers = [1e-8, 1 + 2 ** -20] as const;
/** tfjs computes with short arrays on the processor, which would tell nothing about the graphics card. */
const longEnough = 1024;

const known = new WeakMap<object, Precision>();

export function precision(): Precision {
  if (tf.getBackend() === 'webgpu') return 'float32'; // its buffers hold nothing else, and reading them at once is slow
  const backend = tf.backend();
  const found = known.get(backend) ?? measure();
  known.set(backend, found);
  return found;
}

function measure(): Precision {
  const given = Float32Array.from({ length: longEnough }, (_, i) => fineNumbers[i % fineNumbers.length] ?? 0);
  const returned = tf.tidy(() => tf.abs(tf.tensor1d(given)).dataSync());
  return given.every((value, i) => returned[i] === value) ? 'float32' : 'float16';
}

const epsilons: Readonly<Record<Precision, number>> = { float32: 1e-8, float16: 1e-4 };

/**
 * In 16-bit floats the mean square of a small gradient is 0, and so is the usual ε: Adam's step would be a division of one nothing by
 * another. Measured on a network of a few pixels: 10⁻⁸ gives NaN at the second step, 10⁻⁴ learns, 10⁻³ learns more slowly.
 */
export function adamEpsilon(): number {
  return epsilons[precision()];
}
