/**
 * The coordinates of the fast solvers. Divided by √ᾱ a noised picture is x̄ = x0 + σ·eps, and all that DDPM's reverse process
 * does to the distribution is also done without any noise, by the ordinary differential equation dx̄/dσ = eps(x̄, σ): the
 * probability flow (Song et al. 2021, arXiv:2011.13456, eq. 13; in σ: Karras et al. 2022, arXiv:2206.00364, eq. 1 and 3).
 * At ᾱ = 0, where σ is infinite and x̄ has no value, what is computed here is finite all the same.
 */
import { logSnr } from './schedule';
import type { NoiseLevel } from './types';

export interface LevelPair {
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
}

/** √((1 − ᾱ)/ᾱ): 0 when clean, Infinity when nothing but noise is left. */
export function sigmaOf({ alphaBar }: NoiseLevel): number {
  return Math.sqrt((1 - alphaBar) / alphaBar);
}

/** σ(to)/σ(from): 0 from pure noise, and to a clean picture. In Lu et al.'s words e^{−h}. */
export function sigmaRatio({ from, to }: LevelPair): number {
  return Math.sqrt(((1 - to.alphaBar) * from.alphaBar) / (to.alphaBar * (1 - from.alphaBar)));
}

/** h = λ(to) − λ(from), with λ = −ln σ: half the log-SNR. Infinite where one of the ends is. */
export function halfLogSnrStep({ from, to }: LevelPair): number {
  return (logSnr(to.alphaBar) - logSnr(from.alphaBar)) / 2;
}

/**
 * The solution if x0 stayed what it is: x̄ goes straight towards it, x̄(to) = (σ(to)/σ(from))·x̄ + (1 − σ(to)/σ(from))·x0.
 * DPM-Solver++ (Lu et al. 2022, arXiv:2211.01095), proposition 4.1 with a constant x0.
 * @returns the weights of xt and x0 in x(to)
 */
export function towardsX0({ from, to }: LevelPair): { readonly xt: number; readonly x0: number } {
  return {
    xt: Math.sqrt((1 - to.alphaBar) / (1 - from.alphaBar)),
    x0: Math.sqrt(to.alphaBar) * (1 - sigmaRatio({ from, to })),
  };
}
