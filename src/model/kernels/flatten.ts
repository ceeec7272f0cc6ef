/** All of a picture in one row, and back. */
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

/** [B, side·side·C] → [B, side, side, C] */
export function unflatten(x: tf.Tensor2D, side: number): tf.Tensor4D {
  const [batch, values] = x.shape;
  return differentiable(
    [x],
    () => ({ value: tf.reshape<tf.Rank.R4>(x, [batch, side, side, values / (side * side)]), saved: [] as const }),
    (dy) => [tf.reshape(dy, x.shape)],
  );
}
