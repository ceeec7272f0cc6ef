/** Sums over everything but the channels, in the forms that are quick on every backend. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Sum over all rows: the gradient of a bias.
 * As a product with a row of ones, because WASM multiplies matrices four times as fast as it reduces over rows.
 * @param x [.., C]
 * @returns [C]
 */
export function sumOverRows(x: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => {
    const channels = x.shape[x.rank - 1] ?? 1;
    const rows: tf.Tensor2D = tf.reshape(x, [-1, channels]);
    return tf.reshape(tf.matMul(tf.ones([1, rows.shape[0]]), rows), [channels]);
  });
}

/**
 * Mean over the pixels of each picture and channel.
 * As average pooling with a window of the whole picture: five times as fast on WASM as a reduction over the two axes.
 * @param x [B, H, W, C]
 * @returns [B, 1, 1, C]
 */
export function meanOverPixels(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return tf.avgPool(x, [height, width], 1, 'valid');
}

/** Sum over the pixels of each picture and channel: [B, H, W, C] → [B, C]. */
export function sumOverPixels(x: tf.Tensor4D): tf.Tensor2D {
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => tf.mul(tf.reshape(meanOverPixels(x), [batch, channels]), height * width));
}
