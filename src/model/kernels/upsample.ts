/** Nearest-neighbour upsampling by two: every pixel becomes a 2×2 square. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

const factor = 2;

/** [B, H, W, C] → [B, 2H, 2W, C]. */
export function upsample(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return differentiable(
    [x],
    () => ({ value: tf.image.resizeNearestNeighbor(x, [height * factor, width * factor]), saved: [] as const }),
    // Each pixel was copied four times, so its gradient is the sum over the four: four times their mean.
    (dy) => [tf.mul(tf.avgPool(dy, factor, factor, 'valid'), factor * factor)],
  );
}
