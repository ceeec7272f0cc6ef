/** The noise that pictures are drawn from. */
import * as tf from '@tensorflow/tfjs-core';
import { createRng } from '../base/rng';
import { normalStreams } from './kernels/normals';

/** What pictures start from, or what is fresh in a step. */
export type NoiseKind = 'start' | 'step';

/**
 * Each picture has noise of its own, which depends on the seed and its place alone: more pictures never change the first.
 * @param shape [count, S, S, channels]
 * @returns a function that goes on drawing; what it gives is the caller's
 */
export function pictureNoise(seed: number, shape: readonly [number, number, number, number]): (kind: NoiseKind) => tf.Tensor4D {
  const [count, ...picture] = shape;
  const pixels = picture.reduce((product, length) => product * length, 1);
  const rng = createRng(seed, 'draw');
  const streams = (kind: NoiseKind): (() => tf.Tensor2D) =>
    normalStreams(
      Array.from({ length: count }, (_, i) => rng.fork(kind, i)),
      pixels,
    );
  const draw = { start: streams('start'), step: streams('step') };
  return (kind) => tf.tidy(() => tf.reshape(draw[kind](), [...shape]) as tf.Tensor4D); // of four dimensions, as its shape says
}
