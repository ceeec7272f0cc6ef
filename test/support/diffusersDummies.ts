/**
 * The stand-ins that diffusers' scheduler tests run full loops with (tests/schedulers/test_schedulers.py): a picture that
 * counts up, a noise that counts down, and a "network" that multiplies by t/(t + 1), t counted from 0 as they do.
 */
import type { Denoiser, NoiseLevel } from '../../src/diffusion/types';
import { arrayOps } from '../../src/diffusion/ops';
import { toPrediction, type Clip } from '../../src/diffusion/parameterization';
import type { PredictionType } from '../../src/diffusion/types';

const [batch, channels, side] = [4, 3, 8];
export const dummyLength = batch * channels * side * side;

/** Counted in the order channel, row, column, picture; laid out as picture, channel, row, column. */
function counting(countAt: (i: number) => number): Float64Array {
  const perPicture = dummyLength / batch;
  return Float64Array.from({ length: dummyLength }, (_, i) => {
    const picture = Math.floor(i / perPicture);
    return countAt((i % perPicture) * batch + picture) / dummyLength;
  });
}

export const dummySample = (): Float64Array => counting((i) => i);
export const dummyNoise = (): Float64Array => counting((i) => dummyLength - 1 - i);

/** The network's raw output. */
function dummyModel(x: Float64Array, level: NoiseLevel): Float64Array {
  const theirT = level.t - 1;
  return arrayOps.lincomb([[theirT / (theirT + 1), x]]);
}

/**
 * The dummy model as a denoiser. diffusers limits x0 but leaves eps as it was (use_clipped_model_output = False), where we
 * derive eps anew; to get their numbers we do here as they do.
 */
export function dummyDenoiser(type: PredictionType, clip: Clip | null): Denoiser<Float64Array> {
  return (xt, level) => {
    const free = toPrediction({ type, output: dummyModel(xt, level), xt, level, ops: arrayOps });
    return clip ? { x0: arrayOps.clamp(free.x0, clip.min, clip.max), eps: free.eps } : free;
  };
}

/** Σ|x| and mean |x|, by which their tests know a result. */
export function absoluteSumAndMean(x: Float64Array): { readonly sum: number; readonly mean: number } {
  const sum = x.reduce((total, value) => total + Math.abs(value), 0);
  return { sum, mean: sum / x.length };
}
