/** Every layer's value against the loops of plainLayers. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { attend } from '../../src/model/attention';
import type { NamedArrays, UNetConfig } from '../../src/model/config';
import { modulate } from '../../src/model/film';
import { conv2d } from '../../src/model/kernels/conv2d';
import { shuffle, unshuffle } from '../../src/model/kernels/pixelShuffle';
import { silu } from '../../src/model/kernels/silu';
import { upsample } from '../../src/model/kernels/upsample';
import { linear } from '../../src/model/linear';
import { groupNorm, rmsNorm } from '../../src/model/norm';
import { elements, parametersOf } from '../../src/model/parameters';
import { toTensors } from '../../src/model/tensors';
import { timeFeatures } from '../../src/model/timeEmbedding';
import { unet, type Given } from '../../src/model/unet';
import { baseRecipe, upRecipe } from '../../src/training/cascadeRecipes';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';
import { largestDifference } from '../support/gradientCheck';
import type { Plain } from '../support/plainLayers';
import * as loops from '../support/plainLayers';

beforeAll(useCpuBackend);

/** float32 against float64, over at most a few hundred terms of size 1. */
const tolerance = 1e-5;
/** A whole network: some twenty such layers in a row. */
const networkTolerance = 1e-4;

/** The same standard normal numbers twice: as a tensor and as an array. */
function both<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R]): [tf.Tensor<R>, Plain] {
  const dimensions: readonly number[] = shape;
  const data = createRng(11, name).normals(elements(dimensions));
  return [tf.tensor<R>(data, shape), loops.plain(dimensions, data)];
}

function expectSame(actual: tf.Tensor, expected: Plain, within = tolerance): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(largestDifference(actual, expected.data)).toBeLessThan(within);
}

describe('layers', () => {
  const [x, px] = both<tf.Rank.R4>('x', [2, 4, 6, 16]);
  const [gain, pGain] = both<tf.Rank.R1>('gain', [16]);
  const [bias, pBias] = both<tf.Rank.R1>('bias', [16]);

  test.each([
    [[3, 3, 16, 5], { stride: 1, pad: 'same' }],
    [[3, 3, 16, 5], { stride: 1, pad: 'valid' }],
    [[1, 1, 16, 5], { stride: 1, pad: 'same' }],
    [[2, 2, 16, 5], { stride: 2, pad: 'valid' }],
  ] as const)('convolution with a filter %j, %j', (shape, options) => {
    const [w, pw] = both<tf.Rank.R4>('w', [...shape]);
    expectSame(conv2d(x, w, options), loops.plainConv(px, pw, options), 10 * tolerance); // 144 products
  });

  test('linear', () => {
    const [rows, pRows] = both<tf.Rank.R2>('rows', [3, 16]);
    const [w, pw] = both<tf.Rank.R2>('lw', [16, 4]);
    const [b, pb] = both<tf.Rank.R1>('lb', [4]);
    expectSame(linear({ 'a.weight': w, 'a.bias': b }, 'a', rows), loops.plainLinear(pRows, pw, pb));
  });

  test('SiLU', () => {
    expectSame(silu(x), loops.plainSilu(px));
  });

  test('RMS norm', () => {
    expectSame(rmsNorm(x, gain), loops.plainRmsNorm(px, pGain));
  });

  test('RMS norm of silence is silence', () => {
    const zeros: tf.Tensor4D = tf.zeros([1, 2, 2, 16]);
    expect(largestDifference(rmsNorm(zeros, gain), new Float32Array(zeros.size))).toBe(0);
  });

  test('group norm', () => {
    expectSame(groupNorm(x, gain, bias), loops.plainGroupNorm(px, pGain, pBias, 8));
  });

  test('FiLM', () => {
    const [scale, pScale] = both<tf.Rank.R2>('scale', [2, 16]);
    const [shift, pShift] = both<tf.Rank.R2>('shift', [2, 16]);
    expectSame(modulate(x, scale, shift), loops.plainModulate(px, pScale, pShift));
  });

  test('upsampling', () => {
    expectSame(upsample(x), loops.plainUpsample(px));
  });

  test('folding and unfolding pixels, and that one undoes the other', () => {
    expectSame(unshuffle(x), loops.plainUnshuffle(px));
    expectSame(shuffle(x), loops.plainShuffle(px));
    expectSame(shuffle(unshuffle(x)), px);
    expectSame(unshuffle(shuffle(x)), px);
  });

  test.each([1, 2, 4])('attention with %i heads', (heads) => {
    const [k, pk] = both<tf.Rank.R4>('k', [2, 4, 6, 16]);
    const [v, pv] = both<tf.Rank.R4>('v', [2, 4, 6, 16]);
    expectSame(attend(x, k, v, heads), loops.plainAttend(px, pk, pv, heads));
  });

  test('the timestep as sines and cosines', () => {
    const t = [1, 2, 500, 1000];
    // Angles reach 100, where float32 resolves 4e-6.
    expectSame(timeFeatures(tf.tensor1d(t), 1000, 64), loops.plainTimeFeatures(t, 1000, 64), 2 * tolerance);
    // t = 1 is the first angle, 0: sines 0, cosines 1.
    expect([...timeFeatures(tf.tensor1d([1]), 1000, 4).dataSync()]).toEqual([0, 0, 1, 1]);
  });
});

/** Weights that are nowhere zero, so that every layer takes part. */
function randomWeights(config: UNetConfig): NamedArrays {
  const rng = createRng(12);
  return Object.fromEntries(
    parametersOf(config).map(({ name, shape }) => {
      const fanIn = shape.length === 1 ? 1 : elements(shape.slice(0, -1));
      return [name, { shape, data: rng.normals(elements(shape)).map((value) => value / Math.sqrt(fanIn)) }];
    }),
  );
}

const base: UNetConfig = {
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

describe('the whole U-Net', () => {
  test.each([
    { name: 'the quick network', ...base },
    { name: 'without norm', ...base, norm: 'none', widths: [8, 16] },
    { name: 'with group norm and no classes', ...base, norm: 'group', classes: 0, widths: [8, 16] },
    { name: 'with attention', ...base, attention: true, widths: [8, 64] },
    { name: 'at full resolution, three levels', ...base, stem: 'full', widths: [4, 6, 8], embedding: 12 },
    { name: 'one level', ...base, widths: [8] },
  ] as const satisfies readonly (UNetConfig & { name: string })[])('$name', ({ name: _, ...config }) => {
    tf.tidy(() => {
      const arrays = randomWeights(config);
      const [x, px] = both<tf.Rank.R4>('picture', [2, 28, 28, 1]);
      const labels = [3, config.classes];
      const actual = unet(toTensors(arrays), config, x, tf.tensor1d([17, 900]), 1000, {
        labels: config.classes === 0 ? null : Int32Array.from(labels),
      });
      const expected = loops.plainUnet(loops.plainParams(arrays), config, px, [17, 900], 1000, { labels });
      const largest = Math.max(...expected.data.map(Math.abs));
      expect(largest).toBeGreaterThan(0.1);
      expectSame(actual, expected, networkTolerance * largest);
    });
  });

  test.each([
    { name: 'the base of the cascade: 7×7, three blocks', ...baseRecipe.model },
    { name: 'one block at the innermost level', ...base, widths: [8, 16], innerBlocks: 1 },
    { name: 'three blocks and attention after the first', ...base, widths: [4, 32], innerBlocks: 3, attention: true },
    { name: '7 → 14', ...upRecipe(14, 'plain').model },
    { name: '7 → 14, told its noise', ...upRecipe(14, 'augmented').model },
    { name: '14 → 28, told its noise and no class', ...upRecipe(28, 'augmented').model },
    {
      name: 'several channels of a smaller picture at full resolution',
      ...base,
      stem: 'full',
      widths: [4, 6],
      imageSize: 12,
      conditionChannels: 3,
      augmentationLevels: 2,
    },
  ] as const satisfies readonly (UNetConfig & { name: string })[])('$name', ({ name: _, ...config }) => {
    tf.tidy(() => {
      const arrays = randomWeights(config);
      const { imageSize, conditionChannels, augmentationLevels } = config;
      const [x, px] = both<tf.Rank.R4>('picture', [2, imageSize, imageSize, 1]);
      const [small, pSmall] = both<tf.Rank.R4>('small', [2, imageSize, imageSize, conditionChannels]);
      const labels = [3, config.classes];
      const augmentation = [augmentationLevels - 1, 0];
      const actual = unet(toTensors(arrays), config, x, tf.tensor1d([17, 900]), 1000, {
        labels: config.classes === 0 ? null : Int32Array.from(labels),
        small: conditionChannels === 0 ? undefined : small,
        augmentation: augmentationLevels === 0 ? undefined : Int32Array.from(augmentation),
      });
      const given = { labels, augmentation, ...(conditionChannels === 0 ? {} : { small: pSmall }) };
      const expected = loops.plainUnet(loops.plainParams(arrays), config, px, [17, 900], 1000, given);
      const largest = Math.max(...expected.data.map(Math.abs));
      expect(largest).toBeGreaterThan(0.1);
      expectSame(actual, expected, networkTolerance * largest);
    });
  });

  test('labels, timestep and picture all matter', () => {
    tf.tidy(() => {
      const config = { ...base, widths: [8, 16] };
      const params = toTensors(randomWeights(config));
      const [x] = both<tf.Rank.R4>('picture', [1, 28, 28, 1]);
      const answer = (t: number, label: number): Float32Array =>
        unet(params, config, x, tf.tensor1d([t]), 1000, { labels: Int32Array.of(label) }).dataSync<'float32'>();
      const reference = answer(500, 3);
      expect(answer(500, 3)).toEqual(reference);
      expect(answer(501, 3)).not.toEqual(reference);
      expect(answer(500, 4)).not.toEqual(reference);
      expect(unet(params, config, x, tf.tensor1d([500]), 1000, { labels: null }).dataSync()).toEqual(answer(500, 10));
    });
  });

  test('of an upsampler, the smaller picture and its level of noise matter too, and each picture has its own', () => {
    tf.tidy(() => {
      const config = { ...upRecipe(14, 'augmented').model, widths: [8] };
      const params = toTensors(randomWeights(config));
      const [one] = both<tf.Rank.R4>('one', [1, 14, 14, 1]);
      const [a] = both<tf.Rank.R4>('a', [1, 14, 14, 1]);
      const [b] = both<tf.Rank.R4>('b', [1, 14, 14, 1]);
      const answer = (small: tf.Tensor4D, level: number): Float32Array =>
        unet(params, config, one, tf.tensor1d([500]), 1000, {
          labels: Int32Array.of(3),
          small,
          augmentation: Int32Array.of(level),
        }).dataSync<'float32'>();
      expect(answer(a, 0)).not.toEqual(answer(b, 0));
      expect(answer(a, 0)).not.toEqual(answer(a, 5));
      const together = unet(params, config, tf.concat4d([one, one], 0), tf.tensor1d([500, 500]), 1000, {
        labels: Int32Array.of(3, 3),
        small: tf.concat4d([a, b], 0),
        augmentation: Int32Array.of(0, 5),
      }).dataSync<'float32'>();
      [...answer(a, 0), ...answer(b, 5)].forEach((value, i) => expect(together[i]).toBeCloseTo(value, 4));
    });
  });

  test('the tap sees every layer once, in order, and changes nothing', () => {
    tf.tidy(() => {
      const config = { ...base, widths: [8, 16], attention: true };
      const params = toTensors(randomWeights(config));
      const [x] = both<tf.Rank.R4>('picture', [1, 28, 28, 1]);
      const names: string[] = [];
      const tapped = unet(params, config, x, tf.tensor1d([5]), 1000, { labels: null }, (name, { shape }) =>
        names.push(`${name} ${shape.join('×')}`),
      );
      expect(names).toEqual([
        'stem 1×14×14×8', 'down.0.block 1×14×14×8', 'down.0.down 1×7×7×16',
        'mid.0 1×7×7×16', 'mid.attention 1×7×7×16', 'mid.1 1×7×7×16',
        'up.0.up 1×14×14×8', 'up.0.block 1×14×14×8', 'out 1×28×28×1',
      ]); // prettier-ignore
      expect(tapped.dataSync()).toEqual(unet(params, config, x, tf.tensor1d([5]), 1000, { labels: null }).dataSync());
    });
  });

  test('leaves nothing behind but its result', () => {
    const params = toTensors(randomWeights({ ...base, widths: [8, 16], attention: true }));
    const [x] = both<tf.Rank.R4>('picture', [1, 28, 28, 1]);
    const t = tf.tensor1d([5]);
    const before = tf.memory().numTensors;
    const result = unet(params, { ...base, widths: [8, 16], attention: true }, x, t, 1000, { labels: null });
    expect(tf.memory().numTensors).toBe(before + 1);
    result.dispose();
  });

  test('inputs that do not fit are refused', () => {
    tf.tidy(() => {
      const config = { ...base, widths: [8, 16] };
      const params = toTensors(randomWeights(config));
      const x: tf.Tensor4D = tf.zeros([2, 28, 28, 1]);
      const t = tf.tensor1d([1, 2]);
      expectError(() => unet(params, config, tf.zeros([2, 14, 14, 1]), t, 1000, { labels: null }), 'shape');
      expectError(() => unet(params, config, x, tf.tensor1d([1]), 1000, { labels: null }), 'shape');
      expectError(() => unet(params, config, x, t, 1000, { labels: Int32Array.of(1) }), 'shape');
      expectError(() => unet(params, config, x, t, 1000, { labels: Int32Array.of(1, 11) }), 'range');
      const missing = Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'mid.1.conv1.weight'));
      expect(expectError(() => unet(missing, config, x, t, 1000, { labels: null }), 'weights/format').message).toContain(
        'mid.1.conv1.weight',
      );
    });
  });

  test('a smaller picture or levels of noise that do not fit are refused, and the sentence says what was wanted', () => {
    tf.tidy(() => {
      const [plain, told] = (['plain', 'augmented'] as const).map((kind) => ({
        ...upRecipe(14, kind).model,
        widths: [8],
        classes: 0,
      }));
      if (!plain || !told) throw new Error('there are two');
      const x: tf.Tensor4D = tf.zeros([2, 14, 14, 1]);
      const refused = (config: UNetConfig, given: Omit<Given, 'labels'>, code: 'shape' | 'range'): string =>
        expectError(
          () => unet(toTensors(randomWeights(config)), config, x, tf.tensor1d([1, 2]), 1000, { labels: null, ...given }),
          code,
        ).message;
      const fitting: tf.Tensor4D = tf.zeros([2, 14, 14, 1]);
      expect(refused(plain, {}, 'shape')).toBe('This network needs a smaller picture, enlarged to 2×14×14×1; it was given none.');
      for (const shape of [
        [2, 7, 7, 1],
        [1, 14, 14, 1],
        [2, 14, 14, 2],
      ] as const)
        expect(refused(plain, { small: tf.zeros([...shape]) }, 'shape')).toContain(`it was given ${shape.join('×')}`);
      expect(refused({ ...plain, conditionChannels: 0 }, { small: fitting }, 'shape')).toContain(
        'does not look at a smaller picture',
      );

      const levels = (...augmentation: number[]): Omit<Given, 'labels'> => ({
        small: fitting,
        augmentation: Int32Array.from(augmentation),
      });
      expect(refused(plain, levels(0, 0), 'shape')).toContain('2 pictures came with 2 levels');
      expect(refused(told, levels(0), 'shape')).toContain('2 pictures came with 1 levels');
      expect(refused(told, { small: fitting }, 'shape')).toContain('2 pictures came with no levels');
      for (const wrong of [6, -1])
        expect(refused(told, levels(0, wrong), 'range')).toBe(`Levels of augmentation are 0 to 5; one was ${wrong}.`);
      const before = tf.memory().numTensors;
      const result = unet(toTensors(randomWeights(told)), told, x, tf.tensor1d([1, 2]), 1000, { labels: null, ...levels(5, 0) });
      expect(result.shape).toEqual([2, 14, 14, 1]);
      expect(tf.memory().numTensors).toBe(before + 2 + parametersOf(told).length); // the timesteps, the weights and the result
    });
  });
});
