import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expertDenoiser, intervalsOf, ownerOf, type BorderSpacing } from '../../src/diffusion/experts';
import { defaultSchedules, levelAt, logSnr, makeSchedule } from '../../src/diffusion/schedule';
import type { Denoiser, Schedule } from '../../src/diffusion/types';
import { expectError } from '../support/expectError';
import { holds } from '../support/property';
import { anyConfig } from '../support/schedules';

const cosine = makeSchedule(defaultSchedules.cosine);
const anySpacing = fc.constantFrom<BorderSpacing>('t', 'logSnr');
/** No expert is so short that two borders of the coarse schedules of the property fall on one timestep. */
const anyCount = fc.integer({ min: 1, max: 4 });

function logSnrAt(schedule: Schedule, t: number): number {
  return logSnr(schedule.alphasCumprod[t] ?? NaN);
}

describe('1..T shared out', () => {
  test('every timestep has exactly one owner, the cleanest first, and nobody owns the clean picture', () => {
    holds(
      fc.property(anyConfig, anyCount, anySpacing, (config, count, spacing) => {
        const schedule = makeSchedule(config);
        const intervals = intervalsOf(count, spacing, schedule);
        expect(intervals).toHaveLength(count);
        const owned = intervals.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + 1 + i));
        expect(owned).toEqual(Array.from({ length: schedule.T }, (_, i) => i + 1));
        expect(intervals.every(({ from, to }) => from < to)).toBe(true);
        for (const [i, { from, to }] of intervals.entries()) {
          expect(ownerOf(intervals, from + 1)).toBe(i);
          expect(ownerOf(intervals, to)).toBe(i);
        }
        expectError(() => ownerOf(intervals, 0), 'range');
        expectError(() => ownerOf(intervals, schedule.T + 1), 'range');
      }),
    );
  });

  test('evenly in t', () => {
    expect(intervalsOf(4, 't', cosine).map(({ to }) => to)).toEqual([250, 500, 750, 1000]);
    expect(intervalsOf(3, 't', cosine).map(({ from }) => from)).toEqual([0, 333, 667]);
    expect(intervalsOf(1, 'logSnr', cosine)).toEqual([{ from: 0, to: 1000 }]);
  });

  test.each(['linear', 'scaledLinear', 'cosine', 'sigmoid'] as const)(
    'evenly in log-SNR: each border is the first timestep beyond its share of the way, on the %s schedule',
    (kind) => {
      for (const zeroTerminalSnr of [false, true]) {
        const schedule = makeSchedule({ ...defaultSchedules[kind], zeroTerminalSnr });
        for (const count of [2, 3, 4]) {
          const [first, last] = [logSnrAt(schedule, 1), logSnrAt(schedule, schedule.T - 1)];
          intervalsOf(count, 'logSnr', schedule)
            .slice(0, -1)
            .forEach(({ to }, i) => {
              const wanted = first + ((i + 1) / count) * (last - first);
              expect(logSnrAt(schedule, to)).toBeLessThanOrEqual(wanted);
              expect(logSnrAt(schedule, to - 1)).toBeGreaterThan(wanted);
            });
        }
      }
    },
  );

  test('the log-SNR borders of the cosine schedule lie closer to both ends than thirds of t do', () => {
    // Half-way in log-SNR is near the middle of t, but steep at both ends: log-SNR = −2·log tan(π/2·t/T).
    const [low, high] = intervalsOf(3, 'logSnr', cosine).map(({ to }) => to);
    expect(low).toBeLessThan(333);
    expect(high).toBeGreaterThan(667);
  });

  test('among nobody, or among more than there are timesteps, is refused', () => {
    for (const count of [0, -1, 1.5, 1000, 1001]) expectError(() => intervalsOf(count, 't', cosine), 'range');
  });
});

describe('experts as one denoiser', () => {
  const pixels = Float64Array.of(1, 2);

  /** Says who was asked by what it answers. */
  function countingExperts(intervals: readonly { from: number; to: number }[]): {
    readonly calls: number[];
    readonly denoise: Denoiser<Float64Array>;
  } {
    const calls = intervals.map(() => 0);
    const experts = intervals.map((interval, i) => ({
      interval,
      denoise: (x: Float64Array) => {
        calls[i] = (calls[i] ?? 0) + 1;
        return { x0: x.map((value) => value + i), eps: x };
      },
    }));
    return { calls, denoise: expertDenoiser(experts) };
  }

  test('the owner alone is asked, and its answer given on', () => {
    const intervals = intervalsOf(3, 't', cosine);
    const { calls, denoise } = countingExperts(intervals);
    for (let t = cosine.T; t >= 1; t -= 1) {
      const owner = ownerOf(intervals, t);
      expect([...denoise(pixels, levelAt(cosine, t)).x0]).toEqual([1 + owner, 2 + owner]);
    }
    expect(calls).toEqual([333, 334, 333]);
  });

  test('a level is handed on as it is', () => {
    const seen: unknown[] = [];
    const interval = { from: 0, to: 1000 };
    const denoise = expertDenoiser<Float64Array>([{ interval, denoise: (x, level) => (seen.push(x, level), { x0: x, eps: x }) }]);
    const level = levelAt(cosine, 77);
    denoise(pixels, level);
    expect(seen).toEqual([pixels, level]);
    expect(seen[0]).toBe(pixels);
  });

  test('a level that nobody owns is refused with its timestep, and nobody is asked', () => {
    const { calls, denoise } = countingExperts([{ from: 0, to: 400 }, { from: 500, to: 1000 }]); // prettier-ignore
    denoise(pixels, levelAt(cosine, 400));
    denoise(pixels, levelAt(cosine, 501));
    for (const t of [0, 401, 500]) {
      const { message } = expectError(() => denoise(pixels, levelAt(cosine, t)), 'range');
      expect(message).toContain(`t = ${t}`);
    }
    expect(calls).toEqual([1, 1]);
    expectError(() => expertDenoiser<Float64Array>([])(pixels, levelAt(cosine, 1)), 'range');
  });
});
