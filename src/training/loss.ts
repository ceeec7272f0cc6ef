/** What is minimised, and how errors in x0 and in ε follow from the error of whatever the network predicts. */
import * as tf from '@tensorflow/tfjs-core';
import { parameterizations } from '../diffusion/parameterization';
import { snr } from '../diffusion/schedule';
import type { PredictionType } from '../diffusion/types';
import { differentiable } from '../model/kernels/differentiable';
import type { Recipe } from './recipe';

/**
 * Mean squared error of each example.
 * @param prediction [B, ..]: pictures [B, S, S, C], or rows
 * @param target of the same shape; not differentiated
 * @returns [B]
 */
export function squaredErrors<X extends tf.Tensor>(prediction: X, target: X): tf.Tensor1D {
  const [batch = 1, ...rest] = prediction.shape;
  const values = rest.reduce((product, length) => product * length, 1);
  return differentiable(
    [prediction],
    () => {
      const difference = tf.sub(prediction, target);
      const errors: tf.Tensor1D = tf.mean(tf.reshape(tf.square(difference), [batch, values]), 1);
      return { value: errors, saved: [difference] as const };
    },
    (dy, [difference]) => [tf.mul(difference, tf.mul(tf.reshape(dy, [batch, ...rest.map(() => 1)]), 2 / values))],
  );
}

/** Σ weightᵢ·errorᵢ / B, a scalar. @param weights [B]; not differentiated */
export function weightedMean(errors: tf.Tensor1D, weights: tf.Tensor1D): tf.Scalar {
  const batch = errors.shape[0];
  return differentiable(
    [errors],
    () => ({ value: tf.mean<tf.Scalar>(tf.mul(errors, weights)), saved: [weights] as const }),
    (dy, [kept]) => [tf.mul(kept, tf.div(dy, batch))],
  );
}

/**
 * Weight of one picture's error, in the space of the network's target: 1, or the recipe's min(1 + SNR / shift, cap) on the x0 error.
 * (1 + SNR on x0 would be plain MSE on v; the cap keeps nearly clean pictures from drowning the rest.)
 */
export function lossWeight(recipe: Pick<Recipe, 'snrWeightCap' | 'snrShift' | 'predictionType'>, alphaBar: number): number {
  if (recipe.snrWeightCap === null) return 1;
  return Math.min(1 + snr(alphaBar) / recipe.snrShift, recipe.snrWeightCap) * x0ErrorFactor(recipe.predictionType, alphaBar);
}

/** By what the squared error of the prediction is multiplied to give that of x̂0, at a fixed xt. */
export function x0ErrorFactor(predictionType: PredictionType, alphaBar: number): number {
  return squared(parameterizations[predictionType].x0(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)).output);
}

/** The same for ε̂. */
export function epsErrorFactor(predictionType: PredictionType, alphaBar: number): number {
  return squared(parameterizations[predictionType].eps(Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)).output);
}

function squared(x: number): number {
  return x * x; // the same in every browser, which x ** 2 need not be
}
