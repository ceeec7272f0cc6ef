/**
 * Folding 2×2 pixels into four channels and back (pixel shuffle: Shi et al. 2016, arXiv:1609.05158). Nothing is computed,
 * values only move; so each is the other's gradient. Channel order: row in the 2×2 cell, then column, then channel.
 */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

const side = 2;
const pixels = side * side;

/** [B, H, W, C] → [B, H/2, W/2, 4C]; H and W even. */
export function unshuffle(x: tf.Tensor4D): tf.Tensor4D {
  return differentiable(
    [x],
    () => ({ value: fold(x), saved: [] as const }),
    (dy) => [unfold(dy)],
  );
}

/** [B, H, W, 4C] → [B, 2H, 2W, C]. */
export function shuffle(x: tf.Tensor4D): tf.Tensor4D {
  return differentiable(
    [x],
    () => ({ value: unfold(x), saved: [] as const }),
    (dy) => [fold(dy)],
  );
}

/** In four axes instead of six: rows of pictures are independent, so batch and row index travel as one, and so do column and channel. */
function fold(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  return tf.tidy(() => {
    const cells = tf.reshape(x, [(batch * height) / side, side, width / side, side * channels]);
    return tf.reshape(tf.transpose(cells, [0, 2, 1, 3]), [batch, height / side, width / side, pixels * channels]);
  });
}

function unfold(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, folded] = x.shape;
  return tf.tidy(() => {
    const cells = tf.reshape(x, [batch * height, width, side, folded / side]);
    return tf.reshape(tf.transpose(cells, [0, 2, 1, 3]), [batch, height * side, width * side, folded / pixels]);
  });
}
