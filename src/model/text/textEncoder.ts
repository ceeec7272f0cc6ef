/**
 * From the words of a caption to what a network can look at: a small transformer (Vaswani et al. 2017, arXiv:1706.03762), with the norm
 * before each layer (Xiong et al. 2020, arXiv:2002.04745). Left out: dropout. Words see each other in both directions; padding is seen by nobody.
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../base/errors';
import type { TextConfig } from '../config';
import { attendWords } from '../kernels/attendWords';
import { matMul } from '../kernels/matMul';
import { oneHot } from '../kernels/oneHot';
import { reshape } from '../kernels/reshape';
import { rms } from '../kernels/rms';
import { silu } from '../kernels/silu';
import { add } from '../kernels/sum';
import { meanOverWords } from '../kernels/wordMeans';
import { linear } from '../linear';
import { rmsNorm } from '../norm';
import { parameter, type Params } from '../tensors';
import { textPrefix } from './textParameters';

export interface EncodedText {
  /** What stands for each word, in its place. [B, places, width] */
  readonly states: tf.Tensor3D;
  /** [B, places]: 1 where there is a word, 0 where there is padding. An empty caption shows one place of padding: it too must say something. */
  readonly mask: tf.Tensor2D;
  /** Mean of the visible states: [B, width]. */
  readonly pooled: tf.Tensor2D;
}

/**
 * @param tokens [B·places], 0 for padding
 * @param prefix how the names of the parameters begin
 * @returns new tensors, the caller's
 * @throws shape, when there are not as many tokens as places; range, for a word that the vocabulary lacks
 */
export function encodeText(
  params: Params,
  config: TextConfig,
  tokens: Int32Array,
  batch: number,
  prefix = textPrefix,
): EncodedText {
  checkTokens(config, tokens, batch);
  const { places, width, layers, heads, words } = config;
  const of = (name: string): tf.Tensor2D => parameter(params, `${prefix}.${name}.weight`);
  const normed = (name: string, rows: tf.Tensor2D): tf.Tensor2D => rmsRows(rows, parameter(params, `${prefix}.${name}.weight`));
  const layer = (name: string, rows: tf.Tensor2D): tf.Tensor2D => linear(params, `${prefix}.${name}`, rows);
  const visible = visibleWords(tokens, places);
  const mask = tf.tensor2d(visible, [batch, places]);

  // Lookups as products: their gradient needs no scatter, which WASM lacks.
  let rows = add(
    matMul(oneHot(tokens, words), of('words')),
    matMul(
      oneHot(
        Int32Array.from(tokens, (_, i) => i % places),
        places,
      ),
      of('places'),
    ),
  ); // [B·places, width]
  for (let i = 0; i < layers; i += 1) {
    const read = normed(`${i}.norm1`, rows);
    const mixed = attendWords({
      ...{ query: layer(`${i}.query`, read), key: layer(`${i}.key`, read), value: layer(`${i}.value`, read) },
      ...{ visible: mask, heads },
    });
    rows = add(rows, layer(`${i}.out`, mixed));
    rows = add(rows, layer(`${i}.feed2`, silu(layer(`${i}.feed1`, normed(`${i}.norm2`, rows)))));
  }
  const states: tf.Tensor3D = reshape(normed('norm', rows), [batch, places, width]);
  return { states, mask, pooled: meanOverWords(states, mask) };
}

/** @param rows [N, C] */
export function rmsRows(rows: tf.Tensor2D, gain: tf.Tensor1D): tf.Tensor2D {
  const fused = rms(rows, gain);
  if (fused) return fused;
  const [count, channels] = rows.shape;
  return reshape(rmsNorm(reshape<tf.Rank.R4>(rows, [count, 1, 1, channels]), gain), [count, channels]);
}

/** 1 for a word and 0 for padding; the first place of a caption without words is visible. [B·places] */
function visibleWords(tokens: Int32Array, places: number): Float32Array {
  const visible = Float32Array.from(tokens, (token) => (token > 0 ? 1 : 0));
  for (let start = 0; start < visible.length; start += places) {
    if (!visible.subarray(start, start + places).includes(1)) visible[start] = 1;
  }
  return visible;
}

function checkTokens({ places, words }: TextConfig, tokens: Int32Array, batch: number): void {
  if (tokens.length !== batch * places) {
    throw new AppError(
      'shape',
      `${batch} captions of ${places} places have ${batch * places} words; there were ${tokens.length}.`,
    );
  }
  const wrong = tokens.find((token) => token < 0 || token >= words);
  if (wrong !== undefined) throw new AppError('range', `Words are numbered 0 to ${words - 1}; one was ${wrong}.`);
}
