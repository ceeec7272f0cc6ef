/** From the few numbers that a step leaves on the device to what the page is told about it. */
import { epsErrorFactor, lossWeight, x0ErrorFactor } from './loss';
import type { Recipe } from './recipe';
import type { StepReport } from './report';

/** What a step is known by before its results are read. */
interface TakenStep {
  readonly step: number;
  /** [B] each */
  readonly t: Int32Array;
  readonly alphaBar: Float64Array;
  readonly learningRate: number;
}

/**
 * @param numbers [B + 1]: the pictures' errors, then the gradient's norm
 * @param ms how long the step took, with its share of the waiting
 */
export function makeReport(
  recipe: Recipe,
  { step, t, alphaBar, learningRate }: TakenStep,
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
