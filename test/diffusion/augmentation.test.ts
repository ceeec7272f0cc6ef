import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { augment, augmentationLevel, augmentationLevels } from '../../src/diffusion/augmentation';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import { expectError } from '../support/expectError';

const schedule = makeSchedule(defaultSchedules.cosine);
const noisyLevels = Array.from({ length: augmentationLevels - 1 }, (_, i) => i + 1);

test('there are six levels: clean, and a hundred timesteps of noise more at each', () => {
  const levels = Array.from({ length: augmentationLevels }, (_, k) => augmentationLevel(schedule, k));
  expect(levels.map(({ t }) => t)).toEqual([0, 100, 200, 300, 400, 500]);
  expect(levels.map(({ alphaBar }) => alphaBar)).toEqual(levels.map(({ t }) => schedule.alphasCumprod[t]));
  expect(levels[0]?.alphaBar).toBe(1);
});

test('a level beyond the schedule is refused', () => {
  const short = makeSchedule({ ...defaultSchedules.cosine, T: 250 });
  expect(augmentationLevel(short, 2).t).toBe(200);
  expectError(() => augmentationLevel(short, 3), 'range');
});

describe('a picture with noise on it', () => {
  test('is the very same at level 0, and nothing is drawn for it', () => {
    const pixels = createRng(1).normals(49);
    const [used, fresh] = [createRng(2), createRng(2)];
    expect(augment({ pixels, k: 0, schedule, rng: used })).toBe(pixels);
    expect(used.uniform()).toBe(fresh.uniform());
  });

  test.each(noisyLevels)('has √ᾱ of its value left, and 1 − ᾱ of variance: level %i', (k) => {
    const { alphaBar } = augmentationLevel(schedule, k);
    const count = 20_000;
    const value = 0.8;
    const noised = augment({ pixels: new Float32Array(count).fill(value), k, schedule, rng: createRng(k) });
    const mean = noised.reduce((sum, entry) => sum + entry, 0) / count;
    const variance = noised.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / count;
    // Off by σ/√n and √2·σ²/√n; four times that.
    expect(Math.abs(mean - Math.sqrt(alphaBar) * value)).toBeLessThan((4 * Math.sqrt(1 - alphaBar)) / Math.sqrt(count));
    expect(Math.abs(variance / (1 - alphaBar) - 1)).toBeLessThan((4 * Math.SQRT2) / Math.sqrt(count));
  });

  test('depends on its generator alone, and leaves the clean one as it was', () => {
    const pixels = createRng(1).normals(49);
    const before = pixels.slice();
    const draw = (seed: number): Float32Array => augment({ pixels, k: 3, schedule, rng: createRng(seed) });
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    expect(pixels).toEqual(before);
  });
});
