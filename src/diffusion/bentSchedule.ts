/**
 * A schedule that a reader bends by hand: a base schedule whose β is multiplied by a factor that varies smoothly with t.
 * Where nothing was moved the factor is 1, so an untouched schedule is the base to the last digit.
 */
import { AppError } from '../base/errors';
import { scheduleFromBetas } from './schedule';
import type { Schedule } from './types';

export interface Knot {
  readonly t: number;
  /** Natural logarithm of the factor on β at t; 0 leaves it alone. */
  readonly bend: number;
}

/**
 * A bent β stays in this range (wider where the base itself is outside): smaller ones change nothing in a thousand steps,
 * and a thousand larger ones would make ᾱ too small for a float64.
 */
export const bentBetaRange = { min: 1e-6, max: 0.4 } as const;

/** @throws range, unless the knots' t rise */
export function bendSchedule(base: Schedule, knots: readonly Knot[]): Schedule {
  if (knots.some((knot, i) => i > 0 && knot.t <= (knots[i - 1]?.t ?? 0))) {
    throw new AppError('range', 'The knots of a schedule must be given from left to right.');
  }
  if (knots.every((knot) => knot.bend === 0)) return base;
  return scheduleFromBetas(Array.from({ length: base.T }, (_, i) => bentBeta(base.betas[i + 1] ?? 0, bendAt(knots, i + 1))));
}

/** β times exp(bend), inside the range that the base and bentBetaRange allow. */
export function bentBeta(beta: number, bend: number): number {
  if (bend === 0) return beta;
  return Math.min(Math.max(beta * Math.exp(bend), Math.min(beta, bentBetaRange.min)), Math.max(beta, bentBetaRange.max));
}

/** The bend between two knots follows a smoothstep: level at each knot, without overshoot. Beyond the ends it is constant. */
export function bendAt(knots: readonly Knot[], t: number): number {
  const after = knots.findIndex((knot) => knot.t >= t);
  const right = knots[after < 0 ? knots.length - 1 : after];
  if (!right) return 0;
  const left = after > 0 ? knots[after - 1] : undefined;
  if (!left) return right.bend;
  const share = (t - left.t) / (right.t - left.t);
  return left.bend + (right.bend - left.bend) * share * share * (3 - 2 * share);
}
