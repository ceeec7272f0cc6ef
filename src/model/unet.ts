/**
 * The U-Net (Ronneberger et al. 2015, arXiv:1505.04597; for diffusion: Ho et al. 2020, appendix B) as a function of its
 * parameters. Small enough to train while one watches: skips are added, not concatenated, and the timestep reaches every
 * block by FiLM. Left out: dropout, and the several blocks per level of larger networks.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { attention } from './attention';
import { block } from './block';
import { condition } from './condition';
import type { UNetConfig } from './config';
import { convLayer, halfSize } from './convLayer';
import type { Given } from './given';
import { shuffle, unshuffle } from './kernels/pixelShuffle';
import { add } from './kernels/sum';
import { upsample } from './kernels/upsample';
import { activatedNorm } from './norm';
import type { Params } from './tensors';
import { crossAttention } from './text/crossAttention';
import { encodeText, type EncodedText } from './text/textEncoder';

export type { Given } from './given';
export type { Params } from './tensors';

/**
 * Sees each layer's activation by the layer's name (layers.ts), and for a network that reads 'down.0.block.cross.maps', where each
 * pixel looks [B, heads, pixels, places]; it is borrowed, and gone after the call.
 */
export type Tap = (name: string, activation: tf.Tensor4D) => void;

/**
 * @param x [B, S, S, channels]
 * @param t [B], 1..T, as floats
 * @param given classes or captions, and for an upsampler the smaller picture (laid beside x as further channels: Saharia et al. 2021,
 *   SR3, arXiv:2104.07636, section 2.3) and how much noise is on it
 * @returns [B, S, S, channels]: ε, x0 or v, whatever the network was trained to predict; the caller's
 * @throws shape, when a picture or the number of labels does not fit; range, for a class or a level that does not exist
 */
export function unet(
  params: Params,
  config: UNetConfig,
  x: tf.Tensor4D,
  t: tf.Tensor1D,
  T: number,
  given: Given,
  tap?: Tap,
): tf.Tensor4D {
  checkInputs(config, x, t, given);
  return tf.tidy(() => {
    const seen = (name: string, activation: tf.Tensor4D): tf.Tensor4D => {
      tap?.(name, activation);
      return activation;
    };
    const innermost = config.widths.length - 1;
    const text = textOf(params, config, x.shape[0], given);
    const cond = condition(params, config, t, T, given, text);
    const reading = (name: string, h: tf.Tensor4D): tf.Tensor4D => {
      if (!config.text || !text) return h;
      const onMaps = tap && ((maps: tf.Tensor4D): void => tap(`${name}${mapsSuffix}`, maps));
      return seen(`${name}.cross`, crossAttention(params, `${name}.cross`, config.text, h, text, onMaps));
    };
    const residual = (name: string, h: tf.Tensor4D): tf.Tensor4D =>
      reading(name, seen(name, block(params, name, config.norm, h, cond)));

    const picture = given.small === undefined ? x : tf.concat4d([x, given.small], 3);
    let h = seen('stem', convLayer(params, 'stem', config.stem === 'unshuffle' ? unshuffle(picture) : picture));
    const skips: tf.Tensor4D[] = [];
    for (let level = 0; level < innermost; level += 1) {
      h = residual(`down.${level}.block`, h);
      skips.push(h);
      h = seen(`down.${level}.down`, convLayer(params, `down.${level}.down`, h, halfSize));
    }
    for (let i = 0; i < config.innerBlocks; i += 1) {
      h = residual(`mid.${i}`, h);
      if (config.attention && i === 0) h = seen('mid.attention', attention(params, 'mid.attention', config.norm, h));
    }
    for (let level = innermost - 1; level >= 0; level -= 1) {
      h = seen(`up.${level}.up`, upsample(convLayer(params, `up.${level}.up`, h)));
      const skip = skips[level];
      if (skip !== undefined) h = add(h, skip);
      h = residual(`up.${level}.block`, h);
    }
    const result = convLayer(params, 'out', activatedNorm(params, 'out.norm', config.norm, h));
    return seen('out', config.stem === 'unshuffle' ? shuffle(result) : result);
  });
}

/** After a block's name, where it looks. */
export const mapsSuffix = '.cross.maps';

/** @throws shape, when a network that reads is given no captions, or another is */
function textOf(params: Params, { text }: UNetConfig, batch: number, { tokens }: Given): EncodedText | null {
  if (text !== null && tokens !== undefined) return encodeText(params, text, tokens, batch);
  if (text === null && tokens === undefined) return null;
  throw new AppError(
    'shape',
    text === null ? 'This network does not read; it was given captions.' : 'This network reads, and was given no captions.',
  );
}

function checkInputs(config: UNetConfig, x: tf.Tensor4D, t: tf.Tensor1D, { labels, small, augmentation }: Given): void {
  const [batch, height, width, channels] = x.shape;
  if (height !== config.imageSize || width !== config.imageSize || channels !== config.channels) {
    const wanted = `${config.imageSize}×${config.imageSize}×${config.channels}`;
    throw new AppError('shape', `The network takes pictures of ${wanted}; it was given ${height}×${width}×${channels}.`);
  }
  if (t.shape[0] !== batch || (labels !== null && labels.length !== batch)) {
    throw new AppError('shape', `${batch} pictures came with ${t.shape[0]} timesteps and ${labels?.length ?? 'no'} labels.`);
  }
  const wrong = labels?.find((label) => label < 0 || label > config.classes);
  if (wrong !== undefined)
    throw new AppError('range', `Classes are 0 to ${config.classes}, the last meaning “not told”; one was ${wrong}.`);
  const beside = [batch, height, width, config.conditionChannels].join('×');
  if (config.conditionChannels === 0 ? small !== undefined : small?.shape.join('×') !== beside) {
    throw new AppError(
      'shape',
      config.conditionChannels === 0
        ? 'This network does not look at a smaller picture; it was given one.'
        : `This network needs a smaller picture, enlarged to ${beside}; it was given ${small?.shape.join('×') ?? 'none'}.`,
    );
  }
  checkAugmentation(config, batch, augmentation);
}

function checkAugmentation({ augmentationLevels }: UNetConfig, batch: number, levels: Int32Array | undefined): void {
  if ((levels?.length ?? 0) !== (augmentationLevels === 0 ? 0 : batch)) {
    throw new AppError('shape', `${batch} pictures came with ${levels?.length ?? 'no'} levels of augmentation.`);
  }
  const wrong = levels?.find((level) => level < 0 || level >= augmentationLevels);
  if (wrong !== undefined) {
    throw new AppError('range', `Levels of augmentation are 0 to ${augmentationLevels - 1}; one was ${wrong}.`);
  }
}
