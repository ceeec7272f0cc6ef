/**
 * Which levels a sampler visits. The three ways of choosing S timesteps out of T are those of Lin et al. 2023
 * (arXiv:2305.08891, table 2), rounded as diffusers rounds them; the paper counts from 1, as we do.
 * The clean level is always the last one, so that a step never has to ask what comes after the end.
 */
import { AppError } from '../base/errors';
import { levelAt } from './schedule';
import type { NoiseLevel, Schedule, TimestepSpacing } from './types';

export interface LevelsRequest {
  readonly schedule: Schedule;
  /** Levels at which the network is asked, when starting from pure noise. 1..T. */
  readonly steps: number;
  readonly spacing: TimestepSpacing;
  /**
   * Start at this t instead: `from` itself, then those of the spaced levels that lie below it. A film that is taken up
   * again at one of its frames therefore goes through the very levels it would have gone through.
   */
  readonly from?: number | undefined;
}

/**
 * Decreasing levels, ending with the clean one: one more than there are steps to take.
 * @throws range, for a number of steps or a start that the schedule does not have
 */
export function levelsFor({ schedule, steps, spacing, from }: LevelsRequest): readonly NoiseLevel[] {
  const { T } = schedule;
  checkWhole('The number of steps', steps, T);
  const spaced = spacings[spacing](T, steps);
  if (from !== undefined) checkWhole('The timestep to start from', from, T);
  const visited = from === undefined ? spaced : [from, ...spaced.filter((t) => t < from)];
  return [...visited, 0].map((t) => levelAt(schedule, t));
}

/** Each rule: T and S to S decreasing timesteps in 1..T. */
const spacings: Readonly<Record<TimestepSpacing, (T: number, steps: number) => number[]>> = {
  /** arange(1, T + 1, ⌊T/S⌋): starts below T, though what it starts from is pure noise. */
  leading: (T, steps) => {
    const stride = Math.floor(T / steps);
    return decreasing(steps, (i) => 1 + i * stride);
  },
  /** linspace(1, T, S): both ends. (A single step is then t = 1, as in diffusers.) */
  linspace: (T, steps) => {
    const stride = (T - 1) / Math.max(steps - 1, 1);
    return decreasing(steps, (i) => 1 + roundHalfToEven(i * stride));
  },
  /**
   * T, T − T/S, T − 2T/S, …: includes t = T. (For some S, such as 29 of 100, rounding gives numpy's range one entry more, and
   * diffusers a timestep of −1; we stop at S.)
   */
  trailing: (T, steps) => {
    // numpy fills a range from the difference of its first two entries; computed otherwise, some halves round the other way
    const stride = T - (T - T / steps);
    return decreasing(steps, (i) => roundHalfToEven(T - (steps - 1 - i) * stride));
  },
};

function decreasing(count: number, valueAt: (i: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => valueAt(count - 1 - i));
}

/** numpy's rounding: 2.5 becomes 2 and 3.5 becomes 4. */
function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const isHalf = x - below === 0.5;
  return isHalf && below % 2 === 0 ? below : Math.round(x);
}

function checkWhole(what: string, value: number, T: number): void {
  if (!Number.isInteger(value) || value < 1 || value > T) {
    throw new AppError('range', `${what} must be a whole number from 1 to ${T}; it was ${value}.`);
  }
}
