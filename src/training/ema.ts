/** The running average of the weights, from which pictures are drawn: single steps jitter, their average much less. */
import * as tf from '@tensorflow/tfjs-core';
import { power, wholePower } from '../base/portableMath';
import { emaKernel, emaPass, hasPass } from '../model/kernels/optimizerPasses';
import type { Params } from '../model/tensors';
import type { Recipe } from './recipe';

/**
 * How much of the old average stays at this step (1 for the first).
 * power: (1 − 1/t)^k, Karras et al. 2024, arXiv:2312.02696, section 3.1: the average always spans the same share of the run, so
 * it is good at every moment of it. constant: needs a run of many times 1/(1 − decay) steps, hence the warm-up (1 + t)/(10 + t).
 */
export function emaDecay(ema: Recipe['ema'], step: number): number {
  if (ema.kind === 'power') return (Number.isInteger(ema.exponent) ? wholePower : power)(1 - 1 / step, ema.exponent);
  const warmupOffset = 10;
  return ema.warmup ? Math.min(ema.decay, (1 + step) / (warmupOffset + step)) : ema.decay;
}

/** average ← decay · average + (1 − decay) · params, for every name; new tensors, the caller's. */
export function emaStep(average: Params, params: Params, decay: number): Params {
  const isOnePass = hasPass(emaKernel);
  return tf.tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => {
        const old = average[name] ?? value;
        return [name, isOnePass ? emaPass(old, value, decay) : tf.add(value, tf.mul(tf.sub(old, value), decay))];
      }),
    ),
  );
}
