/** A convolution with its bias, by name. */
import type * as tf from '@tensorflow/tfjs-core';
import { biasedConv } from './kernels/biasedConv';
import type { ConvOptions } from './kernels/conv2d';
import type { Params } from './tensors';
import { parameter } from './tensors';

/** The network's usual convolution keeps the picture's size. */
const sameSize: ConvOptions = { stride: 1, pad: 'same' };
/** 2×2 windows that don't overlap: half the side. */
export const halfSize: ConvOptions = { stride: 2, pad: 'valid' };

/** W is 'name.weight' [k, k, C_in, C_out], b is 'name.bias' [C_out]. */
export function convLayer(params: Params, name: string, x: tf.Tensor4D, options: ConvOptions = sameSize): tf.Tensor4D {
  return biasedConv(x, parameter(params, `${name}.weight`), parameter(params, `${name}.bias`), options);
}
