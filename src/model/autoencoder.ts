/**
 * An autoencoder with a KL term: the first stage of latent diffusion (Rombach et al. 2022, arXiv:2112.10752, section 3.1), made small.
 * The encoder gives a normal distribution for every number of the latent; the decoder draws the picture from a sample or from the
 * mean. What theirs has and this has not: a perceptual loss and a discriminator, group norms, attention, many blocks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { latentShape, type AutoencoderConfig } from './autoencoderConfig';
import { convLayer, halfSize } from './convLayer';
import { flatten, unflatten } from './kernels/flatten';
import { shuffle, unshuffle } from './kernels/pixelShuffle';
import { silu } from './kernels/silu';
import { add } from './kernels/sum';
import { linear } from './linear';
import type { Params } from './tensors';

/**
 * @param x [B, S, S, 1], −1..1
 * @returns [B, side, side, 2·channels]: means, then log-variances (kernels/gaussian.ts); the caller's
 * @throws shape
 */
export function encode(params: Params, config: AutoencoderConfig, x: tf.Tensor4D): tf.Tensor4D {
  const side = config.imageSize;
  checkShape(x, [side, side, 1], 'An autoencoder');
  return tf.tidy(() => {
    const half = convLayer(params, 'encoder.stem', unshuffle(x));
    const quarter = convLayer(params, 'encoder.down', silu(half), halfSize);
    const seen = silu(residual(params, 'encoder.residual', quarter));
    if (config.latent.kind === 'grid') return convLayer(params, 'encoder.moments', seen);
    return unflatten(linear(params, 'encoder.moments', flatten(seen)), 1);
  });
}

/**
 * @param z [B, side, side, channels]
 * @returns [B, S, S, 1], about −1..1, not limited; the caller's
 * @throws shape
 */
export function decode(params: Params, config: AutoencoderConfig, z: tf.Tensor4D): tf.Tensor4D {
  const { side, channels } = latentShape(config);
  checkShape(z, [side, side, channels], 'This decoder');
  return tf.tidy(() => {
    const start =
      config.latent.kind === 'grid'
        ? convLayer(params, 'decoder.start', z)
        : unflatten(linear(params, 'decoder.start', flatten(z)), config.imageSize / 4);
    const quarter = residual(params, 'decoder.residual', start);
    const half = shuffle(convLayer(params, 'decoder.up', silu(quarter)));
    return shuffle(convLayer(params, 'decoder.out', silu(half)));
  });
}

/** x + conv(SiLU(x)) */
function residual(params: Params, name: string, x: tf.Tensor4D): tf.Tensor4D {
  return add(x, convLayer(params, name, silu(x)));
}

function checkShape(x: tf.Tensor4D, expected: readonly number[], who: string): void {
  const found = x.shape.slice(1);
  if (found.join() === expected.join()) return;
  throw new AppError('shape', `${who} takes ${expected.join('×')} numbers; it was given ${found.join('×')}.`);
}
