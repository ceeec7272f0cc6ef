/** What the network is told besides pictures, as one vector for each: the timestep, a class, a caption, the noise on a smaller picture, an embedding. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import type { UNetConfig } from './config';
import type { Given } from './given';
import { matMul } from './kernels/matMul';
import { oneHot } from './kernels/oneHot';
import { reshape } from './kernels/reshape';
import { silu } from './kernels/silu';
import { add } from './kernels/sum';
import { linear } from './linear';
import type { Params } from './tensors';
import { parameter } from './tensors';
import type { EncodedText } from './text/textEncoder';
import { textPrefix } from './text/textParameters';
import { timeFeatures } from './timeEmbedding';

/**
 * @param t [B], 1..T
 * @param given its classes and levels of augmentation; null tells no picture its class
 * @param text its captions; null for a network that reads none
 * @returns [B, embedding]
 */
export function condition(
  params: Params,
  config: UNetConfig,
  t: tf.Tensor1D,
  T: number,
  given: Omit<Given, 'small' | 'tokens'>,
  text: Pick<EncodedText, 'pooled'> | null = null,
): tf.Tensor2D {
  const batch = t.shape[0];
  let told = config.time
    ? linear(params, 'time', timeFeatures(t, T, config.timeFeatures))
    : // As a product, like a row lookup: on WASM it is one of our kernels.
      matMul(tf.ones<tf.Rank.R2>([batch, 1]), reshape<tf.Rank.R2>(parameter(params, 'time.bias'), [1, config.embedding]));
  if (config.classes > 0) {
    const rows = Int32Array.from({ length: batch }, (_, i) => given.labels?.[i] ?? config.classes);
    told = add(told, matMul(oneHot(rows, config.classes + 1), parameter(params, 'label.weight')));
  }
  if (config.augmentationLevels > 0) {
    const rows = given.augmentation ?? new Int32Array(batch);
    told = add(told, matMul(oneHot(rows, config.augmentationLevels), parameter(params, 'augmentation.weight')));
  }
  if (text) told = add(told, linear(params, `${textPrefix}.told`, text.pooled));
  if (config.vectorFeatures > 0) told = add(told, linear(params, 'vector', scaledVector(config, batch, given.vector)));
  return silu(told);
}

/**
 * An embedding has length 1: scaled, so that its entries are of order one, as all else that linear layers read. Nothing told is nothing.
 * @throws shape
 */
function scaledVector({ vectorFeatures }: UNetConfig, batch: number, vector: tf.Tensor2D | undefined): tf.Tensor2D {
  if (vector === undefined) return tf.zeros([batch, vectorFeatures]);
  if (vector.shape[0] !== batch || vector.shape[1] !== vectorFeatures) {
    const wanted = `${batch} pictures need embeddings of ${vectorFeatures} numbers each`;
    throw new AppError('shape', `${wanted}; there were ${vector.shape[0]} of ${vector.shape[1]}.`);
  }
  return tf.mul(vector, Math.sqrt(vectorFeatures));
}
