/**
 * One space for pictures and captions (CLIP: Radford et al. 2021, arXiv:2103.00020): an encoder for each, trained so that a picture lies near its own
 * caption and far from others'. Only directions count: every embedding has length 1.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { TextConfig } from './config';
import { convLayer, halfSize } from './convLayer';
import { flatten } from './kernels/flatten';
import { unshuffle } from './kernels/pixelShuffle';
import { add } from './kernels/sum';
import { unitRows } from './kernels/unitRows';
import { linear } from './linear';
import { activatedNorm } from './norm';
import { conv, linear as linearSpecs, type ParameterSpec } from './parameters';
import type { Params } from './tensors';
import { parameter } from './tensors';
import { pooledText } from './text/textEncoder';
import { textParameters } from './text/textParameters';

/** Numbers that stand for a picture or a caption. */
export const embeddingLength = 32;

export interface ContrastiveConfig {
  /** Side of the square picture in pixels. */
  readonly imageSize: number;
  /** Channels at a half and at a quarter of the side. */
  readonly widths: readonly [number, number];
  /** Residual convolutions at a quarter of the side. */
  readonly blocks: number;
  readonly text: TextConfig;
  /** Length of an embedding. */
  readonly features: number;
}

/** Pixels that are folded into channels. */
const foldedPixels = 4;
const kernelSide = 3;
/** Picture's side over that of the innermost activation. */
const shrinkage = 4;

/** ln(1/0.07), where CLIP starts, and ln 100, where it stops: softmax(s · cosines) with s = e to the power of this. */
const startingLogScale = 2.659;
const mostLogScale = 4.605;

/** In the order in which the network uses them. */
export function contrastiveParameters({ imageSize, widths, blocks, text, features }: ContrastiveConfig): readonly ParameterSpec[] {
  const [outer, inner] = widths;
  const norm = (name: string, channels: number): ParameterSpec => ({
    name: `${name}.weight`,
    shape: [channels],
    start: { kind: 'one' },
  });
  const specs: ParameterSpec[] = [
    ...conv('image.stem', kernelSide, foldedPixels, outer),
    norm('image.down.norm', outer),
    ...conv('image.down', 2, outer, inner),
  ];
  for (let i = 0; i < blocks; i += 1) {
    specs.push(norm(`image.${i}.norm`, inner), ...conv(`image.${i}`, kernelSide, inner, inner));
  }
  specs.push(norm('image.norm', inner), ...linearSpecs('image.out', (imageSize / shrinkage) ** 2 * inner, features));
  specs.push(...textParameters(text), ...linearSpecs('caption.out', text.width, features));
  // Starts at 0, which stands for CLIP's start.
  specs.push({ name: 'scale.log', shape: [1], start: { kind: 'zero' } });
  return specs;
}

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
  return tf.tidy(() => unitRows(linear(params, 'caption.out', pooledText(params, text, tokens))));
}

/** The logarithm of how sharply similarities are compared [1], and the most that it counts for. */
export function logScale(params: Params): { readonly value: tf.Tensor; readonly most: number } {
  return { value: parameter(params, 'scale.log'), most: mostLogScale - startingLogScale };
}

export { startingLogScale };
