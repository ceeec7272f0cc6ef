/** Every operation and layer with a gradient of its own: the gradient is the slope. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { attend, attention } from '../../src/model/attention';
import { block } from '../../src/model/block';
import type { UNetConfig } from '../../src/model/config';
import { condition } from '../../src/model/condition';
import { film, modulate } from '../../src/model/film';
import { conv2d } from '../../src/model/kernels/conv2d';
import { crossEntropy } from '../../src/model/kernels/crossEntropy';
import { flatten } from '../../src/model/kernels/flatten';
import { matMul } from '../../src/model/kernels/matMul';
import { maxPool } from '../../src/model/kernels/maxPool';
import { shuffle, unshuffle } from '../../src/model/kernels/pixelShuffle';
import { relu } from '../../src/model/kernels/relu';
import { silu } from '../../src/model/kernels/silu';
import { add, addBias } from '../../src/model/kernels/sum';
import { upsample } from '../../src/model/kernels/upsample';
import { linear } from '../../src/model/linear';
import { groupNorm, rmsNorm } from '../../src/model/norm';
import { parametersOf } from '../../src/model/parameters';
import type { Params } from '../../src/model/tensors';
import { unet } from '../../src/model/unet';
import { squaredErrors, weightedMean } from '../../src/training/loss';
import { useCpuBackend } from '../support/cpuBackend';
import type { Shape } from '../support/gradientCheck';
import { expectTrueGradient, normalTensor } from '../support/gradientCheck';

beforeAll(useCpuBackend);

interface Case {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly f: (inputs: tf.Tensor[]) => tf.Tensor;
}

/** The i-th input, as the rank that the function under test wants. */
function input<R extends tf.Rank>(inputs: tf.Tensor[], i: number): tf.Tensor<R> {
  const found = inputs[i];
  if (found === undefined) throw new Error(`no input ${i}`);
  return found as tf.Tensor<R>; // the shapes stand beside it in the table
}

const cases: readonly Case[] = [
  { name: 'matMul', shapes: [[3, 4], [4, 2]], f: (x) => matMul(input(x, 0), input(x, 1)) }, // prettier-ignore
  { name: 'add', shapes: [[2, 3], [2, 3]], f: (x) => add(input(x, 0), input(x, 1)) }, // prettier-ignore
  { name: 'add of a tensor to itself', shapes: [[2, 3]], f: (x) => add(add(input(x, 0), input(x, 0)), silu(input(x, 0))) },
  { name: 'addBias', shapes: [[2, 3, 2, 4], [4]], f: (x) => addBias(input(x, 0), input(x, 1)) }, // prettier-ignore
  { name: 'silu', shapes: [[3, 5]], f: (x) => silu(input(x, 0)) },
  { name: 'relu', shapes: [[3, 5]], f: (x) => relu(input(x, 0)) },
  { name: 'maxPool', shapes: [[2, 4, 6, 3]], f: (x) => maxPool(input(x, 0)) },
  { name: 'maxPool of odd sides', shapes: [[2, 5, 3, 2]], f: (x) => maxPool(input(x, 0)) },
  { name: 'flatten', shapes: [[2, 3, 2, 3]], f: (x) => flatten(input(x, 0)) },
  { name: 'crossEntropy', shapes: [[3, 4]], f: (x) => crossEntropy(input(x, 0), Int32Array.of(2, 0, 3)) },
  { name: 'unshuffle', shapes: [[2, 4, 6, 3]], f: (x) => unshuffle(input(x, 0)) },
  { name: 'shuffle', shapes: [[2, 2, 3, 8]], f: (x) => shuffle(input(x, 0)) },
  { name: 'upsample', shapes: [[2, 3, 2, 3]], f: (x) => upsample(input(x, 0)) },
  { name: 'conv2d 3×3', shapes: [[2, 5, 4, 3], [3, 3, 3, 2]], f: (x) => conv2d(input(x, 0), input(x, 1), { stride: 1, pad: 'same' }) }, // prettier-ignore
  { name: 'conv2d 1×1', shapes: [[2, 3, 4, 3], [1, 1, 3, 2]], f: (x) => conv2d(input(x, 0), input(x, 1), { stride: 1, pad: 'same' }) }, // prettier-ignore
  { name: 'conv2d 2×2 with stride 2', shapes: [[2, 5, 4, 3], [2, 2, 3, 2]], f: (x) => conv2d(input(x, 0), input(x, 1), { stride: 2, pad: 'valid' }) }, // prettier-ignore
  { name: 'rmsNorm', shapes: [[2, 2, 3, 4], [4]], f: (x) => rmsNorm(input(x, 0), input(x, 1)) }, // prettier-ignore
  { name: 'groupNorm', shapes: [[2, 3, 2, 16], [16], [16]], f: (x) => groupNorm(input(x, 0), input(x, 1), input(x, 2)) }, // prettier-ignore
  { name: 'modulate', shapes: [[2, 3, 2, 4], [2, 4], [2, 4]], f: (x) => modulate(input(x, 0), input(x, 1), input(x, 2)) }, // prettier-ignore
  { name: 'attend with two heads', shapes: [[2, 2, 3, 4], [2, 2, 3, 4], [2, 2, 3, 4]], f: (x) => attend(input(x, 0), input(x, 1), input(x, 2), 2) }, // prettier-ignore
  { name: 'weightedMean of squaredErrors', shapes: [[3, 2, 2, 1]], f: (x) => weightedMean(squaredErrors(input(x, 0), tf.ones([3, 2, 2, 1])), tf.tensor1d([1, 2, 5])) }, // prettier-ignore
];

describe('operations', () => {
  test.each(cases)('$name', ({ name, shapes, f }) => {
    const rng = createRng(1, name);
    tf.tidy(() => {
      expectTrueGradient(
        f,
        shapes.map((shape) => normalTensor(rng, [...shape])),
        rng,
      );
    });
  });

  test('the stride-1 convolutions of random shapes, even filters and no padding included', () => {
    const rng = createRng(2);
    for (let round = 0; round < 12; round += 1) {
      const k = 1 + rng.int(4);
      const x = [1 + rng.int(2), k + rng.int(3), k + rng.int(3), 1 + rng.int(3)] as const;
      const pad = rng.int(2) === 0 ? 'same' : 'valid';
      tf.tidy(() => {
        const inputs = [normalTensor(rng, [...x]), normalTensor(rng, [k, k, x[3], 1 + rng.int(3)])];
        expectTrueGradient((both) => conv2d(input(both, 0), input(both, 1), { stride: 1, pad }), inputs, rng);
      });
    }
  });
});

describe('layers, through every parameter', () => {
  /** A layer's parameters become inputs of the check, after the pictures and vectors it reads. */
  function checkLayer(
    names: Readonly<Record<string, Shape>>,
    reads: readonly Shape[],
    layer: (p: Params, inputs: tf.Tensor[]) => tf.Tensor,
  ): void {
    const rng = createRng(3, ...Object.keys(names));
    const keys = Object.keys(names);
    tf.tidy(() => {
      const inputs = [...reads, ...Object.values(names)].map((shape) => normalTensor(rng, [...shape], 0.7));
      const f = (all: tf.Tensor[]): tf.Tensor =>
        layer(Object.fromEntries(keys.map((key, i) => [key, input(all, reads.length + i)])), all);
      expectTrueGradient(f, inputs, rng);
    });
  }
  const shapesUnder = (config: UNetConfig, prefix: string): Readonly<Record<string, Shape>> =>
    Object.fromEntries(parametersOf(config).filter(({ name }) => name.startsWith(prefix)).map(({ name, shape }) => [name, shape])); // prettier-ignore
  const small: UNetConfig = {
    imageSize: 4,
    channels: 1,
    stem: 'full',
    widths: [8],
    norm: 'rms',
    attention: true,
    innerBlocks: 2,
    classes: 3,
    conditionChannels: 0,
    augmentationLevels: 0,
    text: null,
    vectorFeatures: 0,
    time: true,
    timeFeatures: 6,
    embedding: 5,
  };

  test('linear', () => {
    checkLayer({ 'a.weight': [3, 4], 'a.bias': [4] }, [[2, 3]], (p, x) => linear(p, 'a', input(x, 0)));
  });

  test('film', () => {
    const names = { 'a.scale.weight': [5, 3], 'a.scale.bias': [3], 'a.shift.weight': [5, 3], 'a.shift.bias': [3] };
    checkLayer(names, [[2, 2, 2, 3], [2, 5]], (p, x) => film(p, 'a', input(x, 0), input(x, 1))); // prettier-ignore
  });

  test('condition', () => {
    const labels = Int32Array.of(2, 3);
    checkLayer({ ...shapesUnder(small, 'time.'), ...shapesUnder(small, 'label.') }, [], (p) =>
      condition(p, small, tf.tensor1d([5, 77]), 100, { labels }),
    );
  });

  test('condition with a level of noise, with a class and without', () => {
    const augmentation = Int32Array.of(1, 0);
    for (const classes of [3, 0]) {
      const told: UNetConfig = { ...small, classes, augmentationLevels: 3, conditionChannels: 1 };
      const names = { ...shapesUnder(told, 'time.'), ...shapesUnder(told, 'label.'), ...shapesUnder(told, 'augmentation.') };
      expect(Object.keys(names)).toHaveLength(classes > 0 ? 4 : 3);
      checkLayer(names, [], (p) =>
        condition(p, told, tf.tensor1d([5, 77]), 100, { labels: classes > 0 ? Int32Array.of(2, 3) : null, augmentation }),
      );
    }
  });

  test.each(['none', 'rms', 'group'] as const)('block with norm %s', (norm) => {
    checkLayer(shapesUnder({ ...small, norm }, 'mid.0.'), [[2, 3, 3, 8], [2, 5]], (p, x) => block(p, 'mid.0', norm, input(x, 0), input(x, 1))); // prettier-ignore
  });

  test('attention', () => {
    checkLayer(shapesUnder(small, 'mid.attention.'), [[2, 2, 3, 8]], (p, x) => attention(p, 'mid.attention', 'rms', input(x, 0)));
  });

  test.each([
    { ...small, imageSize: 8, stem: 'unshuffle', widths: [4, 6] },
    { ...small, imageSize: 4, norm: 'group', widths: [8, 16], attention: false, classes: 0 },
  ] as const satisfies readonly UNetConfig[])('the U-Net: $stem, $widths, norm $norm', (config) => {
    const shapes = shapesUnder(config, '');
    const labels = config.classes === 0 ? null : Int32Array.of(1, config.classes);
    const picture = [2, config.imageSize, config.imageSize, 1];
    checkLayer(shapes, [picture], (p, x) => unet(p, config, input(x, 0), tf.tensor1d([3, 90]), 100, { labels }));
    expect(Object.keys(shapes).length).toBeGreaterThan(20);
  });

  const tiny: UNetConfig = { ...small, attention: false, widths: [4], embedding: 3, timeFeatures: 4 };
  test.each([
    { ...tiny, innerBlocks: 1, conditionChannels: 1 },
    { ...tiny, innerBlocks: 3, conditionChannels: 2, augmentationLevels: 3, stem: 'unshuffle' },
    { ...tiny, innerBlocks: 3, attention: true, imageSize: 3 },
    { ...tiny, widths: [4, 6], classes: 0, conditionChannels: 1, augmentationLevels: 6 },
  ] as const satisfies readonly UNetConfig[])(
    'the U-Net with $conditionChannels channels beside it, $augmentationLevels levels, $innerBlocks inner blocks',
    (config) => {
      const shapes = shapesUnder(config, '');
      const { classes, imageSize, conditionChannels, augmentationLevels } = config;
      const rng = createRng(4);
      // Constants, as in training: two pictures laid beside one another have no gradient of their own.
      const x = normalTensor<tf.Rank.R4>(rng, [2, imageSize, imageSize, 1]);
      const given = {
        labels: classes === 0 ? null : Int32Array.of(1, classes),
        small: conditionChannels === 0 ? undefined : normalTensor<tf.Rank.R4>(rng, [2, imageSize, imageSize, conditionChannels]),
        augmentation: augmentationLevels === 0 ? undefined : Int32Array.of(augmentationLevels - 1, 0),
      };
      checkLayer(shapes, [], (p) => unet(p, config, x, tf.tensor1d([3, 90]), 100, given));
      expect(Object.keys(shapes).filter((name) => /^mid\.\d\.conv1\.weight$/.test(name))).toHaveLength(config.innerBlocks);
      tf.dispose([x, given.small ?? []]);
    },
  );
});
