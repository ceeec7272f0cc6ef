/** The lanes of a race as plain data: their settings, what those amount to, and where a lane stands when the clock shows so much. */
import type { FilmFrame, FilmSettings } from '$lib/data/recordedFilm';
import { levelsFor } from '$lib/diffusion/levels';
import { samplerById } from '$lib/diffusion/samplers';
import type { SamplerValues } from '$lib/diffusion/samplers/define';
import type { NoiseLevel, Schedule, TimestepSpacing } from '$lib/diffusion/types';

export interface LaneSettings {
  /** A sampler's id in src/diffusion/samplers. */
  readonly sampler: string;
  readonly params: SamplerValues;
  readonly steps: number;
  readonly spacing: TimestepSpacing;
}

export const spacings: readonly { readonly value: TimestepSpacing; readonly label: string }[] = [
  { value: 'trailing', label: 'even in t, from T' },
  { value: 'linspace', label: 'even in t, both ends' },
  { value: 'leading', label: 'even in t, from below T' },
  { value: 'logSnr', label: 'even in log-SNR' },
  { value: 'karras', label: 'Karras: even in σ^(1/7)' },
];

export const stepChoices: readonly number[] = [1, 2, 3, 5, 7, 10, 15, 20, 25, 50, 100, 200, 250, 500, 1000];
export const mostLanes = 6;

/** Those of the recorded race (scripts/recordRace.ts). */
export const firstLanes: readonly LaneSettings[] = [
  { sampler: 'ddpm', params: { variance: 'small' }, steps: 50, spacing: 'trailing' },
  { sampler: 'ddim', params: { eta: 0 }, steps: 10, spacing: 'trailing' },
  { sampler: 'dpm-solver-2m', params: {}, steps: 10, spacing: 'trailing' },
  { sampler: 'heun', params: { along: 'both' }, steps: 10, spacing: 'trailing' },
];

export function laneTitle({ sampler, steps }: Pick<LaneSettings, 'sampler' | 'steps'>): string {
  return `${samplerById(sampler).label}, ${steps.toLocaleString('en')} ${steps === 1 ? 'step' : 'steps'}`;
}

/** "η = 0 · even in t, from T". */
export function laneNote({ sampler, params, spacing }: LaneSettings): string {
  const settings = Object.entries(samplerById(sampler).params).map(([name, param]) => {
    const value = params[name] ?? param.value;
    if (param.kind === 'number') return `${param.label} = ${value}`;
    return `${param.label.toLowerCase()} ${param.options.find((option) => option.value === value)?.label ?? value}`;
  });
  return [...settings, spacings.find(({ value }) => value === spacing)?.label ?? spacing].join(' · ');
}

/** With everything that the sampler may be told at its default. */
export function defaultParams(sampler: string): SamplerValues {
  return Object.fromEntries(Object.entries(samplerById(sampler).params).map(([name, param]) => [name, param.value]));
}

/** Evaluations that a lane takes to its end. @param perCall 2 with guidance, which asks twice */
export function plannedNfe({ sampler, params, steps }: LaneSettings, perCall: number): number {
  return samplerById(sampler).nfe(steps, params) * perCall;
}

/** The levels that a lane stops at, from noise to clean. */
export function laneLevels({ steps, spacing }: LaneSettings, schedule: Schedule): readonly NoiseLevel[] {
  return levelsFor({ schedule, steps: Math.min(steps, schedule.T), spacing });
}

/** Whether a film was made with these settings, digit and noise aside. */
export function isFilmOf({ sampler, params, steps, spacing }: LaneSettings, film: FilmSettings): boolean {
  const mine = { ...defaultParams(sampler), ...params };
  const theirs = film.sampler === sampler ? { ...defaultParams(sampler), ...film.samplerParams } : {};
  const same = Object.entries(mine).every(([name, value]) => theirs[name] === value);
  return film.sampler === sampler && film.steps === steps && film.spacing === spacing && same;
}

/** The last frame that so many evaluations had paid for; −1 of an empty film. */
export function frameAfter(frames: readonly Pick<FilmFrame, 'nfe'>[], evaluations: number): number {
  let [low, high] = [0, frames.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle]?.nfe ?? Infinity) <= evaluations) low = middle + 1;
    else high = middle;
  }
  return frames.length === 0 ? -1 : Math.max(0, low - 1);
}

/** Evaluations that a lane had made after so many milliseconds, its time shared out evenly over them. */
export function evaluationsAfter(ms: number, { nfe, ms: total }: { readonly nfe: number; readonly ms: number }): number {
  return total > 0 ? Math.floor(Math.min(1, ms / total) * nfe + rounding) : nfe;
}
/** So that the end of a lane's time is the end of the lane. */
const rounding = 1e-9;

/** What an evaluation took on this device; null as long as nothing was drawn. */
export function msPerEvaluation(drawn: readonly { readonly nfe: number; readonly ms: number }[]): number | null {
  const nfe = drawn.reduce((sum, each) => sum + each.nfe, 0);
  return nfe > 0 ? drawn.reduce((sum, each) => sum + each.ms, 0) / nfe : null;
}

/** "0.4 s", "12 s", "3 min". */
export function durationWords(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
