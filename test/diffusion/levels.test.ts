import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsFor, type LevelsRequest } from '../../src/diffusion/levels';
import { sigmaOf } from '../../src/diffusion/probabilityFlow';
import { defaultSchedules, levelAt, logSnr, makeSchedule } from '../../src/diffusion/schedule';
import type { NoiseLevel, TimestepSpacing } from '../../src/diffusion/types';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';

const schedule = makeSchedule(defaultSchedules.cosine);
const spacings = Object.keys({
  leading: true,
  linspace: true,
  trailing: true,
  logSnr: true,
  karras: true,
} satisfies Record<TimestepSpacing, true>) as TimestepSpacing[];

const visited = (request: Omit<LevelsRequest, 'schedule'>): number[] => levelsFor({ schedule, ...request }).map(({ t }) => t);
const reversedAndClean = (...ts: number[]): number[] => [...ts.reverse(), 0];

describe('the spacings', () => {
  // Lin et al. 2023, table 2, T = 1000 and S = 10, which counts from 1 as we do.
  it.each([
    ['leading', [1, 101, 201, 301, 401, 501, 601, 701, 801, 901]],
    ['linspace', [1, 112, 223, 334, 445, 556, 667, 778, 889, 1000]],
    ['trailing', [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]],
  ] as const)('%s is the one in the paper’s table', (spacing, ts) => {
    expect(visited({ steps: 10, spacing })).toEqual(reversedAndClean(...ts));
  });

  // numpy, by diffusers' formulas, plus one: round half to even puts 937.5 at 938 and 812.5 at 812.
  it.each([
    ['leading', 7, [1, 143, 285, 427, 569, 711, 853]],
    ['linspace', 7, [1, 167, 334, 501, 667, 833, 1000]], // 166.5 → 166, 499.5 → 500, 832.5 → 832, plus one
    ['trailing', 7, [143, 286, 429, 571, 714, 857, 1000]],
    ['trailing', 16, [62, 125, 188, 250, 312, 375, 438, 500, 562, 625, 688, 750, 812, 875, 938, 1000]],
  ] as const)('%s of %i rounds as numpy does', (spacing, steps, ts) => {
    expect(visited({ steps, spacing })).toEqual(reversedAndClean(...ts));
  });

  it.each(spacings)('%s: all T steps visit every level', (spacing) => {
    expect(visited({ steps: 1000, spacing })).toEqual(Array.from({ length: 1001 }, (_, i) => 1000 - i));
  });

  it.each([
    ['leading', 1],
    ['linspace', 1],
    ['trailing', 1000],
    ['logSnr', 1000],
    ['karras', 1000],
  ] as const)('%s: a single step starts at t = %i', (spacing, t) => {
    expect(visited({ steps: 1, spacing })).toEqual([t, 0]);
  });

  it('fall strictly, in whole steps, for every T and every number of steps', () => {
    const request = fc
      .integer({ min: 1, max: 1200 })
      .chain((T) => fc.tuple(fc.constant(T), fc.integer({ min: 1, max: T }), fc.constantFrom(...spacings)));
    holds(
      fc.property(request, ([T, steps, spacing]) => {
        const levels = levelsFor({ schedule: makeSchedule({ ...defaultSchedules.cosine, T }), steps, spacing });
        expect(levels).toHaveLength(steps + 1);
        expect(levels.every(({ t }) => Number.isInteger(t) && t >= 0 && t <= T)).toBe(true);
        levels.slice(1).forEach(({ t, alphaBar }, i) => {
          expect(t).toBeLessThan(levels[i]?.t ?? 0);
          expect(alphaBar).toBeGreaterThan(levels[i]?.alphaBar ?? 1);
        });
      }),
    );
  });
});

describe('the spacings by noise', () => {
  const linear = makeSchedule(defaultSchedules.linear);
  const measures = {
    logSnr: ({ alphaBar }: NoiseLevel) => logSnr(alphaBar),
    karras: (level: NoiseLevel) => sigmaOf(level) ** (1 / 7),
  };

  it.each(['logSnr', 'karras'] as const)(
    '%s goes from T to 1 in stops that are even but for rounding to whole t’s',
    (spacing) => {
      const measure = measures[spacing];
      const noisy = levelsFor({ schedule: linear, steps: 10, spacing }).slice(0, -1);
      expect([noisy[0]?.t, noisy.at(-1)?.t]).toEqual([1000, 1]);
      const [first, last] = [levelAt(linear, 1000), levelAt(linear, 1)].map(measure) as [number, number];
      for (const [i, { t }] of noisy.slice(1, -1).entries()) {
        const wanted = first + ((last - first) * (i + 1)) / 9;
        const off = (at: number): number => Math.abs(measure(levelAt(linear, at)) - wanted);
        expect(off(t)).toBeLessThanOrEqual(Math.min(off(t - 1), off(t + 1)));
      }
    },
  );

  it('karras is theirs: σ = (σ_max^(1/7) + i/(n − 1)·(σ_min^(1/7) − σ_max^(1/7)))^7, eq. 5', () => {
    const [, second] = levelsFor({ schedule: linear, steps: 3, spacing: 'karras' });
    const root = (t: number): number => sigmaOf(levelAt(linear, t)) ** (1 / 7);
    const middle = ((root(1000) + root(1)) / 2) ** 7;
    expect(Math.abs(sigmaOf(second ?? levelAt(linear, 0)) / middle - 1)).toBeLessThan(0.01);
  });

  it('start at T where no signal is left there, and go evenly from T − 1', () => {
    const zero = makeSchedule({ ...defaultSchedules.linear, zeroTerminalSnr: true });
    const ts = levelsFor({ schedule: zero, steps: 5, spacing: 'logSnr' }).map(({ t }) => t);
    expect([ts[0], ts[1], ts[4], ts[5]]).toEqual([1000, 999, 1, 0]);
  });

  it('move apart stops that would fall on one t', () => {
    // at the clean end log-SNR changes by ln 2 from t = 2 to 1: 300 even stops do not fit between the first whole t’s
    const ts = levelsFor({ schedule: linear, steps: 300, spacing: 'logSnr' }).map(({ t }) => t);
    expect(new Set(ts).size).toBe(301);
    expect(ts.slice(-5)).toEqual([4, 3, 2, 1, 0]);
  });
});

describe('levels', () => {
  it('carry the schedule’s ᾱ and end clean', () => {
    const levels = levelsFor({ schedule, steps: 5, spacing: 'trailing' });
    expect(levels[1]).toEqual(levelAt(schedule, 800));
    expect(levels.at(-1)).toEqual({ t: 0, alphaBar: 1 });
  });

  it('from a level of the walk go the rest of the same walk', () => {
    for (const spacing of spacings) {
      const whole = visited({ steps: 25, spacing });
      for (const [i, t] of whole.slice(0, -1).entries()) {
        expect(visited({ steps: 25, spacing, from: t })).toEqual(whole.slice(i));
      }
    }
  });

  it('from a level between two go to the next one below', () => {
    expect(visited({ steps: 10, spacing: 'trailing', from: 250 })).toEqual([250, 200, 100, 0]);
    expect(visited({ steps: 10, spacing: 'trailing', from: 7 })).toEqual([7, 0]);
  });

  it.each([0, -1, 1001, 2.5, NaN])('refuse %s steps', (steps) => {
    expect(expectError(() => visited({ steps, spacing: 'leading' }), 'range').message).toContain(String(steps));
  });

  it.each([0, 1001, 10.5, NaN])('refuse to start from t = %s', (from) => {
    expect(expectError(() => visited({ steps: 10, spacing: 'leading', from }), 'range').message).toContain(String(from));
  });
});
