import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { enlarge, shrink } from '../../src/data/resize';
import { augmentationLevel, augmentationLevels } from '../../src/diffusion/augmentation';
import { makeSchedule } from '../../src/diffusion/schedule';
import { baseRecipe, upRecipe, type Augmentation } from '../../src/training/cascadeRecipes';
import { expertsOf } from '../../src/training/expertRecipes';
import { hideLabels, noiseBatch, type NoisedBatch } from '../../src/training/noising';
import type { Recipe } from '../../src/training/recipe';
import { expectError } from '../support/expectError';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';

const recipe = tinyRecipe('quick');
const schedule = makeSchedule(recipe.schedule);
const batch = barBatches(recipe)(1);
const pixels = 64;

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

/** Digits of side 28, as they come, whatever size the network works at. */
function digits(count: number, seed = 5): { readonly x0: Float32Array; readonly labels: Int32Array } {
  const rng = createRng(seed);
  return {
    x0: Float32Array.from({ length: count * 28 * 28 }, () => 2 * rng.uniform() - 1),
    labels: Int32Array.from({ length: count }, (_, i) => i % 10),
  };
}

describe('a network that works at a smaller size', () => {
  const base = { ...baseRecipe, batchSize: 4 };
  const big = digits(4);

  test('is given pictures made smaller, and trains on them as on any others', () => {
    const noised = noiseBatch(big, base, schedule, createRng(1));
    const alone = noiseBatch({ ...big, x0: shrink(big.x0, 28, 7) }, base, schedule, createRng(1));
    expect(noised).toEqual(alone);
    expect(noised.xt).toHaveLength(4 * 49);
    expect(noised.target).toEqual(shrink(big.x0, 28, 7)); // x0 is what it predicts
    expect([noised.small, noised.augmentation]).toEqual([null, null]);
  });

  test('refuses what halving does not make its size of', () => {
    for (const side of [21, 12, 6, 3.5]) {
      const x0 = new Float32Array(4 * side * side);
      expect(expectError(() => noiseBatch({ ...big, x0 }, base, schedule, createRng(1)), 'shape').message).toContain(
        '4 pictures',
      );
    }
    const small = { ...big, x0: shrink(big.x0, 28, 14) };
    expectError(() => noiseBatch(small, { ...upRecipe(28, 'plain'), batchSize: 4 }, schedule, createRng(1)), 'shape');
  });
});

describe('an upsampler', () => {
  const big = digits(6);
  const upsampler = (side: 14 | 28, augmentation: Augmentation, batchSize = 6): Recipe => ({
    ...upRecipe(side, augmentation),
    batchSize,
  });

  test.each([14, 28] as const)('of side %i looks at its own picture, half as large and enlarged', (side) => {
    const { small, augmentation, target } = noiseBatch(big, upsampler(side, 'plain'), schedule, createRng(1));
    const seen = shrink(big.x0, 28, side / 2);
    expect(augmentation).toBeNull();
    expect(small).toEqual(enlarge(seen, side / 2, side));
    expect(target).toEqual(shrink(big.x0, 28, side));
  });

  test('that sees one or not, noised or not, has the same timesteps, noise and labels', () => {
    const draw = (change: Partial<Recipe>): NoisedBatch =>
      noiseBatch(big, { ...upsampler(14, 'augmented'), ...change }, schedule, createRng(3));
    const all = draw({});
    for (const other of [draw({ lowResolution: null }), draw({ model: upRecipe(14, 'plain').model })]) {
      expect({ ...other, small: null, augmentation: null }).toEqual({ ...all, small: null, augmentation: null });
    }
  });

  test('with augmentation has noise of the level it is told, all levels about equally often', () => {
    const many = digits(240);
    const { small, augmentation } = noiseBatch(many, upsampler(14, 'augmented', 240), schedule, createRng(2));
    const clean = noiseBatch(many, upsampler(14, 'plain', 240), schedule, createRng(2)).small;
    if (small === null || clean === null || augmentation === null) throw new Error('an upsampler sees a picture');
    const sums = Array.from({ length: augmentationLevels }, () => ({ pictures: 0, squares: 0 }));
    augmentation.forEach((k, i) => {
      const { alphaBar } = augmentationLevel(schedule, k);
      const sum = sums[k];
      if (!sum) throw new Error(`there is no level ${k}`);
      sum.pictures += 1;
      for (let p = i * 196; p < (i + 1) * 196; p += 1)
        sum.squares += ((small[p] ?? NaN) - Math.sqrt(alphaBar) * (clean[p] ?? NaN)) ** 2;
    });
    sums.forEach(({ pictures, squares }, k) => {
      // Binomial: 40 ± 6; three times that.
      expect(Math.abs(pictures - 40)).toBeLessThan(18);
      const variance = 1 - augmentationLevel(schedule, k).alphaBar;
      const pixels = 196 * pictures;
      if (k === 0) expect(squares).toBe(0);
      else expect(Math.abs(squares / pixels / variance - 1)).toBeLessThan((4 * Math.SQRT2) / Math.sqrt(pixels));
    });
  });

  test('has noise of its own on each picture, which is no noise of the larger one', () => {
    const same = { x0: new Float32Array(4 * 28 * 28).fill(0.5), labels: new Int32Array(4) };
    // A seed that draws no clean one.
    const { small, eps, augmentation } = noiseBatch(same, upsampler(28, 'augmented', 4), schedule, createRng(7));
    if (small === null || augmentation === null) throw new Error('an upsampler sees a picture');
    expect(augmentation).not.toContain(0);
    const noiseOf = (i: number): Float32Array => {
      const { alphaBar } = augmentationLevel(schedule, augmentation[i] ?? NaN);
      return small.slice(i * 784, (i + 1) * 784).map((value) => (value - 0.5 * Math.sqrt(alphaBar)) / Math.sqrt(1 - alphaBar));
    };
    const noises = [0, 1, 2, 3].flatMap((i) => [noiseOf(i), eps.slice(i * 784, (i + 1) * 784)]);
    noises.forEach((a, i) =>
      noises.slice(i + 1).forEach((b) => {
        const correlation = a.reduce((sum, value, p) => sum + value * (b[p] ?? NaN), 0) / a.length;
        expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(a.length));
      }),
    );
  });
});

test('an expert sees its own timesteps alone', () => {
  const [clean, noisy] = expertsOf('two').map((expert) => expert.recipe);
  if (!clean || !noisy) throw new Error('there are two');
  const big = digits(clean.batchSize);
  const range = ({ t }: NoisedBatch): readonly number[] => [Math.min(...t), Math.max(...t)];
  for (let seed = 0; seed < 20; seed += 1) {
    const [low = 0, middle = 0] = range(noiseBatch(big, clean, schedule, createRng(seed)));
    const [above = 0, high = 0] = range(noiseBatch(big, noisy, schedule, createRng(seed)));
    expect(low).toBeGreaterThanOrEqual(1);
    expect(middle).toBeLessThanOrEqual(500);
    expect(above).toBeGreaterThanOrEqual(501);
    expect(high).toBeLessThanOrEqual(1000);
  }
});
