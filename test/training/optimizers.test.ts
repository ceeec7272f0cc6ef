/** Adam, clipping and averages on numbers worked by hand. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { adamStep } from '../../src/training/adam';
import { clipFactor, globalNorm } from '../../src/training/clip';
import { emaDecay, emaStep } from '../../src/training/ema';
import { warmup } from '../../src/training/optimizer';
import { isMuonParameter } from '../../src/training/muonParameters';
import { useCpuBackend } from '../support/cpuBackend';

beforeAll(useCpuBackend);

function number(x: tf.Tensor | undefined): number {
  return x?.dataSync()[0] ?? NaN;
}

describe('Adam', () => {
  const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.99 };
  const start = () => ({ value: tf.tensor1d([1]), m: tf.tensor1d([0]), v: tf.tensor1d([0]) });

  test('two steps', () => {
    tf.tidy(() => {
      // Step 1, g = 0.5: m = 0.1·0.5 = 0.05, v = 0.01·0.25 = 0.0025; m̂ = 0.05/0.1 = 0.5, v̂ = 0.0025/0.01 = 0.25;
      // change = 0.1·0.5/√0.25 = 0.1.
      const first = adamStep(start(), tf.tensor1d([0.5]), tf.scalar(1), 1, settings);
      expect(number(first.m)).toBeCloseTo(0.05, 7);
      expect(number(first.v)).toBeCloseTo(0.0025, 7);
      expect(number(first.value)).toBeCloseTo(0.9, 6);
      // Step 2, g = −0.5: m = 0.9·0.05 − 0.05 = −0.005, v = 0.99·0.0025 + 0.0025 = 0.004975; m̂ = −0.005/0.19,
      // v̂ = 0.004975/0.0199 = 0.25; change = 0.1·(−0.0263158)/0.5 = −0.00526316.
      const second = adamStep(first, tf.tensor1d([-0.5]), tf.scalar(1), 2, settings);
      expect(number(second.m)).toBeCloseTo(-0.005, 7);
      expect(number(second.v)).toBeCloseTo(0.004975, 7);
      expect(number(second.value)).toBeCloseTo(0.90526316, 6);
    });
  });

  test('ε stands beside the corrected root: a gradient of 1e-8 moves by half the rate', () => {
    tf.tidy(() => {
      // m̂ = √v̂ = 1e-8 = ε, so m̂/(√v̂ + ε) = 1/2.
      expect(number(adamStep(start(), tf.tensor1d([1e-8]), tf.scalar(1), 1, settings).value)).toBeCloseTo(0.95, 5);
    });
  });

  test('replaces tensors and writes into none', () => {
    tf.tidy(() => {
      const before = start();
      const after = adamStep(before, tf.tensor1d([0.5]), tf.scalar(1), 1, settings);
      expect([number(before.value), number(before.m), number(before.v)]).toEqual([1, 0, 0]);
      expect(after.value.id).not.toBe(before.value.id);
    });
  });
});

describe('clipping', () => {
  const gradients = () => ({ a: tf.tensor2d([[3, 0]]), b: tf.tensor1d([4]) }); // of length √(9 + 16) = 5

  test('the norm is over all tensors together', () => {
    tf.tidy(() => {
      expect(number(globalNorm(gradients()))).toBe(5);
    });
  });

  test.each([
    [1, 0.2],
    [10, 1], // already short enough
    [null, 1],
  ])('a limit of %s multiplies by %f', (limit, expected) => {
    tf.tidy(() => {
      expect(number(clipFactor(globalNorm(gradients()), limit))).toBeCloseTo(expected, 6);
    });
  });

  test('a gradient of nothing stays nothing', () => {
    tf.tidy(() => {
      expect(number(clipFactor(tf.scalar(0), 1))).toBe(1);
    });
  });
});

describe('the average of the weights', () => {
  test.each([
    [1, 0], // the first average is the first weights
    [2, 1 / 256],
    [10, 0.43046721], // 0.9^8
    [1000, 0.999 ** 8],
  ])('power 8 keeps at step %i a share of %f', (step, expected) => {
    expect(emaDecay({ kind: 'power', exponent: 8 }, step)).toBeCloseTo(expected, 10);
  });

  test.each([
    [1, 2 / 11],
    [8, 0.5], // 9/18
    [89_989, 0.9999], // 89990/89999 = 0.9999, from where the constant holds
    [1_000_000, 0.9999],
  ])('a constant with warm-up keeps at step %i a share of %f', (step, expected) => {
    expect(emaDecay({ kind: 'constant', decay: 0.9999, warmup: true }, step)).toBeCloseTo(expected, 8);
  });

  test('a constant without warm-up is constant', () => {
    expect(emaDecay({ kind: 'constant', decay: 0.99, warmup: false }, 1)).toBe(0.99);
  });

  test('moves towards the weights by what it does not keep', () => {
    tf.tidy(() => {
      // 0.75·1 + 0.25·3 = 1.5
      const { w } = emaStep({ w: tf.tensor1d([1]) }, { w: tf.tensor1d([3]) }, 0.75);
      expect(number(w)).toBe(1.5);
    });
  });

  test('power 8 of a ramp trails it by a tenth of its length', () => {
    // Weights w_t = t, averaged with weights ∝ t^8: the mean is 9/10 of the end, for any length.
    tf.tidy(() => {
      let average: Readonly<Record<string, tf.Tensor>> = { w: tf.scalar(0) };
      for (let step = 1; step <= 400; step += 1)
        average = emaStep(average, { w: tf.scalar(step) }, emaDecay({ kind: 'power', exponent: 8 }, step));
      expect(Math.abs(number(average['w']) / 400 - 0.9)).toBeLessThan(0.01);
    });
  });
});

describe('the rest of an update', () => {
  test('the rate rises linearly and stays', () => {
    expect([1, 25, 50, 51, 10_000].map((step) => warmup({ warmupSteps: 50 }, step))).toEqual([0.02, 0.5, 1, 1, 1]);
    expect(warmup({ warmupSteps: 0 }, 1)).toBe(1);
  });

  test('Muon takes the filters of residual blocks, and none when Adam does all', () => {
    const muon = { optimizer: 'muon' } as const;
    const names = ['down.0.block.conv1.weight', 'mid.1.conv2.weight', 'up.0.block.conv2.weight'];
    for (const name of names) expect(isMuonParameter(muon, name), name).toBe(true);
    const others = [
      'mid.0.conv1.bias',
      'stem.weight',
      'down.0.down.weight',
      'up.0.up.weight',
      'mid.0.scale.weight',
      'mid.0.norm.weight',
      'time.weight',
    ];
    for (const name of others) expect(isMuonParameter(muon, name), name).toBe(false);
    for (const name of names) expect(isMuonParameter({ optimizer: 'adam' }, name), name).toBe(false);
  });
});
