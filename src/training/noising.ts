/**
 * From a batch of pictures to what one training step sees: timesteps, noise, noised pictures, the target, and labels of which
 * some are hidden. DDPM (Ho et al. 2020, arXiv:2006.11239), algorithm 1, lines 2–5. Plain arrays: the same on every backend.
 */
import { AppError } from '../base/errors';
import { power } from '../base/portableMath';
import type { Rng } from '../base/rng';
import { parameterizations } from '../diffusion/parameterization';
import type { Schedule } from '../diffusion/types';
import { forwardProcess, type Mix, type Noised } from '../model/kernels/forwardProcess';
import type { Recipe } from './recipe';

export interface Batch {
  /** [B·S·S], in [−1, 1]. */
  readonly x0: Float32Array;
  /** [B] */
  readonly labels: Int32Array;
}

export interface NoisedBatch {
  /** [B], 1..T */
  readonly t: Int32Array;
  readonly alphaBar: Float64Array;
  /** [B·S·S] each: xt = √ᾱ·x0 + √(1 − ᾱ)·ε, and what the network is asked for. */
  readonly xt: Float32Array;
  readonly eps: Float32Array;
  readonly target: Float32Array;
  /** [B]; the number of classes stands for "not told". */
  readonly labels: Int32Array;
}

/** @throws shape, when the batch is not of the recipe's size */
export function noiseBatch(batch: Batch, recipe: Recipe, schedule: Schedule, rng: Rng): NoisedBatch {
  const { imageSize, channels, classes } = recipe.model;
  const pixels = imageSize * imageSize * channels;
  const size = recipe.batchSize;
  if (batch.x0.length !== size * pixels || batch.labels.length !== size) {
    throw new AppError(
      'shape',
      `A batch of ${size} pictures has ${size * pixels} values and ${size} labels; it had ${batch.x0.length} and ${batch.labels.length}.`,
    );
  }
  const t = drawTimesteps(recipe, schedule.T, rng.fork('timesteps'));
  const labels = hideLabels(batch.labels, classes, recipe.labelDropout, rng.fork('labels'));
  const alphaBar = Float64Array.from(t, (level) => schedule.alphasCumprod[level] ?? NaN);

  const { target: share } = parameterizations[recipe.predictionType];
  const mixes = Array.from(alphaBar, (level) => {
    const [signal, noise] = [Math.sqrt(level), Math.sqrt(1 - level)];
    return { signal, noise, ...share(signal, noise) };
  });
  const drawnFrom = rng.fork('noise');
  const noised = forwardProcess(batch.x0, mixes, drawnFrom) ?? mixWithNoise(batch.x0, mixes, drawnFrom);
  return { t, alphaBar, labels, ...noised };
}

/** xt = √ᾱ·x0 + √(1 − ᾱ)·ε of each picture, and its target. */
function mixWithNoise(x0: Float32Array, mixes: readonly Mix[], rng: Rng): Noised {
  const pixels = x0.length / mixes.length;
  const drawn = rng.normals(x0.length);
  const xt = new Float32Array(x0.length);
  const target = new Float32Array(x0.length);
  mixes.forEach((mix, picture) => {
    for (let i = picture * pixels; i < (picture + 1) * pixels; i += 1) {
      const clean = x0[i] ?? NaN;
      const eps = drawn[i] ?? NaN;
      xt[i] = mix.signal * clean + mix.noise * eps;
      target[i] = mix.x0 * clean + mix.eps * eps;
    }
  });
  return { xt, eps: drawn, target };
}

/**
 * t = ⌊T·u^exponent⌋ + 1. Stratified: one u in each of B equal strata, so that every batch has seen all kinds of noise and the
 * loss of one step can be compared with the next.
 * @returns [B], 1..T
 */
export function drawTimesteps(
  recipe: Pick<Recipe, 'batchSize' | 'timestepExponent' | 'stratifiedTimesteps'>,
  T: number,
  rng: Rng,
): Int32Array {
  const { batchSize, timestepExponent, stratifiedTimesteps } = recipe;
  return Int32Array.from({ length: batchSize }, (_, i) => {
    const u = stratifiedTimesteps ? (i + rng.uniform()) / batchSize : rng.uniform();
    return Math.min(Math.floor(T * power(u, timestepExponent)), T - 1) + 1;
  });
}

/** Classifier-free guidance's training (Ho & Salimans 2022, arXiv:2207.12598): each label is hidden with this probability. */
export function hideLabels(labels: Int32Array, notTold: number, probability: number, rng: Rng): Int32Array {
  return labels.map((label) => (rng.uniform() < probability ? notTold : label));
}
