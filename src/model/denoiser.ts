/**
 * A network and its schedule as what samplers ask for: from xt and its noise level to x̂0 and ε̂, whatever the network
 * predicts, with classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598).
 */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../base/errors';
import { guide } from '../diffusion/guidance';
import { pixelClip, toPrediction } from '../diffusion/parameterization';
import type { Denoiser, PredictionType, Schedule } from '../diffusion/types';
import type { UNetConfig } from './config';
import type { Params } from './tensors';
import { tensorOps } from './tensorOps';
import { unet } from './unet';

export interface DenoiserOptions {
  /** Borrowed for as long as the denoiser is used. */
  readonly params: Params;
  readonly config: UNetConfig;
  readonly schedule: Schedule;
  readonly predictionType: PredictionType;
  /** A class for each picture, or null for "not told". */
  readonly labels: readonly (number | null)[];
  /** For an upsampler: the smaller picture [B, S, S, conditionChannels], enlarged and noised already; borrowed like params. */
  readonly small?: tf.Tensor4D | undefined;
  /** How much noise is on it, for a network that can be told. */
  readonly augmentation?: number | undefined;
  /** 1 is plain conditional sampling, above it the class is exaggerated. */
  readonly guidanceScale: number;
  /** Limit x̂0 to [−1, 1] and derive ε̂ from the limited one. */
  readonly clip: boolean;
}

/** Network evaluations for one call: guidance needs the answer with and without the class. */
export function evaluationsPerCall({
  config,
  labels,
  guidanceScale,
}: Pick<DenoiserOptions, 'config' | 'labels' | 'guidanceScale'>): 1 | 2 {
  return config.classes > 0 && guidanceScale !== 1 && labels.some((label) => label !== null) ? 2 : 1;
}

/**
 * The returned function gives two new tensors, the caller's.
 * @throws range, for a class that the network does not know; from the call: shape, unless there is one label per picture
 */
export function makeDenoiser(options: DenoiserOptions): Denoiser<tf.Tensor4D> {
  const { params, config, schedule, predictionType, labels, guidanceScale, clip } = options;
  const notTold = config.classes;
  const unknown = labels.find((label) => label !== null && !(Number.isInteger(label) && label >= 0 && label < config.classes));
  if (unknown !== undefined) {
    throw new AppError(
      'range',
      config.classes === 0
        ? 'This network was trained without classes.'
        : `Classes are 0 to ${config.classes - 1}; one was ${unknown}.`,
    );
  }
  const told = Int32Array.from(labels, (label) => label ?? notTold);
  const untold = new Int32Array(labels.length).fill(notTold);
  const guided = evaluationsPerCall(options) === 2;

  const level = config.augmentationLevels > 0 ? (options.augmentation ?? 0) : null;
  const evaluate = (x: tf.Tensor4D, t: number, classes: Int32Array, small = options.small): tf.Tensor4D =>
    unet(params, config, x, tf.fill([x.shape[0]], t), schedule.T, {
      labels: config.classes === 0 ? null : classes,
      small,
      augmentation: level === null ? undefined : new Int32Array(x.shape[0]).fill(level),
    });

  /** Both answers in one pass over a batch twice as long. */
  const evaluateGuided = (x: tf.Tensor4D, t: number): tf.Tensor4D => {
    const [batch, ...rest] = x.shape;
    const twice = (tensor: tf.Tensor4D): tf.Tensor4D => tf.concat4d([tensor, tensor], 0);
    const small = options.small && twice(options.small);
    const both = evaluate(twice(x), t, Int32Array.of(...told, ...untold), small);
    const conditional = tf.slice4d(both, [0, 0, 0, 0], [batch, ...rest]);
    const unconditional = tf.slice4d(both, [batch, 0, 0, 0], [batch, ...rest]);
    return guide({ uncond: unconditional, cond: conditional, scale: guidanceScale, ops: tensorOps });
  };

  return (x, level) =>
    tf.tidy(() => {
      const output = guided ? evaluateGuided(x, level.t) : evaluate(x, level.t, told);
      const { x0, eps } = toPrediction({
        type: predictionType,
        output,
        xt: x,
        level,
        ops: tensorOps,
        clip: clip ? pixelClip : undefined,
      });
      return { x0, eps };
    });
}
