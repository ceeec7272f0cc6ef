/** One update of all parameters and of their average: which tensor is Adam's and which Muon's, how large the step is, and what they remember. */
import * as tf from '@tensorflow/tfjs-core';
import type { Params } from '../model/tensors';
import { parameter } from '../model/tensors';
import { adamStep } from './adam';
import { emaDecay, emaStep } from './ema';
import { muonStep } from './muon';
import type { Recipe } from './recipe';
import { wholeUpdate } from './wholeUpdate';

/** Everything that training changes. Records of tensors by parameter name; replaced at every step, never written to. */
export interface Weights {
  readonly param: Params;
  readonly ema: Params;
  /** Adam's moments, for the parameters that are Adam's. */
  readonly adamM: Params;
  readonly adamV: Params;
  /** Muon's momentum, for the parameters that are Muon's. */
  readonly muon: Params;
}

const adamBeta1 = 0.9;

/** Rises linearly to 1 over the first steps; constant afterwards. @param step 1 for the first */
export function warmup(recipe: Pick<Recipe, 'warmupSteps'>, step: number): number {
  return recipe.warmupSteps === 0 ? 1 : Math.min(1, step / recipe.warmupSteps);
}

/** What an update needs to know of a recipe, and whose step each parameter takes. */
export interface OptimizerSettings extends Pick<Recipe, 'learningRate' | 'adamBeta2' | 'muonLearningRate' | 'ema'> {
  readonly isMuon: (name: string) => boolean;
}

/**
 * @param clip multiplies every gradient
 * @param factor multiplies both learning rates
 * @returns new tensors, the caller's
 */
export function optimizerStep(
  settings: OptimizerSettings,
  weights: Weights,
  gradients: Params,
  clip: tf.Scalar,
  step: number,
  factor: number,
): Weights {
  const { isMuon } = settings;
  const adam = { learningRate: settings.learningRate * factor, beta1: adamBeta1, beta2: settings.adamBeta2 };
  const muonLearningRate = settings.muonLearningRate * factor;
  const decay = emaDecay(settings.ema, step);
  const whole = wholeUpdate(weights, gradients, clip, { adam, muonLearningRate, decay, step, isMuon });
  if (whole) return whole;
  return tf.tidy(() => {
    const param: Record<string, tf.Tensor> = {};
    const adamM: Record<string, tf.Tensor> = {};
    const adamV: Record<string, tf.Tensor> = {};
    const muon: Record<string, tf.Tensor> = {};
    for (const [name, value] of Object.entries(weights.param)) {
      const gradient = parameter(gradients, name);
      if (isMuon(name)) {
        const next = muonStep({ value, buffer: parameter(weights.muon, name) }, gradient, clip, muonLearningRate);
        param[name] = next.value;
        muon[name] = next.buffer;
      } else {
        const moments = { value, m: parameter(weights.adamM, name), v: parameter(weights.adamV, name) };
        const next = adamStep(moments, gradient, clip, step, adam);
        param[name] = next.value;
        adamM[name] = next.m;
        adamV[name] = next.v;
      }
    }
    return { param, ema: emaStep(weights.ema, param, decay), adamM, adamV, muon };
  });
}
