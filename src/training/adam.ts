/** Adam (Kingma & Ba 2014, arXiv:1412.6980), algorithm 1, for one tensor: a pure function from old to new. */
import * as tf from '@tensorflow/tfjs-core';
import { wholePower } from '../base/portableMath';
import { adamKernel, adamPass, hasPass } from '../model/kernels/optimizerPasses';
import { adamEpsilon } from './precision';

export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
}

export interface AdamState {
  readonly value: tf.Tensor;
  /** Running mean of the gradient, and of its square. */
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/**
 * @param clip a scalar that the gradient is multiplied by first
 * @param step 1 for the first: the running means start at zero, and are divided by 1 − βᵗ for it
 * @returns new tensors, the caller's
 */
export function adamStep(
  { value, m, v }: AdamState,
  gradient: tf.Tensor,
  clip: tf.Scalar,
  step: number,
  settings: AdamSettings,
): AdamState {
  const numbers = adamNumbers(step, settings);
  if (hasPass(adamKernel)) return adamPass({ value, m, v, gradient, clip }, numbers);
  const { rate, beta1, beta2, epsilon } = numbers;
  return tf.tidy(() => {
    const clipped = tf.mul(gradient, clip);
    const newM = tf.add(tf.mul(m, beta1), tf.mul(clipped, 1 - beta1));
    const newV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(clipped), 1 - beta2));
    const change = tf.div(tf.mul(newM, rate), tf.add(tf.sqrt(newV), epsilon));
    return { value: tf.sub(value, change), m: newM, v: newV };
  });
}

/** lr · (m / c1) / (√(v / c2) + ε) with the corrections c gathered into two numbers. */
export function adamNumbers(
  step: number,
  { learningRate, beta1, beta2 }: AdamSettings,
): Omit<AdamSettings, 'learningRate'> & { readonly rate: number; readonly epsilon: number } {
  const correction1 = 1 - wholePower(beta1, step);
  const rootCorrection2 = Math.sqrt(1 - wholePower(beta2, step));
  return { beta1, beta2, rate: (learningRate * rootCorrection2) / correction1, epsilon: adamEpsilon() * rootCorrection2 };
}
