import { describe, expect, it } from 'vitest';
import { defaultParams, laneLevels, spacings } from '../../lessons/samplers/lanes';
import { areSameLines, weightLines, weightWords, type WeightId, type WeightLine } from '../../lessons/samplers/weightLines';
import { samplers } from '../../src/diffusion/samplers';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';

const schedule = makeSchedule(defaultSchedules.cosine);
const levels = laneLevels({ sampler: 'ddim', params: {}, steps: 20, spacing: 'trailing' }, schedule);
const ddim = (eta: number): readonly WeightLine[] => weightLines({ sampler: 'ddim', params: { eta } }, levels);
const of = (lines: readonly WeightLine[], id: WeightId): readonly number[] =>
  lines.find((line) => line.id === id)?.points.map(({ weight }) => weight) ?? [];

describe('the weights of a step', () => {
  it('are those worked out by hand for DDIM', () => {
    // ᾱ .36 → .64: ε̂ = (xt − .6 x̂0)/.8, and xs = .8 x̂0 + .6 ε̂ = .75 xt + (.8 − .45) x̂0
    const two = [
      { t: 2, alphaBar: 0.36 },
      { t: 1, alphaBar: 0.64 },
    ];
    const lines = weightLines({ sampler: 'ddim', params: { eta: 0 } }, two);
    expect(lines.map(({ id }) => id)).toEqual(['xt', 'x0']);
    expect(of(lines, 'xt')[0]).toBeCloseTo(0.75, 12);
    expect(of(lines, 'x0')[0]).toBeCloseTo(0.35, 12);
    expect(weightWords(lines, 0)).toBe('the picture × 0.75, the guess × 0.35');
  });

  it('become DDPM’s when η becomes 1, and are others before', () => {
    const ddpm = weightLines({ sampler: 'ddpm', params: { variance: 'small' } }, levels);
    expect(areSameLines(ddim(1), ddpm)).toBe(true);
    expect(areSameLines(ddim(0.95), ddpm)).toBe(false);
    expect(areSameLines(ddim(0), ddpm)).toBe(false);
  });

  it('of DDPM: next to nothing of pure noise is kept, and at the end the guess is all', () => {
    const ddpm = weightLines({ sampler: 'ddpm', params: { variance: 'small' } }, levels);
    expect(of(ddpm, 'xt')[0]).toBeLessThan(0.01);
    expect(of(ddpm, 'noise')[0]).toBeGreaterThan(0.9);
    expect([of(ddpm, 'xt').at(-1), of(ddpm, 'x0').at(-1)]).toEqual([0, 1]);
  });

  it('of 2M: the guess before counts against the new one, from the second step on', () => {
    const older = of(weightLines({ sampler: 'dpm-solver-2m', params: {} }, levels), 'history-x0');
    expect(older[0]).toBe(0);
    expect(older.slice(2, -1).every((weight) => weight < 0)).toBe(true);
  });

  it('of Heun: the second look is a guess while noise prevails, and then a noise', () => {
    const lines = weightLines({ sampler: 'heun', params: { along: 'both' } }, levels);
    expect(of(lines, 'again-x0')[1]).toBeGreaterThan(0);
    expect(of(lines, 'again-eps')[1]).toBe(0);
    expect(of(lines, 'again-eps').at(-3)).toBeLessThan(0);
  });

  it.each(samplers.map(({ id }) => id))('are finite for %s, whatever moments it stops at', (sampler) => {
    for (const kind of ['cosine', 'linear'] as const) {
      const over = makeSchedule(defaultSchedules[kind]);
      for (const { value: spacing } of spacings) {
        for (const steps of [1, 2, 10, 1000]) {
          const lane = { sampler, params: defaultParams(sampler), steps, spacing };
          const weights = weightLines(lane, laneLevels(lane, over)).flatMap(({ points }) => points.map(({ weight }) => weight));
          expect(weights.length, `${kind} ${spacing} ${steps}`).toBeGreaterThanOrEqual(steps);
          expect(weights.every(Number.isFinite), `${kind} ${spacing} ${steps}`).toBe(true);
        }
      }
    }
  });
});
