/** The largest of each 2×2 pixels: half the side. tfjs's own gradient has no kernel on WASM. */
import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

const window = 2;

/** [B, H, W, C] → [B, ⌊H/2⌋, ⌊W/2⌋, C]; an odd row or column at the end is left out. */
export function maxPool(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [oddRows, oddColumns] = [height % window, width % window];
  return differentiable(
    [x],
    () => {
      const value = tf.maxPool(x, window, window, 'valid');
      return { value, saved: [x, value] as const };
    },
    (dy, [input, largest]) => {
      const even: tf.Tensor4D = tf.slice(input, [0, 0, 0, 0], [batch, height - oddRows, width - oddColumns, channels]);
      const chosen: tf.Tensor4D = tf.cast(tf.equal(even, enlarged(largest)), 'float32');
      // Equals share: on blank paper all four are the largest.
      const equals = tf.mul(tf.avgPool(chosen, window, window, 'valid'), window * window);
      const gradient: tf.Tensor4D = tf.mul(chosen, enlarged(tf.div(dy, equals)));
      return [oddRows + oddColumns === 0 ? gradient : tf.pad(gradient, [[0, 0], [0, oddRows], [0, oddColumns], [0, 0]])]; // prettier-ignore
    },
  );
}

/** Every pixel becomes a 2×2 square. */
function enlarged(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return tf.image.resizeNearestNeighbor(x, [height * window, width * window]);
}
