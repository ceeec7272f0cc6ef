/**
 * Noise schedules: how much of the picture is left at each level. βₜ is the share of variance replaced by noise in step t
 * (Ho et al. 2020, arXiv:2006.11239, eq. 2), ᾱₜ = Π(1 − βₛ) the share of signal left after t steps (eq. 4).
 * Index 0 is the clean picture, so index t is the papers' t; diffusers' arrays start at our t = 1.
 */
import { AppError } from '../base/errors';
import { cos, exp, log } from '../base/portableMath';
import type { NoiseLevel, Schedule, ScheduleConfig, ScheduleKind } from './types';

/** Longest schedule we build: ten times the papers'. */
const maxT = 10_000;

/** Nichol & Dhariwal 2021 (arXiv:2102.09672), eq. 17 and the text below it. */
const cosineOffset = 0.008;
const cosineMaxBeta = 0.999;

/** diffusers walks the logistic function from −6 to 6. */
const sigmoidReach = 6;

/** The values that the papers and diffusers use; scaledLinear is Stable Diffusion's. */
export const defaultSchedules: Readonly<Record<ScheduleKind, ScheduleConfig>> = {
  linear: { kind: 'linear', T: 1000, betaStart: 1e-4, betaEnd: 0.02, zeroTerminalSnr: false },
  scaledLinear: { kind: 'scaledLinear', T: 1000, betaStart: 0.00085, betaEnd: 0.012, zeroTerminalSnr: false },
  cosine: { kind: 'cosine', T: 1000, betaStart: 1e-4, betaEnd: 0.02, zeroTerminalSnr: false },
  sigmoid: { kind: 'sigmoid', T: 1000, betaStart: 1e-4, betaEnd: 0.02, zeroTerminalSnr: false },
};

/** @throws range, for a T or a β that makes no schedule */
export function makeSchedule(config: ScheduleConfig): Schedule {
  checkConfig(config);
  const schedule = scheduleFromBetas(Array.from({ length: config.T }, (_, i) => betaRules[config.kind](config, i + 1)));
  return config.zeroTerminalSnr ? withZeroTerminalSnr(schedule) : schedule;
}

/** βₜ of each kind for t = 1..T. */
const betaRules: Readonly<Record<ScheduleKind, (config: ScheduleConfig, t: number) => number>> = {
  /** Ho et al. 2020, section 4. */
  linear: ({ T, betaStart, betaEnd }, t) => between(betaStart, betaEnd, t, T),
  /** Linear in √β: Rombach et al. 2022 (arXiv:2112.10752), in their code. */
  scaledLinear: ({ T, betaStart, betaEnd }, t) => squared(between(Math.sqrt(betaStart), Math.sqrt(betaEnd), t, T)),
  /** Nichol & Dhariwal 2021, eq. 17; the cap keeps the last steps from dividing by almost nothing. */
  cosine: ({ T }, t) => Math.min(1 - cosineAlphaBar(t / T) / cosineAlphaBar((t - 1) / T), cosineMaxBeta),
  /** diffusers' "sigmoid" (from GeoDiff, Xu et al. 2022, arXiv:2203.02923). */
  sigmoid: ({ T, betaStart, betaEnd }, t) =>
    betaStart + (betaEnd - betaStart) * logistic(between(-sigmoidReach, sigmoidReach, t, T)),
};

/** f(t) of eq. 17, without the constant f(0), which cancels in βₜ. */
function cosineAlphaBar(share: number): number {
  return squared(cos(((share + cosineOffset) / (1 + cosineOffset)) * (Math.PI / 2)));
}

/** Not x ** 2: of powers, even whole ones, JavaScript promises no last digit (see base/portableMath.ts). */
function squared(x: number): number {
  return x * x;
}

function logistic(x: number): number {
  return 1 / (1 + exp(-x));
}

/** The t-th of T evenly spaced numbers from start to end. */
function between(start: number, end: number, t: number, T: number): number {
  return T === 1 ? start : start + ((end - start) * (t - 1)) / (T - 1);
}

/**
 * A schedule from β₁..β_T.
 * @throws range, unless every β lies in (0, 1) (the last may be 1) and some signal is left before the last step
 */
export function scheduleFromBetas(betas: ArrayLike<number>): Schedule {
  const alphasCumprod = new Float64Array(betas.length);
  // float64: a float32 product is off by 2e-5 at T = 1000
  let alphaBar = 1;
  for (let i = 0; i < betas.length; i += 1) {
    const beta = betas[i] ?? NaN;
    if (!(beta > 0 && (beta < 1 || (beta === 1 && i === betas.length - 1)))) {
      throw new AppError('range', `β must lie between 0 and 1 at every step; at t = ${i + 1} it was ${beta}.`);
    }
    alphaBar *= 1 - beta;
    alphasCumprod[i] = alphaBar;
  }
  return scheduleFromAlphasCumprod(alphasCumprod);
}

/**
 * A schedule from ᾱ₁..ᾱ_T, as a reader may draw it.
 * @throws range, unless the values fall strictly from below 1; only the last may be 0
 */
export function scheduleFromAlphasCumprod(values: ArrayLike<number>): Schedule {
  const T = values.length;
  checkT(T);
  const alphasCumprod = new Float64Array(T + 1);
  const betas = new Float64Array(T + 1);
  let before = 1;
  alphasCumprod[0] = before;
  for (let t = 1; t <= T; t += 1) {
    const alphaBar = values[t - 1] ?? NaN;
    if (!(alphaBar < before && (alphaBar > 0 || (alphaBar === 0 && t === T)))) {
      throw new AppError(
        'range',
        `ᾱ must fall at every step and reach 0 at the last one at the earliest; at t = ${t} it went from ${before} to ${alphaBar}.`,
      );
    }
    alphasCumprod[t] = alphaBar;
    betas[t] = 1 - alphaBar / before;
    before = alphaBar;
  }
  return { T, betas, alphasCumprod };
}

/**
 * Shifts and scales √ᾱ so that ᾱ_T is exactly 0 while ᾱ₁ stays (Lin et al. 2023, arXiv:2305.08891, algorithm 1).
 * @throws range, when T is 1: the first level is then the last
 */
export function withZeroTerminalSnr(schedule: Schedule): Schedule {
  if (schedule.T < 2) throw new AppError('range', 'Zero terminal SNR needs at least two timesteps.');
  const roots = schedule.alphasCumprod.slice(1).map(Math.sqrt);
  const first = roots[0] ?? 0;
  const last = roots[roots.length - 1] ?? 0;
  return scheduleFromAlphasCumprod(roots.map((root) => squared(((root - last) * first) / (first - last))));
}

/** @throws range, unless t is a whole number in 0..T */
export function levelAt(schedule: Schedule, t: number): NoiseLevel {
  const alphaBar = schedule.alphasCumprod[t];
  if (alphaBar === undefined) {
    throw new AppError('range', `The timestep must be a whole number from 0 to ${schedule.T}; it was ${t}.`);
  }
  return { t, alphaBar };
}

/** Signal-to-noise ratio ᾱ/(1 − ᾱ): Infinity when clean, 0 when nothing is left. */
export function snr(alphaBar: number): number {
  checkAlphaBar(alphaBar);
  return alphaBar / (1 - alphaBar);
}

/** Natural logarithm of the SNR. */
export function logSnr(alphaBar: number): number {
  checkAlphaBar(alphaBar);
  return log(alphaBar) - log(1 - alphaBar);
}

function checkConfig({ kind, T, betaStart, betaEnd }: ScheduleConfig): void {
  checkT(T);
  if (kind === 'cosine') return; // has no β of its own to check
  for (const [name, beta] of [
    ['first', betaStart],
    ['last', betaEnd],
  ] as const) {
    if (!(beta > 0 && beta < 1)) throw new AppError('range', `The ${name} β must lie between 0 and 1; it was ${beta}.`);
  }
}

function checkT(T: number): void {
  if (!Number.isInteger(T) || T < 1 || T > maxT) {
    throw new AppError('range', `The number of timesteps must be a whole number from 1 to ${maxT}; it was ${T}.`);
  }
}

function checkAlphaBar(alphaBar: number): void {
  if (!(alphaBar >= 0 && alphaBar <= 1)) throw new AppError('range', `ᾱ must lie between 0 and 1; it was ${alphaBar}.`);
}
