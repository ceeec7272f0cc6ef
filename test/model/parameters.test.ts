import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import type { UNetConfig } from '../../src/model/config';
import { flopsPerEvaluation, parameterCount } from '../../src/model/cost';
import { initialise } from '../../src/model/initialise';
import { layersOf } from '../../src/model/layers';
import { elements, parametersOf } from '../../src/model/parameters';
import { expectError } from '../support/expectError';

const quick: UNetConfig = {
  imageSize: 28,
  channels: 1,
  stem: 'unshuffle',
  widths: [32, 64],
  norm: 'rms',
  attention: false,
  innerBlocks: 2,
  classes: 10,
  conditionChannels: 0,
  augmentationLevels: 0,
  text: null,
  vectorFeatures: 0,
  time: true,
  timeFeatures: 64,
  embedding: 128,
};

describe('counts', () => {
  test('the quick network has 256,868 parameters, 224 of them gains of its norms', () => {
    expect(parameterCount(quick)).toBe(256_868);
    expect(parameterCount({ ...quick, norm: 'none' })).toBe(256_644);
  });

  test('every parameter belongs to exactly one layer', () => {
    for (const config of [
      quick,
      { ...quick, attention: true, norm: 'group', classes: 0 } as const,
      { ...quick, stem: 'full', widths: [8, 16, 24] } as const,
      { ...quick, innerBlocks: 1, conditionChannels: 1, augmentationLevels: 6 },
      { ...quick, innerBlocks: 3, attention: true, conditionChannels: 2, classes: 0 },
    ]) {
      const drawn = layersOf(config).reduce((sum, { parameters }) => sum + parameters, 0);
      expect(drawn).toBe(parameterCount(config));
    }
  });

  test('one evaluation costs 30.9 MFLOP', () => {
    // Multiply-adds: blocks at 14×14: 4 convolutions × 196 pixels × 9·32·32; at 7×7: 4 × 49 × 9·64·64;
    // stem and out 196 × 9·4·32 each; down 49 × 4·32·64; up 49 × 64·32; time 64·128; FiLM 128 × 2·(32 + 64 + 64 + 32).
    const multiplyAdds =
      4 * 196 * 9 * 32 * 32 +
      4 * 49 * 9 * 64 * 64 +
      2 * 196 * 9 * 4 * 32 +
      49 * 4 * 32 * 64 +
      49 * 64 * 32 +
      64 * 128 +
      128 * 384;
    expect(flopsPerEvaluation(quick)).toBe(2 * multiplyAdds);
    expect(flopsPerEvaluation(quick) / 1e6).toBeCloseTo(30.9, 1);
  });

  test('a smaller picture costs the stem more, a block the innermost level, and being told of noise nothing', () => {
    const extra = (change: Partial<UNetConfig>): number =>
      flopsPerEvaluation({ ...quick, ...change }) - flopsPerEvaluation(quick);
    expect(extra({ conditionChannels: 1 })).toBe(2 * 196 * 9 * 4 * 32);
    expect(extra({ innerBlocks: 3 })).toBe(2 * (2 * 49 * 9 * 64 * 64 + 128 * 2 * 64));
    expect(extra({ innerBlocks: 1 })).toBe(-extra({ innerBlocks: 3 }));
    expect(extra({ augmentationLevels: 6 })).toBe(0);
    const more = (change: Partial<UNetConfig>): number => parameterCount({ ...quick, ...change }) - parameterCount(quick);
    expect(more({ conditionChannels: 1 })).toBe(9 * 4 * 32);
    expect(more({ augmentationLevels: 6 })).toBe(6 * 128);
    expect(more({ innerBlocks: 3 })).toBe(64 + 2 * (9 * 64 * 64 + 64) + 2 * (128 * 64 + 64));
  });

  test('attention costs its four 1×1 convolutions and two products of pixels with pixels', () => {
    const extra = flopsPerEvaluation({ ...quick, attention: true }) - flopsPerEvaluation(quick);
    expect(extra).toBe(2 * (4 * 49 * 64 * 64 + 2 * 49 * 49 * 64));
  });
});

describe('layers', () => {
  test('go down to 7×7 and back, with one bridge', () => {
    expect(layersOf(quick).map(({ name, side, channels, level }) => `${name} ${side}² ${channels} @${level}`)).toEqual([
      'condition 1² 128 @0',
      'stem 14² 32 @0',
      'down.0.block 14² 32 @0',
      'down.0.down 7² 64 @1',
      'mid.0 7² 64 @1',
      'mid.1 7² 64 @1',
      'up.0.up 14² 32 @0',
      'up.0.block 14² 32 @0',
      'out 28² 1 @0',
    ]);
    expect(layersOf(quick).filter(({ skipFrom }) => skipFrom !== undefined).map(({ name, skipFrom }) => [name, skipFrom])).toEqual([['up.0.up', 'down.0.block']]); // prettier-ignore
  });

  test('attention follows the first of the inner blocks, however many there are', () => {
    const inner = (innerBlocks: number, attention: boolean): readonly string[] =>
      layersOf({ ...quick, innerBlocks, attention }).map(({ name }) => name).filter((name) => name.startsWith('mid')); // prettier-ignore
    expect(inner(1, false)).toEqual(['mid.0']);
    expect(inner(1, true)).toEqual(['mid.0', 'mid.attention']);
    expect(inner(3, true)).toEqual(['mid.0', 'mid.attention', 'mid.1', 'mid.2']);
  });

  test('at full resolution go through 28, 14 and 7', () => {
    const sides = layersOf({ ...quick, stem: 'full', widths: [16, 32, 64] }).map(({ side }) => side);
    expect(sides).toEqual([1, 28, 28, 14, 14, 7, 7, 7, 14, 14, 28, 28, 28]);
  });
});

describe('configurations that cannot be built are refused', () => {
  test.each([
    ['no level', { widths: [] }],
    ['a side that cannot be halved again', { widths: [8, 8, 8] }],
    ['group norm of widths that are no multiples of 8', { norm: 'group', widths: [12, 24] }],
    ['an odd number of time features', { timeFeatures: 7 }],
    ['no block at the innermost level', { innerBlocks: 0 }],
    ['half a block', { innerBlocks: 1.5 }],
    ['too few time features', { timeFeatures: 2 }],
  ] as const satisfies readonly (readonly [string, Partial<UNetConfig>])[])('%s', (_, change) => {
    expectError(() => parametersOf({ ...quick, ...change }), 'range');
  });
});

describe('initial weights', () => {
  const weights = initialise(quick, createRng(5));
  const data = (name: string): Float32Array => weights[name]?.data ?? new Float32Array();

  test('have the declared names and shapes', () => {
    expect(Object.entries(weights).map(([name, { shape, data: values }]) => [name, shape, values.length])).toEqual(
      parametersOf(quick).map(({ name, shape }) => [name, shape, elements(shape)]),
    );
  });

  test.each([
    ['mid.0.conv1.weight', 1 / Math.sqrt(9 * 64)],
    ['mid.0.conv1.bias', 1 / Math.sqrt(9 * 64)],
    ['stem.weight', 1 / Math.sqrt(9 * 4)],
    ['down.0.down.weight', 1 / Math.sqrt(4 * 32)],
    ['up.0.up.weight', 1 / Math.sqrt(64)],
    ['time.weight', 1 / Math.sqrt(64)],
    ['mid.0.scale.weight', 0.3 / Math.sqrt(128)],
    ['up.0.block.shift.weight', 0.3 / Math.sqrt(128)],
  ])('%s is uniform up to ±%f', (name, bound) => {
    const values = data(name);
    const largest = Math.max(...values.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6)); // float32
    // The largest of n uniform numbers falls short of the bound by about bound/n.
    expect(largest).toBeGreaterThan(bound * (1 - 10 / values.length));
    const meanSquare = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    // Variance of a uniform number is bound²/3, the sample's own error of it about 0.9/√n of that.
    expect(Math.abs(meanSquare / (bound ** 2 / 3) - 1)).toBeLessThan(4 / Math.sqrt(values.length));
  });

  test('FiLM biases, second convolutions and the output start at zero, gains at one', () => {
    const zero = [
      'down.0.block.conv2.weight',
      'mid.0.conv2.weight',
      'mid.1.conv2.bias',
      'out.weight',
      'out.bias',
      'mid.0.scale.bias',
      'mid.0.shift.bias',
    ];
    for (const name of zero)
      expect(
        data(name).every((value) => value === 0),
        name,
      ).toBe(true);
    expect(data('mid.0.norm.weight').every((value) => value === 1)).toBe(true);
    expect(data('out.norm.weight').every((value) => value === 1)).toBe(true);
  });

  test('class embeddings are normal with deviation 0.5', () => {
    const values = data('label.weight');
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    // 1,408 numbers: the sample deviation is off by 0.5/√(2·1408) ≈ 0.01.
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.03);
  });

  test('levels of noise begin as classes do, and the stem of two pictures by both', () => {
    const told = initialise({ ...quick, conditionChannels: 1, augmentationLevels: 6 }, createRng(5));
    const values = told['augmentation.weight']?.data ?? new Float32Array();
    expect(values).toHaveLength(6 * 128);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expect(Math.abs(deviation - 0.5)).toBeLessThan(0.04); // 0.5/√(2·768) = 0.013, three times that
    const stem = told['stem.weight'];
    expect(stem?.shape).toEqual([3, 3, 8, 32]);
    const bound = 1 / Math.sqrt(9 * 8);
    const largest = Math.max(...(stem?.data ?? []).map(Math.abs));
    expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.99 * bound);
    expect(told['out.weight']?.shape).toEqual([3, 3, 32, 4]); // what is drawn is one picture
    expect(told['mid.0.conv1.weight']).toEqual(weights['mid.0.conv1.weight']);
  });

  test('depend on the seed and on each name, not on each other', () => {
    expect(initialise(quick, createRng(5))).toEqual(weights);
    expect(initialise(quick, createRng(6))['stem.weight']?.data).not.toEqual(data('stem.weight'));
    expect(initialise({ ...quick, norm: 'none', classes: 0 }, createRng(5))['mid.1.conv1.weight']).toEqual(
      weights['mid.1.conv1.weight'],
    );
    expect(data('mid.0.conv1.weight')).not.toEqual(data('mid.1.conv1.weight'));
  });
});
