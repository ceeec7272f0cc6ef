/**
 * A training run of anything but a denoiser: an autoencoder, an embedding, a prior. What is minimised is the objective's own; clipping,
 * optimisers, the average of weights and what happens when a loss is no number are those of every run.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedArrays } from '../model/config';
import { parameter, type Params } from '../model/tensors';
import { warmup } from './optimizer';
import type { Recipe } from './recipe';
import { createStepper, type Stepper } from './stepper';
import { freshWeights, restoredWeights, type Trained } from './weightsState';

export interface Objective<Prepared> extends Trained {
  /** Length of `errors`. */
  readonly batchSize: number;
  /**
   * Differentiated with respect to the parameters.
   * @returns loss: a scalar; errors: [batchSize], whatever is worth watching of each example
   */
  readonly loss: (params: Params, prepared: Prepared) => { readonly loss: tf.Scalar; readonly errors: tf.Tensor1D };
}

export interface PartSettings extends Pick<
  Recipe,
  'learningRate' | 'adamBeta2' | 'muonLearningRate' | 'warmupSteps' | 'clipNorm' | 'ema'
> {
  /** Rates fall linearly to zero between these steps; null keeps them, and leaves the end open. */
  readonly decay: { readonly from: number; readonly to: number } | null;
}

export interface PartReport {
  readonly step: number;
  readonly loss: number;
  readonly gradNorm: number;
  /** [batchSize] */
  readonly errors: Float32Array;
  readonly ms: number;
}

export type PartRun<Prepared> = Stepper<Prepared, PartReport>;

/**
 * @param resumed where an earlier run was left, as its `exportState` told
 * @throws weights/format, when that does not fit
 */
export function createPartRun<Prepared>(
  objective: Objective<Prepared>,
  settings: PartSettings,
  seed: number,
  resumed?: { readonly stepsDone: number; readonly state: NamedArrays },
): PartRun<Prepared> {
  const { batchSize } = objective;
  return createStepper({
    start: {
      weights: resumed ? restoredWeights(objective, resumed.state) : freshWeights(objective, seed),
      stepsDone: resumed?.stepsDone ?? 0,
    },
    settings: { ...settings, isMuon: objective.isMuon },
    clipNorm: settings.clipNorm,
    numbersPerStep: batchSize + 1,
    rateFactor: (step) => warmup(settings, step) * decayed(settings.decay, step),
    prepare: (prepared: Prepared) => prepared,
    gradients: (params, prepared) => partGradients(objective, params, prepared),
    remember: () => null,
    report: ({ step }, numbers, ms): PartReport => ({
      step,
      loss: numbers[0] ?? NaN,
      errors: numbers.slice(1, batchSize + 1),
      gradNorm: numbers[batchSize + 1] ?? NaN,
      ms,
    }),
  });
}

/** 1 up to `from`, then down to 0 at `to`. */
function decayed(decay: PartSettings['decay'], step: number): number {
  if (decay === null || step <= decay.from) return 1;
  return Math.max(0, (decay.to - step) / (decay.to - decay.from));
}

/** errors: [1 + batchSize], the loss first. */
function partGradients<Prepared>(
  { loss }: Objective<Prepared>,
  params: Params,
  prepared: Prepared,
): { readonly gradients: Params; readonly errors: tf.Tensor1D } {
  const names = Object.keys(params);
  const seen: tf.Tensor1D[] = [];
  const minimised = (...values: tf.Tensor[]): tf.Scalar => {
    const current = Object.fromEntries(names.map((name, i) => [name, values[i] ?? parameter(params, name)]));
    const result = loss(current, prepared);
    seen.push(tf.keep(tf.concat1d([tf.reshape(result.loss, [1]), result.errors]))); // survives the tape's own clean-up
    return result.loss;
  };
  const list = tf.grads(minimised)(names.map((name) => parameter(params, name)));
  const [kept] = seen;
  if (!kept) throw new Error('the loss was not evaluated');
  const errors = tf.clone(kept); // back under the enclosing tidy's care
  kept.dispose();
  return {
    gradients: Object.fromEntries(names.map((name, i) => [name, list[i] ?? tf.zerosLike(parameter(params, name))])),
    errors,
  };
}
