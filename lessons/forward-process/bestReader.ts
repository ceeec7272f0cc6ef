/**
 * How often the best possible reader of noised digits is right, as recorded by scripts/recordPosterior.ts, at any noise level
 * of any schedule: what counts is the signal-to-noise ratio alone.
 */
import { bisector, interpolateNumber } from 'd3';
import { logSnr } from '$lib/diffusion/schedule';
import type { Schedule } from '$lib/diffusion/types';
import record from './posterior.json';

export type Side = 28 | 7;

export const bestReader = {
  command: record.command,
  testCount: record.testCount,
  trainCount: record.trainCount,
} as const;

const curves: Readonly<Record<Side, readonly number[]>> = { 28: record.right28, 7: record.right7 };
const bySnr = bisector((value: number) => value);

/** Share of test digits named right, 0 … 1; between recorded ratios on a straight line, beyond them constant. */
export function shareRight(alphaBar: number, side: Side = 28): number {
  const at = logSnr(alphaBar);
  const right = bySnr.right(record.logSnr, at);
  const before = record.logSnr[right - 1];
  const after = record.logSnr[right];
  const curve = curves[side];
  if (before === undefined) return curve[0] ?? 0;
  if (after === undefined) return curve.at(-1) ?? 0;
  return interpolateNumber(curve[right - 1] ?? 0, curve[right] ?? 0)((at - before) / (after - before));
}

/** For every t = 0..T of a schedule. */
export function shareRightByT(schedule: Schedule, side: Side = 28): Float64Array {
  return schedule.alphasCumprod.map((alphaBar) => shareRight(alphaBar, side));
}

/** Above this share the reader is as good as certain; below the other one as good as guessing (0.1 is chance). */
export const readable = { certain: 0.9, lost: 0.15 } as const;

/** Steps of a schedule during which the digit can be read almost surely, and those that no longer tell anything. */
export function stepsByReadability(schedule: Schedule): { readonly certain: number; readonly lost: number } {
  const shares = shareRightByT(schedule).subarray(1);
  return {
    certain: shares.filter((share) => share >= readable.certain).length,
    lost: shares.filter((share) => share < readable.lost).length,
  };
}
