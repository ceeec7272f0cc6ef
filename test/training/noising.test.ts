import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { makeSchedule } from '../../src/diffusion/schedule';
import { hideLabels, noiseBatch } from '../../src/training/noising';
import { drawTimesteps } from '../../src/training/timesteps';
import { expectError } from '../support/expectError';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';

const recipe = tinyRecipe('quick');
const schedule = makeSchedule(recipe.schedule);
const batch = barBatches(recipe)(1);
const pixels = 64;
/** All timesteps, where they fall. */
const whole = { snrShift: 1, timestepRange: [0, 1000] } as const;

describe('a noised batch', () => {
  test.each([
    ['x0', (x0: number) => x0],
    ['epsilon', (_: number, eps: number) => eps],
    ['v', (x0: number, eps: number, alphaBar: number) => Math.sqrt(alphaBar) * eps - Math.sqrt(1 - alphaBar) * x0],
  ] as const)('mixes pictures and noise by their ᾱ, and has the target of %s', (predictionType, target) => {
    const noised = noiseBatch(batch, { ...recipe, predictionType }, schedule, createRng(1));
    noised.xt.forEach((value, i) => {
      const picture = Math.floor(i / pixels);
      const alphaBar = schedule.alphasCumprod[noised.t[picture] ?? NaN] ?? NaN;
      expect(noised.alphaBar[picture]).toBe(alphaBar);
      const [x0, eps] = [batch.x0[i] ?? NaN, noised.eps[i] ?? NaN];
      expect(value).toBeCloseTo(Math.sqrt(alphaBar) * x0 + Math.sqrt(1 - alphaBar) * eps, 5);
      expect(noised.target[i]).toBeCloseTo(target(x0, eps, alphaBar), 5);
    });
  });

  test('its noise is standard normal', () => {
    const many = { ...recipe, batchSize: 64 };
    const { eps } = noiseBatch(barBatches(many)(1), many, schedule, createRng(2));
    const mean = eps.reduce((sum, value) => sum + value, 0) / eps.length;
    const variance = eps.reduce((sum, value) => sum + value * value, 0) / eps.length;
    // 4,096 draws: the mean is off by 1/64, the variance by √2/64; three times that.
    expect(Math.abs(mean)).toBeLessThan(3 / 64);
    expect(Math.abs(variance - 1)).toBeLessThan((3 * Math.SQRT2) / 64);
  });

  test('depends on its generator alone', () => {
    expect(noiseBatch(batch, recipe, schedule, createRng(3))).toEqual(noiseBatch(batch, recipe, schedule, createRng(3)));
    expect(noiseBatch(batch, recipe, schedule, createRng(3)).eps).not.toEqual(
      noiseBatch(batch, recipe, schedule, createRng(4)).eps,
    );
    // Hiding labels or not leaves noise and timesteps as they are.
    const open = noiseBatch(batch, { ...recipe, labelDropout: 0 }, schedule, createRng(3));
    expect(open.eps).toEqual(noiseBatch(batch, recipe, schedule, createRng(3)).eps);
  });

  test('of another size than the recipe’s is refused', () => {
    expectError(() => noiseBatch({ ...batch, x0: batch.x0.subarray(1) }, recipe, schedule, createRng(1)), 'shape');
    expectError(() => noiseBatch({ ...batch, labels: batch.labels.subarray(1) }, recipe, schedule, createRng(1)), 'shape');
  });
});

describe('timesteps', () => {
  const T = 1000;

  test('stratified: one in each of B equal shares, so a batch spans everything', () => {
    const settings = { ...whole, batchSize: 10, timestepExponent: 1, stratifiedTimesteps: true };
    for (let seed = 0; seed < 20; seed += 1) {
      const shares = [...drawTimesteps(settings, { ...schedule, T }, createRng(seed))].map((t) => Math.floor((t - 1) / 100));
      expect(shares).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  test.each([
    [1, 0.5],
    [0.6, 1 / 1.6], // the mean of u^p is 1/(1 + p)
  ])('exponent %f: the mean is %f of T', (timestepExponent, expected) => {
    const settings = { ...whole, batchSize: 10_000, timestepExponent, stratifiedTimesteps: false };
    const t = drawTimesteps(settings, { ...schedule, T }, createRng(1));
    const mean = t.reduce((sum, value) => sum + value, 0) / t.length / T;
    // Deviation of one draw is at most 0.29, of the mean of 10,000 then 0.003; and t is rounded up, by half a step.
    expect(Math.abs(mean - expected)).toBeLessThan(0.01);
  });

  test('stay within 1..T and reach both ends', () => {
    const t = drawTimesteps(
      { ...whole, timestepRange: [0, 10], batchSize: 2000, timestepExponent: 1, stratifiedTimesteps: false },
      { ...schedule, T: 10 },
      createRng(2),
    );
    expect([...new Set(t)].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('hidden labels', () => {
  const labels = Int32Array.from({ length: 10_000 }, (_, i) => i % 10);

  test('are as many as asked for, and the others stay', () => {
    const hidden = hideLabels(labels, 10, 0.1, createRng(1));
    const count = hidden.filter((label) => label === 10).length;
    // Binomial: 1,000 ± 30.
    expect(Math.abs(count - 1000)).toBeLessThan(90);
    expect(hidden.every((label, i) => label === 10 || label === labels[i])).toBe(true);
  });

  test('are none at probability 0 and all at 1', () => {
    expect(hideLabels(labels, 10, 0, createRng(1))).toEqual(labels);
    expect(hideLabels(labels, 10, 1, createRng(1)).every((label) => label === 10)).toBe(true);
  });
});
