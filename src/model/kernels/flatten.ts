/** All of a picture in one row. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

/** [B, H, W, C] → [B, H·W·C] */
export function flatten(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  return differentiable(
    [x],
    () => ({ value: tf.reshape<tf.Rank.R2>(x, [batch, height * width * channels]), saved: [] as const }),
    (dy) => [tf.reshape(dy, x.shape)],
  );
}
