/** Schedules for property tests: every kind, many lengths, with and without zero terminal SNR. */
import fc from 'fast-check';
import { defaultSchedules } from '../../src/diffusion/schedule';
import type { NoiseLevel, Schedule, ScheduleConfig, ScheduleKind } from '../../src/diffusion/types';

export const scheduleKinds: readonly ScheduleKind[] = ['linear', 'scaledLinear', 'cosine', 'sigmoid'];

/** A default schedule squeezed or stretched to T steps: the same noise in all, hence βs of 1000/T times the size. */
export function scaledConfig(kind: ScheduleKind, T: number, zeroTerminalSnr = false): ScheduleConfig {
  const base = defaultSchedules[kind];
  const factor = base.T / T;
  return { ...base, T, betaStart: base.betaStart * factor, betaEnd: base.betaEnd * factor, zeroTerminalSnr };
}

/** Fewer than 21 steps would take a β of more than 1. */
export const shortestT = 21;

export const anyConfig: fc.Arbitrary<ScheduleConfig> = fc
  .tuple(fc.constantFrom(...scheduleKinds), fc.integer({ min: shortestT, max: 1200 }), fc.boolean())
  .map(([kind, T, zeroTerminalSnr]) => scaledConfig(kind, T, zeroTerminalSnr));

/** Two different levels between pure noise and clean, `to` being the cleaner one; either end is likely. */
export const anyPair: fc.Arbitrary<{ readonly from: NoiseLevel; readonly to: NoiseLevel }> = fc
  .tuple(
    fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1e-12, 4e-5)),
    fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(1, 0.9999)),
  )
  .filter(([a, b]) => Math.abs(a - b) > 1e-13)
  .map(([a, b]) => ({ from: { t: 2, alphaBar: Math.min(a, b) }, to: { t: 1, alphaBar: Math.max(a, b) } }));

/** A level that is neither clean nor pure noise, where all conversions have an inverse. */
export const innerLevel: fc.Arbitrary<NoiseLevel> = fc
  .double({ min: 1e-3, max: 1 - 1e-3, noNaN: true })
  .map((alphaBar) => ({ t: 1, alphaBar }));

export function allLevels(schedule: Schedule): NoiseLevel[] {
  return Array.from(schedule.alphasCumprod, (alphaBar, t) => ({ t, alphaBar }));
}
