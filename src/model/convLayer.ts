/** A convolution with its bias, by name. */
import type * as tf from '@tensorflow/tfjs-core';
import type { ConvOptions } from './kernels/conv2d';
import { conv2d } from './kernels/conv2d';
import { addBias } from './kernels/sum';
import type { Params } from './tensors';
import { parameter } from './tensors';

/** The network's usual convolution keeps the picture's size. */
const sameSize: ConvOptions = { stride: 1, pad: 'same' };
/** 2×2 windows that don't overlap: half the side. */
export const halfSize: ConvOptions = { stride: 2, pad: 'valid' };

/** W is 'name.weight' [k, k, C_in, C_out], b is 'name.bias' [C_out]. */
export function convLayer(params: Params, name: string, x: tf.Tensor4D, options: ConvOptions = sameSize): tf.Tensor4D {
  return addBias(conv2d(x, parameter(params, `${name}.weight`), options), parameter(params, `${name}.bias`));
}
