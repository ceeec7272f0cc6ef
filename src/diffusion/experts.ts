/**
 * Several denoisers that share one reverse process, each the owner of an interval of noise (Balaji et al. 2022, eDiff-I,
 * arXiv:2211.01324, section 4): at every level the owner is asked, and nobody else. A sampler does not notice.
 */
import { AppError } from '../base/errors';
import { logSnr } from './schedule';
import type { Denoiser, Schedule } from './types';

/** Owns every t in (from, to]. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

export type BorderSpacing = 't' | 'logSnr';

/**
 * 1..T shared out among so many owners, the cleanest first: evenly in t, or evenly in log-SNR between t = 1 and t = T − 1 (the last
 * level may have no signal at all).
 * @throws range, when there are more owners than timesteps, or none
 */
export function intervalsOf(count: number, spacing: BorderSpacing, schedule: Schedule): readonly Interval[] {
  if (!Number.isInteger(count) || count < 1 || count >= schedule.T) {
    throw new AppError('range', `${schedule.T} timesteps cannot be shared out among ${count}.`);
  }
  const inner = Array.from({ length: count - 1 }, (_, i) => borderAt((i + 1) / count, spacing, schedule));
  const borders = [0, ...inner, schedule.T];
  return borders.slice(1).map((to, i) => ({ from: borders[i] ?? 0, to }));
}

function borderAt(share: number, spacing: BorderSpacing, schedule: Schedule): number {
  const { T, alphasCumprod } = schedule;
  if (spacing === 't') return Math.round(share * T);
  const at = (t: number): number => logSnr(alphasCumprod[t] ?? NaN);
  const wanted = at(1) + share * (at(T - 1) - at(1));
  let t = 1;
  while (t < T - 1 && at(t) > wanted) t += 1;
  return t;
}

/** @returns the place of t's owner. @throws range, when nobody owns t */
export function ownerOf(intervals: readonly Interval[], t: number): number {
  const owner = intervals.findIndex(({ from, to }) => t > from && t <= to);
  if (owner < 0) throw new AppError('range', `No expert is there for t = ${t}.`);
  return owner;
}

/** Several as one. @throws range, when it is asked for a level that nobody owns */
export function expertDenoiser<X>(
  experts: readonly { readonly interval: Interval; readonly denoise: Denoiser<X> }[],
): Denoiser<X> {
  const intervals = experts.map(({ interval }) => interval);
  return (x, level) => {
    const expert = experts[ownerOf(intervals, level.t)];
    if (expert === undefined) throw new AppError('internal', 'An owner is not among the experts.');
    return expert.denoise(x, level);
  };
}
