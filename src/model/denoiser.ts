/**
 * A network and its schedule as what samplers ask for: from xt and its noise level to x̂0 and ε̂, whatever the network
 * predicts, with classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Interval } from '../diffusion/experts';
import { guide } from '../diffusion/guidance';
import { toPrediction } from '../diffusion/parameterization';
import type { Denoiser, PredictionType, Schedule } from '../diffusion/types';
import type { UNetConfig } from './config';
import type { Params } from './tensors';
import { tensorOps } from './tensorOps';
import { isAnyTold, toldBy, type Told } from './told';
import { mapsSuffix, unet, type Given, type Tap } from './unet';

export interface DenoiserOptions extends Told {
  /** Borrowed for as long as the denoiser is used. */
  readonly params: Params;
  readonly config: UNetConfig;
  readonly schedule: Schedule;
  readonly predictionType: PredictionType;
  /** For an upsampler: the smaller picture [B, S, S, conditionChannels], enlarged and noised already; borrowed like params. */
  readonly small?: tf.Tensor4D | undefined;
  /** How much noise is on it, for a network that can be told. */
  readonly augmentation?: number | undefined;
  /** 1 is plain conditional sampling, above it the class or the caption is exaggerated. */
  readonly guidanceScale: number;
  /** Guidance for t in (from, to] alone, plain conditional sampling elsewhere (Kynkäänniemi et al. 2024, arXiv:2404.07724). */
  readonly guidanceInterval?: Interval | undefined;
  /** Limit x̂0 to [−reach, reach] and derive ε̂ from the limited one. */
  readonly clip: boolean;
  /** What x̂0 is limited to on both sides: 1, that of pixels, if left out. */
  readonly reach?: number | undefined;
  /** Is shown at each call where every block looks, by its name: [B, heads, pixels, places], of what is told. The tensor is the receiver's. */
  readonly onMaps?: ((block: string, maps: tf.Tensor4D) => void) | undefined;
}

/**
 * Network evaluations for one call at a t: guidance needs the answer with and without what is told.
 * @param t left out, for the dearest call
 */
export function evaluationsPerCall(
  options: Told & Pick<DenoiserOptions, 'config' | 'guidanceScale' | 'guidanceInterval'>,
  t?: number,
): 1 | 2 {
  const { guidanceScale, guidanceInterval } = options;
  const isWithin = t === undefined || !guidanceInterval || (t > guidanceInterval.from && t <= guidanceInterval.to);
  return guidanceScale !== 1 && isWithin && isAnyTold(options, t) ? 2 : 1;
}

/**
 * The returned function gives two new tensors, the caller's.
 * @throws range, for what the network does not know; from the call: shape, unless there is one label per picture
 */
export function makeDenoiser(options: DenoiserOptions): Denoiser<tf.Tensor4D> {
  const { params, config, schedule, predictionType, guidanceScale, clip, reach = 1, onMaps } = options;
  const given = toldBy(options);
  const level = config.augmentationLevels > 0 ? (options.augmentation ?? 0) : null;

  const evaluate = (x: tf.Tensor4D, t: number, told: Given, small = options.small): tf.Tensor4D => {
    const count = options.labels.length;
    const tap: Tap | undefined =
      onMaps &&
      ((name, maps) => {
        if (!name.endsWith(mapsSuffix)) return;
        const [, ...rest] = maps.shape;
        onMaps(name.slice(0, -mapsSuffix.length), tf.keep(tf.slice4d(maps, [0, 0, 0, 0], [count, ...rest])));
      });
    const augmentation = level === null ? undefined : new Int32Array(x.shape[0]).fill(level);
    return unet(params, config, x, tf.fill([x.shape[0]], t), schedule.T, { ...told, small, augmentation }, tap);
  };

  /** Both answers in one pass over a batch twice as long. */
  const evaluateGuided = (x: tf.Tensor4D, t: number): tf.Tensor4D => {
    const [batch, ...rest] = x.shape;
    const twice = (tensor: tf.Tensor4D): tf.Tensor4D => tf.concat4d([tensor, tensor], 0);
    const small = options.small && twice(options.small);
    const both = evaluate(twice(x), t, given.both(t), small);
    const conditional = tf.slice4d(both, [0, 0, 0, 0], [batch, ...rest]);
    const unconditional = tf.slice4d(both, [batch, 0, 0, 0], [batch, ...rest]);
    return guide({ uncond: unconditional, cond: conditional, scale: guidanceScale, ops: tensorOps });
  };

  return (x, level) =>
    tf.tidy(() => {
      const isGuided = evaluationsPerCall(options, level.t) === 2;
      const output = isGuided ? evaluateGuided(x, level.t) : evaluate(x, level.t, given.told(level.t));
      const { x0, eps } = toPrediction({
        type: predictionType,
        output,
        xt: x,
        level,
        ops: tensorOps,
        clip: clip ? { min: -reach, max: reach } : undefined,
      });
      return { x0, eps };
    });
}
