/**
 * Which levels a sampler visits. Three ways of choosing S timesteps out of T are those of Lin et al. 2023
 * (arXiv:2305.08891, table 2), rounded as diffusers rounds them; the paper counts from 1, as we do. Two more choose by noise
 * and not by t: evenly in log-SNR (Lu et al. 2022, arXiv:2206.00927), and Karras et al.'s (2022, arXiv:2206.00364,
 * eq. 5). The clean level is always the last one, so that a step never has to ask what comes after the end.
 */
import { AppError } from '../base/errors';
import { power } from '../base/portableMath';
import { sigmaOf } from './probabilityFlow';
import { levelAt, logSnr } from './schedule';
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
  const spaced = spacings[spacing](schedule, steps);
  if (from !== undefined) checkWhole('The timestep to start from', from, T);
  const visited = from === undefined ? spaced : [from, ...spaced.filter((t) => t < from)];
  return [...visited, 0].map((t) => levelAt(schedule, t));
}

/** Each rule: S decreasing timesteps in 1..T. */
const spacings: Readonly<Record<TimestepSpacing, (schedule: Schedule, steps: number) => number[]>> = {
  /** arange(1, T + 1, ⌊T/S⌋): starts below T, though what it starts from is pure noise. */
  leading: ({ T }, steps) => {
    const stride = Math.floor(T / steps);
    return decreasing(steps, (i) => 1 + i * stride);
  },
  /** linspace(1, T, S): both ends. (A single step is then t = 1, as in diffusers.) */
  linspace: ({ T }, steps) => {
    const stride = (T - 1) / Math.max(steps - 1, 1);
    return decreasing(steps, (i) => 1 + roundHalfToEven(i * stride));
  },
  /**
   * T, T − T/S, T − 2T/S, …: includes t = T. (For some S, such as 29 of 100, rounding gives numpy's range one entry more, and
   * diffusers a timestep of −1; we stop at S.)
   */
  trailing: ({ T }, steps) => {
    // numpy fills a range from the difference of its first two entries; computed otherwise, some halves round the other way
    const stride = T - (T - T / steps);
    return decreasing(steps, (i) => roundHalfToEven(T - (steps - 1 - i) * stride));
  },
  /** Even in ln(ᾱ/(1 − ᾱ)), from T to 1. */
  logSnr: (schedule, steps) => evenlyIn(({ alphaBar }) => logSnr(alphaBar), schedule, steps),
  /** Even in σ^(1/ρ), from T to 1: in σ, closer together the less noise there is. */
  karras: (schedule, steps) => evenlyIn((level) => power(sigmaOf(level), 1 / karrasRho), schedule, steps),
};

/** Karras et al. 2022, table 1. */
const karrasRho = 7;

/**
 * The whole t's nearest to even stops of a measure that rises or falls with t. The first is T and, of several, the last is 1.
 * Where T has no signal left its measure is infinite, and the stops after it go from T − 1 on. Two stops that would
 * fall on one t are moved apart, so that there are as many as were asked for, and T steps visit every level.
 */
function evenlyIn(measure: (level: NoiseLevel) => number, schedule: Schedule, steps: number): number[] {
  const { T } = schedule;
  const values = Array.from(schedule.alphasCumprod, (alphaBar, t) => (t === 0 ? NaN : measure({ t, alphaBar })));
  const before = Number.isFinite(values[T]) ? 0 : 1; // stops taken by T alone
  const [first = NaN, last = NaN] = [values[T - before], values[1]];
  const stops: number[] = [T];
  for (let i = 1; i < steps; i += 1) {
    const wanted = first + (last - first) * ((i - before) / Math.max(steps - 1 - before, 1));
    const below = (stops[i - 1] ?? T) - 1;
    stops.push(Math.max(nearest(values, wanted, below), steps - i)); // as many t's are needed from here on
  }
  return stops;
}

/** The t in 1..highest whose value is nearest; the values run one way. */
function nearest(values: readonly number[], wanted: number, highest: number): number {
  let t = highest;
  const distance = (at: number): number => Math.abs((values[at] ?? NaN) - wanted);
  while (t > 1 && distance(t - 1) < distance(t)) t -= 1;
  return t;
}

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
