/**
 * Normalisation of activations. RMS (Zhang & Sennrich 2019, arXiv:1910.07467) over the channels of each pixel; group
 * normalisation (Wu & He 2018, arXiv:1803.08494) over the pixels of each group of channels. Both have one gradient for the whole formula.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { UNetConfig } from './config';
import { meanOverPixels, sumOverRows } from './kernels/columnSums';
import { differentiable } from './kernels/differentiable';
import { normSilu } from './kernels/normSilu';
import { silu } from './kernels/silu';
import type { Params } from './tensors';
import { parameter } from './tensors';

/** Added to the mean square, so that a silent pixel is not divided by zero. */
const epsilon = 1e-5;

const groups = 8;

/** The norm that the config names, with the parameters of that name: 'down.0.block.norm' has 'down.0.block.norm.weight'. */
export function norm(params: Params, name: string, kind: UNetConfig['norm'], x: tf.Tensor4D): tf.Tensor4D {
  switch (kind) {
    case 'none':
      return x;
    case 'rms':
      return rmsNorm(x, parameter(params, `${name}.weight`));
    case 'group':
      return groupNorm(x, parameter(params, `${name}.weight`), parameter(params, `${name}.bias`));
  }
}

/** SiLU of the norm: what every 3×3 convolution but the first reads. */
export function activatedNorm(params: Params, name: string, kind: UNetConfig['norm'], x: tf.Tensor4D): tf.Tensor4D {
  const fused = kind === 'rms' ? normSilu(x, parameter(params, `${name}.weight`)) : null;
  return fused ?? silu(norm(params, name, kind, x));
}

/**
 * y = x / √(mean over channels of x² + ε) · gain
 * @param x [B, H, W, C]
 * @param gain [C]
 */
export function rmsNorm(x: tf.Tensor4D, gain: tf.Tensor1D): tf.Tensor4D {
  return differentiable(
    [x, gain],
    () => {
      const scale: tf.Tensor4D = tf.rsqrt(tf.add(tf.mean(tf.square(x), 3, true), epsilon)); // [B, H, W, 1]
      const unit: tf.Tensor4D = tf.mul(x, scale);
      return { value: tf.mul<tf.Tensor4D>(unit, gain), saved: [unit, scale, gain] as const };
    },
    (dy, [unit, scale, g]) => {
      const dUnit = tf.mul(dy, g);
      // The scale shrinks as x grows: what points along x itself is taken out.
      const along = tf.mean(tf.mul(dUnit, unit), 3, true);
      return [tf.mul(scale, tf.sub(dUnit, tf.mul(unit, along))), sumOverRows(tf.mul(dy, unit))];
    },
  );
}

/**
 * y = (x − mean) / √(variance + ε) · gain + bias, mean and variance over the pixels of a picture and the channels of a group.
 * @param x [B, H, W, C], C a multiple of 8
 * @param gain [C]
 * @param bias [C]
 */
export function groupNorm(x: tf.Tensor4D, gain: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor4D {
  return differentiable(
    [x, gain, bias],
    () => {
      const centred: tf.Tensor4D = tf.sub(x, meanOverGroup(x));
      const scale: tf.Tensor4D = tf.rsqrt(tf.add(meanOverGroup(tf.square(centred)), epsilon)); // [B, 1, 1, C]
      const unit: tf.Tensor4D = tf.mul(centred, scale);
      return { value: tf.add<tf.Tensor4D>(tf.mul(unit, gain), bias), saved: [unit, scale, gain] as const };
    },
    (dy, [unit, scale, g]) => {
      const dUnit: tf.Tensor4D = tf.mul(dy, g);
      const along = meanOverGroup(tf.mul(dUnit, unit));
      const dx = tf.mul(scale, tf.sub(tf.sub(dUnit, meanOverGroup(dUnit)), tf.mul(unit, along)));
      return [dx, sumOverRows(tf.mul(dy, unit)), sumOverRows(dy)];
    },
  );
}

/** [B, H, W, C] → [B, 1, 1, C], equal within a group: the pixels' mean, then a small product that averages channels. */
function meanOverGroup(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, , , channels] = x.shape;
  return tf.tidy(() => {
    const byChannel: tf.Tensor2D = tf.reshape(meanOverPixels(x), [batch, channels]);
    return tf.reshape(tf.matMul(byChannel, groupAverage(channels)), [batch, 1, 1, channels]);
  });
}

/** [C, C]: 1/(C/groups) where two channels share a group, 0 elsewhere. */
function groupAverage(channels: number): tf.Tensor2D {
  const size = channels / groups;
  const group = (channel: number): number => Math.floor(channel / size);
  const entries = Float32Array.from({ length: channels * channels }, (_, i) =>
    group(Math.floor(i / channels)) === group(i % channels) ? 1 / size : 0,
  );
  return tf.tensor2d(entries, [channels, channels]);
}
