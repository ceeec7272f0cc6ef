/** Our convolution against tfjs's own, value and both gradients, over random shapes. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import type { ConvOptions } from '../../src/model/kernels/conv2d';
import { conv2d } from '../../src/model/kernels/conv2d';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';
import { largestDifference, normalTensor } from '../support/gradientCheck';

beforeAll(useCpuBackend);

/** Sums of up to a few hundred products of normal numbers, in float32: 1e-7 relative each. */
const tolerance = 1e-4;

/** tfjs's kernels behind the gradient of tf.conv2d, called by name: tfjs-core alone registers no gradients. */
function stockGradients(
  x: tf.Tensor4D,
  w: tf.Tensor4D,
  dy: tf.Tensor4D,
  { stride, pad }: ConvOptions,
): { dx: tf.Tensor; dw: tf.Tensor } {
  const shared = { strides: [stride, stride], pad, dataFormat: 'NHWC' };
  return {
    dx: tf.engine().runKernel('Conv2DBackpropInput', { dy, filter: w }, { ...shared, inputShape: x.shape }) as tf.Tensor,
    dw: tf.engine().runKernel('Conv2DBackpropFilter', { x, dy }, { ...shared, filterShape: w.shape }) as tf.Tensor,
  };
}

function compare(xShape: [number, number, number, number], wShape: [number, number, number, number], options: ConvOptions): void {
  const rng = createRng(7, ...xShape, ...wShape, options.stride, options.pad);
  tf.tidy(() => {
    const x = normalTensor<tf.Rank.R4>(rng, xShape);
    const w = normalTensor<tf.Rank.R4>(rng, wShape);
    const expected: tf.Tensor4D = tf.conv2d(x, w, options.stride, options.pad);
    const actual = conv2d(x, w, options);
    expect(actual.shape).toEqual(expected.shape);
    expect(largestDifference(actual, expected.dataSync())).toBeLessThan(tolerance);

    const dy = normalTensor<tf.Rank.R4>(rng, expected.shape);
    const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) => conv2d(a as tf.Tensor4D, b as tf.Tensor4D, options))([x, w], dy);
    const stock = stockGradients(x, w, dy, options);
    if (dx === undefined || dw === undefined) throw new Error('a gradient is missing');
    expect(dx.shape).toEqual(x.shape);
    expect(dw.shape).toEqual(w.shape);
    expect(largestDifference(dx, stock.dx.dataSync())).toBeLessThan(tolerance);
    expect(largestDifference(dw, stock.dw.dataSync())).toBeLessThan(tolerance);
  });
}

test.each([
  ['a batch of one', [1, 6, 6, 2], [3, 3, 2, 3], { stride: 1, pad: 'same' }],
  ['one channel in and out', [3, 5, 5, 1], [3, 3, 1, 1], { stride: 1, pad: 'same' }],
  ['odd sides', [2, 7, 5, 3], [3, 3, 3, 4], { stride: 1, pad: 'same' }],
  ['no padding', [2, 7, 5, 3], [3, 3, 3, 4], { stride: 1, pad: 'valid' }],
  ['an even filter', [2, 6, 5, 2], [2, 2, 2, 3], { stride: 1, pad: 'same' }],
  ['a large filter', [1, 9, 9, 2], [5, 5, 2, 2], { stride: 1, pad: 'same' }],
  ['a filter as large as the picture', [2, 3, 3, 2], [3, 3, 2, 2], { stride: 1, pad: 'valid' }],
  ['1×1', [2, 4, 3, 5], [1, 1, 5, 2], { stride: 1, pad: 'valid' }],
  ['2×2 with stride 2', [2, 8, 6, 3], [2, 2, 3, 4], { stride: 2, pad: 'valid' }],
  ['2×2 with stride 2 and a row and a column left over', [2, 7, 5, 3], [2, 2, 3, 4], { stride: 2, pad: 'valid' }],
] as const)('%s', (_, x, w, options) => {
  compare([...x], [...w], options);
});

test('random shapes', () => {
  const rng = createRng(8);
  for (let round = 0; round < 25; round += 1) {
    const k = 1 + rng.int(4);
    const channels = 1 + rng.int(4);
    const x: [number, number, number, number] = [1 + rng.int(3), k + rng.int(5), k + rng.int(5), channels];
    compare(x, [k, k, channels, 1 + rng.int(4)], { stride: 1, pad: rng.int(2) === 0 ? 'same' : 'valid' });
  }
});

test('channels that do not fit, and strides that are not ours, are refused', () => {
  tf.tidy(() => {
    const x = tf.zeros([1, 4, 4, 2]) as tf.Tensor4D;
    expectError(() => conv2d(x, tf.zeros([3, 3, 3, 1]) as tf.Tensor4D, { stride: 1, pad: 'same' }), 'shape');
    expectError(() => conv2d(x, tf.zeros([3, 3, 2, 1]) as tf.Tensor4D, { stride: 2, pad: 'valid' }), 'range');
    expectError(() => conv2d(x, tf.zeros([2, 2, 2, 1]) as tf.Tensor4D, { stride: 2, pad: 'same' }), 'range');
  });
});
