/**
 * One step of a film, taken apart: how the sampler mixed x̂0, xt and ε̂ into the mean, and what the fresh noise added. The
 * coefficients are the sampler's own, read off its step table (src/diffusion/stepTable.ts).
 */
import type { Film } from '$lib/data/recordedFilm';
import { float32Ops } from '$lib/diffusion/ops';
import { samplerById } from '$lib/diffusion/samplers';
import { stepTable } from '$lib/diffusion/stepTable';
import type { NoiseLevel } from '$lib/diffusion/types';

/** What the mean is made of. */
export interface MeanTerm {
  readonly symbol: 'x0' | 'xt' | 'eps';
  readonly coefficient: number;
  readonly values: Float32Array;
}

/** x_s = mean + stepStd · noise, for all pixels of all pictures. */
export interface FilmStep {
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  readonly xt: Float32Array;
  readonly x0: Float32Array;
  readonly eps: Float32Array;
  /** Those of x̂0, xt and ε̂ that this sampler mixes, with their weights. */
  readonly terms: readonly MeanTerm[];
  readonly mean: Float32Array;
  /** 0 where the sampler adds no fresh noise. */
  readonly stepStd: number;
  readonly noise: Float32Array | null;
  /** The film's next frame. */
  readonly next: Float32Array;
}

/** The step that leaves frame `index`; null at the last frame, or while the next one has not been drawn yet. */
export function stepAt({ settings, frames }: Film, index: number): FilmStep | null {
  const [frame, nextFrame] = [frames[index], frames[index + 1]];
  if (!frame?.x0 || !frame.eps || !nextFrame) return null;
  const [from, to] = [frame, nextFrame].map(({ t, alphaBar }) => ({ t, alphaBar })) as [NoiseLevel, NoiseLevel]; // two in, two out
  const [row] = stepTable({ sampler: samplerById(settings.sampler), values: settings.samplerParams, levels: [from, to] });
  if (!row) return null;
  const parts = { x0: frame.x0, xt: frame.xt, eps: frame.eps };
  const terms = (['x0', 'xt', 'eps'] as const)
    .map((symbol) => ({ symbol, coefficient: row.coefficients[symbol], values: parts[symbol] }))
    .filter(({ coefficient }) => coefficient !== 0);
  return {
    from,
    to,
    ...parts,
    terms,
    mean: float32Ops.lincomb(terms.map(({ coefficient, values }) => [coefficient, values] as const)),
    stepStd: row.coefficients.noise,
    noise: frame.noise,
    next: nextFrame.xt,
  };
}

/** stepStd · z of the step that leaves frame `index`: the noise as it is added; null where none is. */
export function injectedNoise(film: Film, index: number): Float32Array | null {
  const step = stepAt(film, index);
  return step?.noise && step.stepStd > 0 ? float32Ops.lincomb([[step.stepStd, step.noise]]) : null;
}

/** What became of the noise in xt, in standard deviations, if a step is read in two ways. */
export interface Readings {
  /** √(1 − ᾱ): the noise that xt holds, and that xs should hold. */
  readonly before: number;
  readonly due: number;
  /** √(1 − ᾱt/ᾱs): the noise that the forward chain adds between s and t. */
  readonly ofOneStep: number;
  /** What is left in xs if ε̂ is taken for the noise of that one step. */
  readonly leftByMistake: number;
  /** The picture that comes of the mistake: (xt − √β·ε̂) / √(1 − β), β standing for 1 − ᾱt/ᾱs. */
  readonly mistaken: Float32Array;
}

/** The wrong reading "each step removes the noise that was added at that step", carried out. */
export function readings({ from, to, xt, eps }: FilmStep): Readings {
  const kept = from.alphaBar / to.alphaBar;
  const before = Math.sqrt(1 - from.alphaBar);
  const ofOneStep = Math.sqrt(1 - kept);
  const scale = 1 / Math.sqrt(kept);
  return {
    before,
    due: Math.sqrt(1 - to.alphaBar),
    ofOneStep,
    leftByMistake: (before - ofOneStep) * scale,
    mistaken: float32Ops.lincomb([
      [scale, xt],
      [-ofOneStep * scale, eps],
    ]),
  };
}
