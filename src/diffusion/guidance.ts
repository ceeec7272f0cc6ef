/**
 * Classifier-free guidance (Ho & Salimans 2022, arXiv:2207.12598): away from what the network draws when told nothing,
 * through and past what it draws when told the class.
 * Convention: scale 1 is plain conditional sampling and 0 unconditional, as in diffusers and Imagen; the paper's own w
 * (eq. 6) is scale − 1.
 */
import type { VectorOps } from './types';

export interface Guidance<X> {
  readonly uncond: X;
  readonly cond: X;
  readonly scale: number;
  readonly ops: VectorOps<X>;
}

/**
 * uncond + scale·(cond − uncond). Works alike on eps, x0, v and score, since at one xt each is an affine function of the
 * others; but guide before clipping, which is not.
 */
export function guide<X>({ uncond, cond, scale, ops }: Guidance<X>): X {
  return ops.lincomb([
    [1 - scale, uncond],
    [scale, cond],
  ]);
}
