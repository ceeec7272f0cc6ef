import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bendAt, bendSchedule, bentBeta } from '../../src/diffusion/bentSchedule';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import type { ScheduleKind } from '../../src/diffusion/types';

const linear = makeSchedule(defaultSchedules.linear);

describe('bendSchedule', () => {
  it('leaves the base alone while nothing is bent', () => {
    expect(
      bendSchedule(linear, [
        { t: 1, bend: 0 },
        { t: 1000, bend: 0 },
      ]),
    ).toBe(linear);
  });

  it('doubles β where a knot says so, and nowhere else', () => {
    const bent = bendSchedule(
      linear,
      [1, 400, 600, 800].map((t) => ({ t, bend: t === 600 ? Math.log(2) : 0 })),
    );
    expect((bent.betas[600] ?? 0) / (linear.betas[600] ?? 1)).toBeCloseTo(2, 9);
    expect(bent.betas[400]).toBeCloseTo(linear.betas[400] ?? 0, 12);
    expect(bent.betas[900]).toBeCloseTo(linear.betas[900] ?? 0, 12);
    // half way between two knots a smoothstep is at one half: a factor of √2
    expect((bent.betas[500] ?? 0) / (linear.betas[500] ?? 1)).toBeCloseTo(Math.SQRT2, 9);
  });

  it('makes a schedule from every base, however far the knots are dragged', () => {
    const kinds: ScheduleKind[] = ['linear', 'cosine', 'sigmoid', 'scaledLinear'];
    const bend = fc.double({ min: -12, max: 12, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...kinds), bend, bend, bend, (kind, a, b, c) => {
        const base = makeSchedule(defaultSchedules[kind]);
        const { alphasCumprod } = bendSchedule(base, [
          { t: 1, bend: a },
          { t: 500, bend: b },
          { t: 1000, bend: c },
        ]);
        const last = alphasCumprod[1000] ?? -1;
        return alphasCumprod.every((value, t) => t === 0 || value < (alphasCumprod[t - 1] ?? 0)) && last > 0;
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('refuses knots that cross', () => {
    expect(() =>
      bendSchedule(linear, [
        { t: 500, bend: 1 },
        { t: 100, bend: 0 },
      ]),
    ).toThrow('left to right');
  });
});

describe('bendAt', () => {
  it('never overshoots its knots', () => {
    const knots = [
      { t: 0, bend: -1 },
      { t: 10, bend: 3 },
      { t: 20, bend: 3 },
    ];
    for (let t = -5; t <= 25; t += 1) {
      expect(bendAt(knots, t)).toBeGreaterThanOrEqual(-1);
      expect(bendAt(knots, t)).toBeLessThanOrEqual(3);
    }
  });
});

describe('bentBeta', () => {
  it('keeps a β of the base that lies outside the range, and moves no further out', () => {
    expect(bentBeta(0.999, 0)).toBe(0.999);
    expect(bentBeta(0.999, 2)).toBe(0.999);
    expect(bentBeta(0.01, 9)).toBe(0.4);
    expect(bentBeta(0.01, -20)).toBe(1e-6);
  });
});
