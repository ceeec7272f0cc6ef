/**
 * The best possible denoiser for data x0 ~ N(mean, std²), in closed form: what a perfect network would say. With it a
 * sampler can be tested against the true answer, without a network and without luck.
 *
 * xt ~ N(√ᾱ·mean, V) with V = ᾱ·std² + 1 − ᾱ, so that
 * E[eps|xt] = √(1 − ᾱ)·(xt − √ᾱ·mean)/V and E[x0|xt] = mean + √ᾱ·std²·(xt − √ᾱ·mean)/V.
 */
import { arrayOps } from '../../src/diffusion/ops';
import type { Sampler, SamplerValues } from '../../src/diffusion/samplers/define';
import { sample } from '../../src/diffusion/sample';
import type { Denoiser, NoiseLevel, VectorOps } from '../../src/diffusion/types';

export interface Gaussian {
  readonly mean: number;
  readonly std: number;
}

/** @param one the constant 1 in the carrier X */
export function gaussianDenoiser<X>({ mean, std }: Gaussian, ops: VectorOps<X>, one: X): Denoiser<X> {
  return (x, { alphaBar }) => {
    const signal = Math.sqrt(alphaBar);
    const noise = Math.sqrt(1 - alphaBar);
    const V = alphaBar * std ** 2 + 1 - alphaBar;
    const affine = (slope: number, intercept: number): X =>
      ops.lincomb([
        [slope, x],
        [intercept - slope * signal * mean, one],
      ]);
    return { x0: affine((signal * std ** 2) / V, mean), eps: affine(noise / V, 0) };
  };
}

/** The distribution of xt at a level, when x0 ~ N(mean, std²). */
export function noisedGaussian({ mean, std }: Gaussian, { alphaBar }: NoiseLevel): Gaussian {
  return { mean: Math.sqrt(alphaBar) * mean, std: Math.sqrt(alphaBar * std ** 2 + 1 - alphaBar) };
}

/**
 * What distribution a sampler ends in, exactly: with a Gaussian denoiser every step is affine, so the result is a constant
 * plus weights of independent standard normals. A first run counts the normals, a second carries their weights in arrays.
 */
export function finalGaussian(run: {
  readonly sampler: Sampler;
  readonly values: SamplerValues;
  readonly levels: readonly NoiseLevel[];
  readonly data: Gaussian;
}): Gaussian {
  const [first] = run.levels;
  if (!first) throw new Error('no levels');
  const start = noisedGaussian(run.data, first);
  /** [the constant, the weight of the start, the weight of each draw]; without room for the draws they only are counted. */
  const walk = (room: number): { readonly x: Float64Array; readonly draws: number } => {
    const unit = (place: number, value = 1): Float64Array => {
      const weights = new Float64Array(2 + room);
      weights[place] = value;
      return weights;
    };
    let draws = 0;
    let x = arrayOps.lincomb([
      [start.mean, unit(0)],
      [start.std, unit(1)],
    ]);
    const frames = sample({
      ...run,
      x,
      denoise: gaussianDenoiser(run.data, arrayOps, unit(0)),
      noise: () => unit(1 + (draws += 1)),
      ops: arrayOps,
    });
    for (const frame of frames) x = frame.x;
    return { x, draws };
  };
  const [mean = NaN, ...normals] = walk(walk(0).draws).x;
  return { mean, std: Math.hypot(...normals) };
}
