/**
 * A convolution with its bias as one operation, where a backend has a kernel for it; elsewhere, and for shapes that the kernel does
 * not fit, the two operations that it stands for. The gradient of the picture is computed only if somebody asks for it: the first
 * layer's is a constant.
 */
import * as tf from '@tensorflow/tfjs-core';
import { conv2d, type ConvOptions } from './conv2d';
import { addBias } from './sum';

export const convKernel = 'BiasedConv';
/** From dy, w and x, of which only the shape counts, to dx; from dy, x and w to dw and db. */
export const convInputGradKernel = 'BiasedConvInputGrad';
export const convFilterGradKernel = 'BiasedConvFilterGrad';

/** The kernel computes eight channels at a time, of the result or else of the picture. */
const channelMultiple = 8;

/**
 * @param x [B, H, W, C_in]
 * @param w [k, k, C_in, C_out]
 * @param b [C_out]
 * @throws shape, range, as conv2d
 */
export function biasedConv(x: tf.Tensor4D, w: tf.Tensor4D, b: tf.Tensor, options: ConvOptions): tf.Tensor4D {
  if (!fits(x, w, options)) return addBias(conv2d(x, w, options), b);
  const border = options.pad === 'same' ? (w.shape[0] - 1) / 2 : 0;
  return tf.engine().runKernel(convKernel, { x, w, b }, { stride: options.stride, border });
}

/** Odd filters that keep the size, or windows that don't overlap. */
function fits(x: tf.Tensor4D, w: tf.Tensor4D, { stride, pad }: ConvOptions): boolean {
  const [, height, width, channels] = x.shape;
  const [size, , channelsIn, channelsOut] = w.shape;
  if (tf.getKernel(convKernel, tf.getBackend()) === undefined || channels !== channelsIn) return false;
  const isWide = channelsOut % channelMultiple === 0;
  if (stride === 1 && pad === 'same' && size % 2 === 1) return isWide || channelsIn % channelMultiple === 0;
  return isWide && pad === 'valid' && size === stride && Math.min(height, width) >= size;
}

tf.registerGradient({
  kernelName: convKernel,
  inputsToSave: ['x', 'w'],
  gradFunc: (dy, saved, attrs) => {
    const [x, w] = saved;
    if (Array.isArray(dy) || !x || !w) throw new Error('a convolution has one result, and keeps its picture and its filter');
    const sums = tf.engine().runKernel(convFilterGradKernel, { dy, x, w }, attrs) as unknown as tf.Tensor[]; // a list of two
    const part = (which: number): tf.Tensor => {
      const found = sums[which];
      if (!found) throw new Error('the kernel gave less than it should');
      return found;
    };
    return {
      x: (): tf.Tensor => tf.engine().runKernel(convInputGradKernel, { dy, w, x }, attrs),
      w: () => part(0),
      b: () => part(1),
    };
  },
});
