/**
 * One space for pictures and captions (CLIP: Radford et al. 2021, arXiv:2103.00020): an encoder for each, trained so that a picture lies near its own
 * caption and far from others'. Only directions count: every embedding has length 1.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ContrastiveConfig } from './contrastiveConfig';
import { convLayer, halfSize } from './convLayer';
import { flatten } from './kernels/flatten';
import type { Sharpness } from './kernels/pairSurprise';
import { unshuffle } from './kernels/pixelShuffle';
import { add } from './kernels/sum';
import { unitRows } from './kernels/unitRows';
import { linear } from './linear';
import { activatedNorm } from './norm';
import type { Params } from './tensors';
import { parameter } from './tensors';
import { encodeText } from './text/textEncoder';

/** Cosines are multiplied by this before they are compared: where CLIP starts, and where it stops (section 2.5). */
const startingScale = 1 / 0.07;
const mostScale = 100;

/**
 * @param x [B, S, S, 1] in −1 … 1
 * @returns [B, features], rows of length 1
 */
export function embedImages(params: Params, { blocks }: ContrastiveConfig, x: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    let h = convLayer(params, 'image.stem', unshuffle(x));
    h = convLayer(params, 'image.down', activatedNorm(params, 'image.down.norm', 'rms', h), halfSize);
    for (let i = 0; i < blocks; i += 1) {
      h = add(h, convLayer(params, `image.${i}`, activatedNorm(params, `image.${i}.norm`, 'rms', h)));
    }
    return unitRows(linear(params, 'image.out', flatten(activatedNorm(params, 'image.norm', 'rms', h))));
  });
}

/**
 * @param tokens [B · places]; a row of padding is the empty caption
 * @returns [B, features], rows of length 1
 */
export function embedTokens(params: Params, { text }: ContrastiveConfig, tokens: Int32Array): tf.Tensor2D {
  return tf.tidy(() => {
    const { pooled } = encodeText(params, text, tokens, tokens.length / text.places);
    return unitRows(linear(params, 'caption.out', pooled));
  });
}

/** How sharply similarities are compared. */
export function sharpness(params: Params): Sharpness {
  return { log: parameter(params, 'scale.log'), start: Math.log(startingScale), most: Math.log(mostScale) };
}
