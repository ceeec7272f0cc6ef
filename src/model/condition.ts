/** Everything the network is told besides the picture, as one vector per picture: the timestep, and a class if there is one. */
import * as tf from '@tensorflow/tfjs-core';
import type { UNetConfig } from './config';
import { matMul } from './kernels/matMul';
import { silu } from './kernels/silu';
import { add } from './kernels/sum';
import { linear } from './linear';
import type { Params } from './tensors';
import { parameter } from './tensors';
import { timeFeatures } from './timeEmbedding';

/**
 * @param t [B], 1..T
 * @param labels one class per picture, config.classes for "not told"; null tells no picture its class
 * @returns [B, embedding]
 */
export function condition(params: Params, config: UNetConfig, t: tf.Tensor1D, T: number, labels: Int32Array | null): tf.Tensor2D {
  const time = linear(params, 'time', timeFeatures(t, T, config.timeFeatures));
  if (config.classes === 0) return silu(time);
  const label = matMul(oneHot(labels, t.shape[0], config.classes), parameter(params, 'label.weight'));
  return silu(add(time, label));
}

/** A row lookup as a product with a one-hot matrix: its gradient needs no scatter, which WASM lacks. [B, classes + 1] */
function oneHot(labels: Int32Array | null, batch: number, notTold: number): tf.Tensor2D {
  const width = notTold + 1;
  const entries = new Float32Array(batch * width);
  for (let row = 0; row < batch; row += 1) entries[row * width + (labels?.[row] ?? notTold)] = 1;
  return tf.tensor2d(entries, [batch, width]);
}
