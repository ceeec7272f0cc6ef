/**
 * The forward process q: noise is added, step by step or in one jump, and, for a known x0, taken away again (the
 * posterior). Everything is Gaussian, so it is all said by a scale and a standard deviation (Ho et al. 2020,
 * arXiv:2006.11239, eq. 2–7), here for any pair of levels and not for neighbours alone.
 */
import { AppError } from '../base/errors';
import type { NoiseLevel, VectorOps } from './types';

/** A Gaussian around scale · x. */
export interface Transition {
  readonly scale: number;
  readonly std: number;
}

/** q(xt|x0) = N(√ᾱₜ·x0, 1 − ᾱₜ), eq. 4. */
export function marginal(level: NoiseLevel): Transition {
  return { scale: Math.sqrt(level.alphaBar), std: Math.sqrt(1 - level.alphaBar) };
}

/**
 * q(xt|xs) = N(√αₜₛ·xs, 1 − αₜₛ) with αₜₛ = ᾱₜ/ᾱₛ: eq. 2 for neighbours, where αₜₛ = 1 − βₜ.
 * @throws range, unless `to` is at least as noisy as `from`
 */
export function transition({ from, to }: { readonly from: NoiseLevel; readonly to: NoiseLevel }): Transition {
  const alpha = signalKept(from, to);
  return { scale: Math.sqrt(alpha), std: Math.sqrt(1 - alpha) };
}

/** A clean picture at any level, in one jump: xt = √ᾱₜ·x0 + √(1 − ᾱₜ)·eps, eq. 4. */
export function diffuse<X>({
  x0,
  eps,
  level,
  ops,
}: {
  readonly x0: X;
  readonly eps: X;
  readonly level: NoiseLevel;
  readonly ops: VectorOps<X>;
}): X {
  const { scale, std } = marginal(level);
  return ops.lincomb([
    [scale, x0],
    [std, eps],
  ]);
}

export interface ForwardStep<X> {
  readonly x: X;
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  /** Fresh standard normal noise of x's shape. */
  readonly noise: X;
  readonly ops: VectorOps<X>;
}

/** One step of the chain, eq. 2: xt = √(1 − βₜ)·x_{t−1} + √βₜ·z. */
export function forwardStep<X>({ x, from, to, noise, ops }: ForwardStep<X>): X {
  const { scale, std } = transition({ from, to });
  return ops.lincomb([
    [scale, x],
    [std, noise],
  ]);
}

/** q(xs|xt,x0) = N(x0Coefficient·x0 + xtCoefficient·xt, variance), s being cleaner than t. */
export interface Posterior {
  readonly x0Coefficient: number;
  readonly xtCoefficient: number;
  /** β̃ₜ: exact when x0 is known. Ho et al.'s lower choice, diffusers' fixed_small. */
  readonly variance: number;
  /** βₜ: right for the reverse step when x0 ~ N(0, 1). Their upper choice, diffusers' fixed_large. */
  readonly varianceLarge: number;
}

/**
 * Eq. 6–7, with 1 − ᾱₜ/ᾱₛ in the place of βₜ, so that s need not be t − 1.
 * @throws range, unless `from` is noisy and `to` at least as clean
 */
export function posterior({ from, to }: { readonly from: NoiseLevel; readonly to: NoiseLevel }): Posterior {
  if (!(from.alphaBar < 1)) throw new AppError('range', 'A clean picture has no reverse step.');
  const alpha = signalKept(to, from);
  const beta = 1 - alpha;
  const noiseRatio = (1 - to.alphaBar) / (1 - from.alphaBar); // 0 when `to` is clean
  return {
    x0Coefficient: (Math.sqrt(to.alphaBar) * beta) / (1 - from.alphaBar),
    xtCoefficient: Math.sqrt(alpha) * noiseRatio,
    variance: noiseRatio * beta,
    varianceLarge: beta,
  };
}

/** ᾱ(noisier)/ᾱ(cleaner): the share of variance that survives from one level to the other. */
function signalKept(cleaner: NoiseLevel, noisier: NoiseLevel): number {
  if (!(cleaner.alphaBar > 0 && cleaner.alphaBar >= noisier.alphaBar)) {
    throw new AppError(
      'range',
      `Noise is only added on the way from clean to noisy: ᾱ = ${cleaner.alphaBar} to ${noisier.alphaBar} is no such way.`,
    );
  }
  return noisier.alphaBar / cleaner.alphaBar;
}
