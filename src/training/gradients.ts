/** Loss and gradients of one batch. */
import * as tf from '@tensorflow/tfjs-core';
import type { Schedule } from '../diffusion/types';
import type { Params } from '../model/tensors';
import { parameter } from '../model/tensors';
import { unet, type Given } from '../model/unet';
import { lossWeight, squaredErrors, weightedMean } from './loss';
import type { NoisedBatch } from './noising';
import type { Recipe } from './recipe';

export interface BatchGradients {
  readonly gradients: Params;
  /** [B]: the mean squared error of each picture, in the space of the target. */
  readonly errors: tf.Tensor1D;
}

/** Everything returned is the caller's. */
export function batchGradients(recipe: Recipe, schedule: Schedule, params: Params, noised: NoisedBatch): BatchGradients {
  const { imageSize, channels, classes, conditionChannels, vectorFeatures } = recipe.model;
  const shape: [number, number, number, number] = [recipe.batchSize, imageSize, imageSize, channels];
  const names = Object.keys(params);
  return tf.tidy(() => {
    const xt = tf.tensor4d(noised.xt, shape);
    const target = tf.tensor4d(noised.target, shape);
    const t = tf.tensor1d(Float32Array.from(noised.t));
    const weights = tf.tensor1d(Float32Array.from(noised.alphaBar, (alphaBar) => lossWeight(recipe, alphaBar)));
    const given: Given = {
      labels: classes === 0 ? null : noised.labels,
      small: noised.small ? tf.tensor4d(noised.small, [recipe.batchSize, imageSize, imageSize, conditionChannels]) : undefined,
      augmentation: noised.augmentation ?? undefined,
      tokens: noised.tokens ?? undefined,
      vector: noised.vectors ? tf.tensor2d(noised.vectors, [recipe.batchSize, vectorFeatures]) : undefined,
    };

    let errors: tf.Tensor1D | null = null;
    const loss = (...values: tf.Tensor[]): tf.Scalar => {
      const current = Object.fromEntries(names.map((name, i) => [name, values[i] ?? parameter(params, name)]));
      const each = squaredErrors(unet(current, recipe.model, xt, t, schedule.T, given), target);
      errors = tf.keep(tf.clone(each)); // survives the tape's own clean-up
      return weightedMean(each, weights);
    };
    const list = tf.grads(loss)(names.map((name) => parameter(params, name)));
    const gradients = Object.fromEntries(names.map((name, i) => [name, list[i] ?? tf.zerosLike(parameter(params, name))]));
    return { gradients, errors: owned(errors) };
  });
}

/** Back under the enclosing tidy's care. */
function owned(kept: tf.Tensor1D | null): tf.Tensor1D {
  if (kept === null) throw new Error('the loss was not evaluated');
  const copy = tf.clone(kept);
  kept.dispose();
  return copy;
}
