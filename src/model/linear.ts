/** A linear layer on rows: y = x·W + b. */
import type * as tf from '@tensorflow/tfjs-core';
import { affine } from './kernels/affine';
import { matMul } from './kernels/matMul';
import { addBias } from './kernels/sum';
import type { Params } from './tensors';
import { parameter } from './tensors';

/**
 * @param x [N, in]; W is 'name.weight' [in, out], b is 'name.bias' [out]
 * @returns [N, out]
 */
export function linear(params: Params, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight: tf.Tensor2D = parameter(params, `${name}.weight`);
  const bias = parameter(params, `${name}.bias`);
  return affine(x, weight, bias) ?? addBias(matMul(x, weight), bias);
}
