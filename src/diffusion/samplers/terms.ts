/** What the steps of several samplers have in common. */
import { halfLogSnrStep, type LevelPair } from '../probabilityFlow';
import type { PastPrediction } from '../types';

/** A summand of VectorOps.lincomb. */
export type Term<X> = readonly [weight: number, x: X];

/** Without the summands of weight 0, which on tensors would cost an operation each. */
export function nonZero<X>(terms: readonly Term<X>[]): readonly Term<X>[] {
  return terms.filter(([weight]) => weight !== 0);
}

export function scaled<X>(factor: number, terms: readonly Term<X>[]): readonly Term<X>[] {
  return terms.map(([weight, x]) => [factor * weight, x]);
}

export interface ExtrapolationInput<X> extends LevelPair {
  readonly x0: X;
  readonly history: readonly PastPrediction<X>[];
}

/**
 * x0 in the middle of the step, in log-SNR, on the line through its last two values: x0 + (h/2)·(x0 − x0ₚ)/hₚ, hₚ being the
 * step before (Lu et al. 2022, arXiv:2211.01095, algorithm 2). x0 itself where there is no such line: at the
 * start, next to pure noise, and in the step to the clean picture, whose h is infinite.
 */
export function extrapolatedX0<X>({ x0, from, to, history }: ExtrapolationInput<X>): readonly Term<X>[] {
  const [last] = history;
  if (!last || to.alphaBar === 1) return [[1, x0]];
  const share = halfLogSnrStep({ from, to }) / (2 * halfLogSnrStep({ from: last.level, to: from }));
  return [
    [1 + share, x0],
    [-share, last.prediction.x0],
  ];
}
