/**
 * Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/): the momentum of a weight matrix, with all its
 * singular values brought near 1, is the step. What Adam does for single numbers, Muon does for directions: rare ones count as much as common ones.
 *
 * Names: buffer b ← μ·b + (1 − μ)·g; Nesterov's look ahead u = (1 − μ)·g + μ·b; then five Newton–Schulz steps
 * X ← a·X + b·(X Xᵀ)·X + c·(X Xᵀ)²·X from X = u/‖u‖. All matrices in them are polynomials of the first X Xᵀ, so we iterate
 * those, which are small, and multiply with the large u once at the end: little more than a third of the work, the same numbers up
 * to rounding.
 */
import * as tf from '@tensorflow/tfjs-core';
import { hasPass, muonKernel, muonPass } from '../model/kernels/optimizerPasses';
import { precision } from './precision';

export interface MuonState {
  /** A convolution's filter [k, k, C_in, C_out]; as a matrix it is [k·k·C_in, C_out]. */
  readonly value: tf.Tensor;
  readonly buffer: tf.Tensor;
}

export const muonMomentum = 0.9;
/** The kernel multiplies matrices in panels of eight columns. */
const muonColumnMultiple = 8;

/** Jordan's coefficients: steep at 0, so that small singular values grow fast; they end between about 0.7 and 1.2, not at 1. */
const coefficients = { a: 3.4445, b: -4.775, c: 2.0315 } as const;
export const newtonSchulzSteps = 5;
const epsilon = 1e-7;

/**
 * @param clip a scalar that the gradient is multiplied by first
 * @returns new tensors, the caller's
 */
export function muonStep({ value, buffer }: MuonState, gradient: tf.Tensor, clip: tf.Scalar, learningRate: number): MuonState {
  const columns = value.shape[value.rank - 1] ?? 1;
  if (hasPass(muonKernel) && fitsMuonKernel(value)) {
    return muonPass({ value, buffer, gradient, clip }, { rate: learningRate, momentum: muonMomentum });
  }
  return tf.tidy(() => {
    const clipped = tf.mul(gradient, clip);
    const newBuffer = tf.add(tf.mul(buffer, muonMomentum), tf.mul(clipped, 1 - muonMomentum));
    const ahead = tf.add(tf.mul(clipped, 1 - muonMomentum), tf.mul(newBuffer, muonMomentum));
    const direction = tf.reshape(orthogonalise(tf.reshape(ahead, [-1, columns])), value.shape);
    return { value: tf.sub(value, tf.mul(direction, learningRate)), buffer: newBuffer };
  });
}

export function fitsMuonKernel({ shape, rank }: tf.Tensor): boolean {
  return (shape[rank - 1] ?? 1) % muonColumnMultiple === 0;
}

/**
 * The matrix with the same singular vectors and singular values near 1 (zero stays zero).
 * @param u [N, M]; quickest when N ≥ M
 */
export function orthogonalise(u: tf.Tensor2D): tf.Tensor2D {
  const [rows, columns] = u.shape;
  return tf.tidy(() => {
    if (rows < columns) return tf.transpose(orthogonalise(tf.transpose(u)));
    // The squares of small numbers are 0 in 16 bits. The size of u does not matter, so make its largest number 1 first.
    const visible: tf.Tensor2D = precision() === 'float16' ? tf.div(u, tf.add(tf.max(tf.abs(u)), epsilon)) : u;
    const norm = tf.add(tf.sqrt(tf.sum(tf.square(visible))), epsilon);
    const start: tf.Tensor2D = tf.div(visible, norm);
    // WASM multiplies plain matrices fast and transposed or batched ones ten times slower: transpose first.
    return tf.matMul(start, polynomial(tf.matMul(tf.transpose(start), start), columns));
  });
}

/** P with X_end = X_start · P, given the Gram matrix XᵀX of the start; everything is symmetric and commutes. */
function polynomial(gram: tf.Tensor2D, size: number): tf.Tensor2D {
  const { a, b, c } = coefficients;
  const scaledIdentity: tf.Tensor2D = tf.mul(tf.eye(size), a);
  let product: tf.Tensor2D | null = null;
  let current = gram;
  for (let step = 1; step <= newtonSchulzSteps; step += 1) {
    const factor: tf.Tensor2D = tf.add(tf.add(scaledIdentity, tf.mul(current, b)), tf.mul(tf.matMul(current, current), c));
    product = product === null ? factor : tf.matMul(product, factor);
    if (step < newtonSchulzSteps) current = tf.matMul(tf.matMul(factor, current), factor);
  }
  return product ?? tf.eye(size);
}
