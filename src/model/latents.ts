/** Pictures to latents and back as plain arrays, for any number of pictures. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { decode, encode } from './autoencoder';
import { latentNumbers, latentShape, type AutoencoderConfig } from './autoencoderConfig';
import { split } from './kernels/gaussian';
import type { Params } from './tensors';

/** Enough for matrix products to run at full speed, few enough for the memory of a phone. */
const atOnce = 100;

export interface Moments {
  /** [n, side, side, channels] each */
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
}

/**
 * @param pixels [n, S, S], −1..1
 * @throws shape, when they are not whole pictures
 */
export async function encodePictures(params: Params, config: AutoencoderConfig, pixels: Float32Array): Promise<Moments> {
  const [size, numbers, side] = [config.imageSize ** 2, latentNumbers(config), config.imageSize];
  const count = countOf(pixels, size, 'pictures');
  const result = { mean: new Float32Array(count * numbers), logVariance: new Float32Array(count * numbers) };
  for (let first = 0; first < count; first += atOnce) {
    const part = pixels.subarray(first * size, Math.min(count, first + atOnce) * size);
    const moments = tf.tidy(() => split(encode(params, config, tf.tensor4d(part, [part.length / size, side, side, 1]))));
    try {
      const [mean, logVariance] = await Promise.all([moments.mean.data<'float32'>(), moments.logVariance.data<'float32'>()]);
      result.mean.set(mean, first * numbers);
      result.logVariance.set(logVariance, first * numbers);
    } finally {
      tf.dispose({ ...moments });
    }
  }
  return result;
}

/**
 * @param latents [n, side, side, channels]
 * @returns [n, S, S], about −1..1
 * @throws shape, when they are not whole latents
 */
export async function decodeLatents(params: Params, config: AutoencoderConfig, latents: Float32Array): Promise<Float32Array> {
  const [size, numbers] = [config.imageSize ** 2, latentNumbers(config)];
  const { side, channels } = latentShape(config);
  const count = countOf(latents, numbers, 'latents');
  const pixels = new Float32Array(count * size);
  for (let first = 0; first < count; first += atOnce) {
    const part = latents.subarray(first * numbers, Math.min(count, first + atOnce) * numbers);
    const drawn = tf.tidy(() => decode(params, config, tf.tensor4d(part, [part.length / numbers, side, side, channels])));
    try {
      pixels.set(await drawn.data<'float32'>(), first * size);
    } finally {
      drawn.dispose();
    }
  }
  return pixels;
}

function countOf(values: Float32Array, each: number, what: string): number {
  const count = values.length / each;
  if (Number.isInteger(count)) return count;
  throw new AppError('shape', `${values.length} values are not whole ${what} of ${each} numbers.`);
}

/** Per channel, over all pictures and places. @param means [.., channels] */
export function deviationOf(means: Float32Array, channels: number): Float32Array {
  const places = means.length / channels;
  return Float32Array.from({ length: channels }, (_, channel) => {
    let [sum, squares] = [0, 0];
    for (let i = channel; i < means.length; i += channels) {
      const value = means[i] ?? NaN;
      sum += value;
      squares += value * value;
    }
    return Math.sqrt(squares / places - (sum / places) ** 2);
  });
}
