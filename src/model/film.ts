/** FiLM (Perez et al. 2017, arXiv:1709.07871): the condition scales and shifts each channel. */
import * as tf from '@tensorflow/tfjs-core';
import { sumOverPixels } from './kernels/columnSums';
import { differentiable } from './kernels/differentiable';
import { filmLayers } from './kernels/filmLayers';
import { linear } from './linear';
import type { Params } from './tensors';
import { parameter } from './tensors';

/**
 * x · (1 + scale) + shift, both linear in the condition.
 * @param x [B, H, W, C]
 * @param cond [B, embedding]
 */
export function film(params: Params, name: string, x: tf.Tensor4D, cond: tf.Tensor2D): tf.Tensor4D {
  const { scale, shift } = scaleAndShift(params, name, cond);
  return modulate(x, scale, shift);
}

/** Both [B, C]. Two small layers, because splitting one wide result is slow on WASM. */
export function scaleAndShift(
  params: Params,
  name: string,
  cond: tf.Tensor2D,
): { readonly scale: tf.Tensor2D; readonly shift: tf.Tensor2D } {
  const of = (part: string): tf.Tensor => parameter(params, `${name}.${part}`);
  const fused = filmLayers({
    ...{ cond, scaleWeight: of('scale.weight'), scaleBias: of('scale.bias') },
    ...{ shiftWeight: of('shift.weight'), shiftBias: of('shift.bias') },
  });
  return fused ?? { scale: linear(params, `${name}.scale`, cond), shift: linear(params, `${name}.shift`, cond) };
}

/**
 * x · (1 + scale) + shift
 * @param x [B, H, W, C]
 * @param scale [B, C]
 * @param shift [B, C]
 */
export function modulate(x: tf.Tensor4D, scale: tf.Tensor2D, shift: tf.Tensor2D): tf.Tensor4D {
  const [batch, channels] = scale.shape;
  return differentiable(
    [x, scale, shift],
    () => {
      const gain: tf.Tensor4D = tf.reshape(tf.add(scale, 1), [batch, 1, 1, channels]);
      const value: tf.Tensor4D = tf.add(tf.mul(x, gain), tf.reshape(shift, [batch, 1, 1, channels]));
      return { value, saved: [x, gain] as const };
    },
    (dy, [input, gain]) => [tf.mul(dy, gain), sumOverPixels(tf.mul(dy, input)), sumOverPixels(dy)],
  );
}
