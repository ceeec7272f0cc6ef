/** Rows of a table by their numbers, as a product with ones: the gradient of a lookup would need a scatter, which WASM lacks. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * @param columns which entry of each row is 1
 * @returns [columns, width], zero but for those
 */
export function oneHot(columns: Int32Array, width: number): tf.Tensor2D {
  const entries = new Float32Array(columns.length * width);
  columns.forEach((column, row) => {
    entries[row * width + column] = 1;
  });
  return tf.tensor2d(entries, [columns.length, width]);
}
