/** Where moments and owners lie on a line from noise (left) to clean (right), even in t or even in log-SNR. Plain numbers. */
import type { Interval } from '$lib/diffusion/experts';
import { logSnr } from '$lib/diffusion/schedule';
import type { Schedule } from '$lib/diffusion/types';

export type TimeAxis = 't' | 'logSnr';

/** One owner's stretch of the line; start and end are shares of its length. */
export interface Stretch {
  readonly index: number;
  readonly interval: Interval;
  readonly start: number;
  readonly end: number;
}

/**
 * @param t 0..T; 0, where the ratio is infinite, stands with the least noise that there is
 * @returns share of the way from noise to clean, 0 … 1
 */
export function placeOf(t: number, axis: TimeAxis, schedule: Schedule): number {
  if (axis === 't') return 1 - t / schedule.T;
  const [noise, clean] = [logSnrAt(schedule.T, schedule), logSnrAt(1, schedule)];
  return (logSnrAt(Math.max(1, t), schedule) - noise) / (clean - noise);
}

/** The owners' stretches, the one with most noise first: the order in which they work. */
export function stretchesOf(intervals: readonly Interval[], axis: TimeAxis, schedule: Schedule): readonly Stretch[] {
  return intervals
    .map((interval, index) => ({
      index,
      interval,
      start: placeOf(interval.to, axis, schedule),
      end: placeOf(interval.from, axis, schedule),
    }))
    .toReversed();
}

/** Moments worth a number below the line. */
export function ticksOf(
  axis: TimeAxis,
  schedule: Schedule,
  most: number,
): readonly { readonly t: number; readonly place: number }[] {
  const { T } = schedule;
  const evenly = axis === 't' ? [0, 0.2, 0.4, 0.6, 0.8, 1] : [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1];
  const ticks = evenly.map((share) => Math.round(share * T)).map((t) => ({ t, place: placeOf(t, axis, schedule) }));
  if (ticks.length <= most) return ticks;
  const stride = Math.ceil(ticks.length / most);
  return ticks.filter((_, i) => i % stride === 0);
}

function logSnrAt(t: number, schedule: Schedule): number {
  return logSnr(schedule.alphasCumprod[t] ?? NaN);
}

/** One expert's part in a walk. */
export interface Shift {
  /** Its place among the experts, cleanest first. */
  readonly index: number;
  /** Frames at which it is asked, from its first to its last; null of an expert that no frame asks. */
  readonly frames: { readonly first: number; readonly last: number } | null;
  /** Frames that it answers for. */
  readonly count: number;
}

/** Who answers which frames of a walk. @param times t of the frames at which the network is asked, decreasing */
export function shiftsOf(times: readonly number[], intervals: readonly Interval[]): readonly Shift[] {
  return intervals.map(({ from, to }, index) => {
    const mine = times.flatMap((t, frame) => (t > from && t <= to ? [frame] : []));
    const [first, last] = [mine[0], mine.at(-1)];
    return { index, frames: first === undefined || last === undefined ? null : { first, last }, count: mine.length };
  });
}
