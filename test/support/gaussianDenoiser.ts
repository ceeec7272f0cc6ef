/**
 * The best possible denoiser for data x0 ~ N(mean, std²), in closed form: what a perfect network would say. With it a
 * sampler can be tested against the true answer, without a network and without luck.
 *
 * xt ~ N(√ᾱ·mean, V) with V = ᾱ·std² + 1 − ᾱ, so that
 * E[eps|xt] = √(1 − ᾱ)·(xt − √ᾱ·mean)/V and E[x0|xt] = mean + √ᾱ·std²·(xt − √ᾱ·mean)/V.
 */
import { coefficientOps, type Coefficients } from '../../src/diffusion/ops';
import type { Sampler, SamplerValues } from '../../src/diffusion/samplers/define';
import { trajectory } from '../../src/diffusion/sample';
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
 * plus weights of independent standard normals, and coefficientOps carries them.
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
  let draws = 0;
  const frames = trajectory<Coefficients>({
    sampler: run.sampler,
    values: run.values,
    levels: run.levels,
    x: { one: start.mean, start: start.std },
    denoise: gaussianDenoiser(run.data, coefficientOps, { one: 1 }),
    noise: () => ({ [`noise${(draws += 1)}`]: 1 }),
    ops: coefficientOps,
  });
  const { one = 0, ...normals } = frames.at(-1)?.x ?? {};
  return { mean: one, std: Math.hypot(...Object.values(normals)) };
}
