/**
 * unCLIP's diffusion prior (Ramesh et al. 2022, arXiv:2204.06125, section 2.2): from a caption's embedding to that of a picture it could be of, by
 * diffusion in the space of embeddings. Like the paper's it predicts the clean embedding itself; theirs is a transformer, ours three
 * residual layers. Embeddings are scaled by √features, so that their entries are of order one as the noise is.
 */
import * as tf from '@tensorflow/tfjs-core';
import { guide } from '../diffusion/guidance';
import { toPrediction } from '../diffusion/parameterization';
import type { Denoiser, Schedule } from '../diffusion/types';
import { silu } from './kernels/silu';
import { add } from './kernels/sum';
import { linear } from './linear';
import type { PriorConfig } from './priorConfig';
import type { Params } from './tensors';
import { parameter } from './tensors';
import { rmsRows } from './text/textEncoder';
import { tensorOps } from './tensorOps';
import { timeFeatures } from './timeEmbedding';

/**
 * @param x [B, features]: noised, scaled embeddings of pictures
 * @param t [B], 1..T
 * @param captions [B, features]: scaled embeddings; a row of zeros is "not told"
 * @returns [B, features]: the clean ones, scaled; the caller's
 */
export function prior(
  params: Params,
  config: PriorConfig,
  x: tf.Tensor2D,
  t: tf.Tensor1D,
  T: number,
  captions: tf.Tensor2D,
): tf.Tensor2D {
  return tf.tidy(() => {
    const told = add(linear(params, 'time', timeFeatures(t, T, config.timeFeatures)), linear(params, 'caption', captions));
    let h = add(linear(params, 'noised', x), told);
    for (let i = 0; i < config.blocks; i += 1) {
      const seen = silu(rmsRows(h, parameter(params, `block.${i}.norm.weight`)));
      h = add(h, linear(params, `block.${i}.out`, silu(linear(params, `block.${i}.in`, seen))));
    }
    return linear(params, 'clean', h);
  });
}

export interface PriorDenoiserOptions {
  /** Borrowed for as long as the denoiser is used, and so are the captions. */
  readonly params: Params;
  readonly config: PriorConfig;
  readonly schedule: Schedule;
  /** [count, features], scaled; a row of zeros is "not told". */
  readonly captions: tf.Tensor2D;
  /** 1 is plain conditional sampling. */
  readonly guidanceScale: number;
}

/** The prior as what samplers ask for; embeddings travel as [count, 1, 1, features]. The returned function gives two new tensors, the caller's. */
export function makePriorDenoiser(options: PriorDenoiserOptions): Denoiser<tf.Tensor4D> {
  const { params, config, schedule, captions, guidanceScale } = options;
  const [count] = captions.shape;
  const evaluate = (x: tf.Tensor2D, t: number, told: tf.Tensor2D): tf.Tensor4D => {
    const times: tf.Tensor1D = tf.fill([x.shape[0]], t);
    return tf.reshape(prior(params, config, x, times, schedule.T, told), [x.shape[0], 1, 1, config.features]);
  };
  const evaluateGuided = (x: tf.Tensor2D, t: number): tf.Tensor4D => {
    const both = evaluate(tf.concat2d([x, x], 0), t, tf.concat2d([captions, tf.zerosLike(captions)], 0));
    const part = (first: number): tf.Tensor4D => tf.slice4d(both, [first, 0, 0, 0], [count, 1, 1, config.features]);
    return guide({ cond: part(0), uncond: part(count), scale: guidanceScale, ops: tensorOps });
  };
  return (x, level) =>
    tf.tidy(() => {
      const rows: tf.Tensor2D = tf.reshape(x, [count, config.features]);
      const output = guidanceScale === 1 ? evaluate(rows, level.t, captions) : evaluateGuided(rows, level.t);
      const { x0, eps } = toPrediction({ type: 'x0', output, xt: x, level, ops: tensorOps, clip: undefined });
      return { x0, eps };
    });
}
