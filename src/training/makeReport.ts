/** From the few numbers that a step leaves on the device to what the page is told about it. */
import type * as tf from '@tensorflow/tfjs-core';
import { epsErrorFactor, lossWeight, x0ErrorFactor } from './loss';
import type { Recipe } from './recipe';
import type { StepReport } from './report';

/** What a dispatched step will tell once it has been read. */
export interface Pending {
  readonly step: number;
  readonly t: Int32Array;
  readonly alphaBar: Float64Array;
  readonly learningRate: number;
  readonly dispatchMs: number;
  /** [B + 1]: the pictures' errors, then the gradient's norm. */
  readonly results: tf.Tensor1D;
}

/**
 * @param numbers [B + 1]: what results held
 * @param ms how long the step took, with its share of the waiting
 */
export function makeReport(
  recipe: Recipe,
  { step, t, alphaBar, learningRate }: Omit<Pending, 'results'>,
  numbers: Float32Array,
  ms: number,
): StepReport {
  const { predictionType } = recipe;
  const errors = [...numbers.subarray(0, t.length)];
  const level = (i: number): number => alphaBar[i] ?? NaN;
  const x0Errors = errors.map((error, i) => error * x0ErrorFactor(predictionType, level(i)));
  const epsErrors = errors.map((error, i) => error * epsErrorFactor(predictionType, level(i)));
  return {
    step,
    loss: mean(errors.map((error, i) => error * lossWeight(recipe, level(i)))),
    x0Mse: mean(x0Errors),
    epsMse: mean(epsErrors),
    t: [...t],
    x0Errors,
    epsErrors,
    gradNorm: numbers[t.length] ?? NaN,
    learningRate,
    ms,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
