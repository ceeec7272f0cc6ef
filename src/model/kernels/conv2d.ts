/**
 * Convolution (really cross-correlation, as everywhere in deep learning) with gradients made of convolutions and matrix
 * products. tfjs's own gradient calls Conv2DBackpropFilter, which its WASM backend does not have.
 *
 * With y[b,i,j,o] = Σ x[b,i+u,j+v,c] · w[u,v,c,o]:
 * - dW[u,v,c,o] = Σ x[b,i+u,j+v,c] · dy[b,i,j,o] is itself a convolution, in which the batch plays the channels, the input
 *   channels play the batch, and dy is the filter;
 * - dX is the convolution of dy with the filter reversed in space and its channel axes swapped.
 *
 * Layouts are tfjs's: pictures [B, H, W, C], filters [k, k, C_in, C_out].
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../base/errors';
import { differentiable } from './differentiable';
import { matMul } from './matMul';
import { reshape } from './reshape';

export interface ConvOptions {
  readonly stride: 1 | 2;
  readonly pad: 'same' | 'valid';
}

/**
 * @param x [B, H, W, C_in]
 * @param w [k, k, C_in, C_out]
 * @throws shape, when the channels don't fit
 * @throws range, for a stride above 1 with windows that overlap or with padding: the network has none
 */
export function conv2d(x: tf.Tensor4D, w: tf.Tensor4D, { stride, pad }: ConvOptions): tf.Tensor4D {
  const [size, , channelsIn] = w.shape;
  if (x.shape[3] !== channelsIn) {
    throw new AppError('shape', `A convolution for ${channelsIn} channels was given ${x.shape[3]}.`);
  }
  if (size === 1 && stride === 1) return pointwise(x, w);
  if (stride === 1) return dense(x, w, pad);
  if (size === stride && pad === 'valid') return pointwise(patches(x, stride), patchFilter(w));
  throw new AppError('range', `No convolution with stride ${stride}, filter ${size} and padding ${pad}.`);
}

/** A 1×1 convolution: one matrix product over all pixels. */
function pointwise(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channelsIn] = x.shape;
  const channelsOut = w.shape[3];
  const product = matMul(reshape(x, [batch * height * width, channelsIn]), reshape(w, [channelsIn, channelsOut]));
  return reshape(product, [batch, height, width, channelsOut]);
}

/** Windows that don't overlap, each laid out as one pixel: [B, H, W, C] → [B, ⌊H/k⌋, ⌊W/k⌋, k·k·C]; a rest is left out. */
function patches(x: tf.Tensor4D, k: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const rows = Math.floor(height / k);
  const columns = Math.floor(width / k);
  return differentiable(
    [x],
    () => {
      const whole = tf.slice(x, [0, 0, 0, 0], [batch, rows * k, columns * k, channels]);
      const cells = tf.transpose(tf.reshape(whole, [batch * rows, k, columns, k * channels]), [0, 2, 1, 3]);
      return { value: tf.reshape<tf.Rank.R4>(cells, [batch, rows, columns, k * k * channels]), saved: [] as const };
    },
    (dy) => {
      const cells = tf.transpose(tf.reshape(dy, [batch * rows, columns, k, k * channels]), [0, 2, 1, 3]);
      const whole: tf.Tensor4D = tf.reshape(cells, [batch, rows * k, columns * k, channels]);
      return [tf.pad(whole, [[0, 0], [0, height - rows * k], [0, width - columns * k], [0, 0]])]; // prettier-ignore
    },
  );
}

/** The filter that goes with patches: [k, k, C_in, C_out] → [1, 1, k·k·C_in, C_out]. */
function patchFilter(w: tf.Tensor4D): tf.Tensor4D {
  const [height, width, channelsIn, channelsOut] = w.shape;
  return reshape(w, [1, 1, height * width * channelsIn, channelsOut]);
}

function dense(x: tf.Tensor4D, w: tf.Tensor4D, pad: 'same' | 'valid'): tf.Tensor4D {
  const size = w.shape[0];
  const [before, after] = pad === 'same' ? [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)] : [0, 0];
  return differentiable(
    [x, w],
    () => ({ value: tf.conv2d(x, w, 1, pad), saved: [x, w] as const }),
    (dy, [input, filter]) => [inputGradient(dy, filter, before, after), filterGradient(dy, input, before, after)],
  );
}

/** A pixel at distance `before` from the edge of the padded input is reached by the filter's other end: k − 1 − before. */
function inputGradient(dy: tf.Tensor4D, w: tf.Tensor4D, before: number, after: number): tf.Tensor4D {
  const [size, , channelsIn, channelsOut] = w.shape;
  return tf.tidy(() => {
    // Reversing both spatial axes is reversing their product.
    const taps: tf.Tensor3D = tf.reshape(w, [size * size, channelsIn, channelsOut]);
    const turned = tf.transpose(tf.reverse(taps, 0), [0, 2, 1]);
    const filter: tf.Tensor4D = tf.reshape(turned, [size, size, channelsOut, channelsIn]);
    if (before === after && 2 * before === size - 1) return tf.conv2d(dy, filter, 1, 'same');
    return tf.conv2d(padPixels(dy, size - 1 - before, size - 1 - after), filter, 1, 'valid');
  });
}

function filterGradient(dy: tf.Tensor4D, x: tf.Tensor4D, before: number, after: number): tf.Tensor4D {
  return tf.tidy(() => {
    const input = tf.transpose(padPixels(x, before, after), [3, 1, 2, 0]); // [C_in, H+k−1, W+k−1, B]
    const filter = tf.transpose(dy, [1, 2, 0, 3]); // [H, W, B, C_out]
    return tf.transpose(tf.conv2d(input, filter, 1, 'valid'), [1, 2, 0, 3]); // [C_in, k, k, C_out] → [k, k, C_in, C_out]
  });
}

function padPixels(x: tf.Tensor4D, before: number, after: number): tf.Tensor4D {
  return before === 0 && after === 0 ? x : tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]]); // prettier-ignore
}
