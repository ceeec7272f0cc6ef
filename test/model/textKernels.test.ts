/** Attention to words, the RMS norm and Muon's step for wide matrices as SIMD kernels, against the operations that they stand for. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { attendKernel, attendWords, wordWeights, type Attending } from '../../src/model/kernels/attendWords';
import { rms } from '../../src/model/kernels/rms';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { rmsRows } from '../../src/model/text/textEncoder';
import type { Params } from '../../src/model/tensors';
import { muonStep } from '../../src/training/muon';
import { both, expectClose } from '../support/bothKernels';
import { normalTensor } from '../support/gradientCheck';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
afterEach(removeSimdKernels);

/** The value of f, outside a gradient and recorded, and the gradient of every input. */
function valueAndGradients(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: readonly tf.Tensor[], weights: tf.Tensor): Params {
  const y = f(...inputs);
  const { value, grads } = tf.valueAndGrads(f)([...inputs], weights);
  return { y, value, ...Object.fromEntries(grads.map((gradient, i) => [`d${i}`, gradient])) };
}

/** Words of three captions, among them one of eight and one of one. */
const visible = [[1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1], [1, 0, 0, 0, 0, 0, 0, 0]]; // prettier-ignore

test.each([
  { rows: 8, channels: 64, heads: 4 }, // the words themselves
  { rows: 196, channels: 32, heads: 2 }, // 14×14
  { rows: 49, channels: 64, heads: 2 }, // 7×7, an odd number of pixels
  { rows: 1, channels: 4, heads: 1 },
])('attention of $rows rows, $channels channels, $heads heads', async ({ rows, channels, heads }) => {
  const work = (): Params => {
    const rng = createRng(1, rows, channels, heads);
    const [query, key, value, weights] = [rows, 8, 8, rows].map((count) => normalTensor<tf.Rank.R2>(rng, [3 * count, channels]));
    const mask = tf.tensor2d(visible);
    if (!query || !key || !value || !weights) throw new Error('four counts were given');
    const f = (...[q, k, v]: tf.Tensor[]): tf.Tensor =>
      attendWords({ query: q, key: k, value: v, visible: mask, heads } as Attending);
    return {
      ...valueAndGradients(f, [query, key, value], weights),
      maps: wordWeights({ query, key, value, visible: mask, heads }),
    };
  };
  const [stock, simd] = await both(work);
  expectClose(simd, stock);
  const maps = simd['maps'];
  expect(maps?.shape).toEqual([3, heads, rows, 8]);
  maps?.data.forEach((weight, i) => {
    if (visible[Math.floor(i / (heads * rows * 8))]?.[i % 8] === 0) expect(weight).toBe(0);
  });
  for (let row = 0; row < 3 * heads * rows; row += 1) {
    const total = maps?.data.subarray(8 * row, 8 * row + 8).reduce((sum, weight) => sum + weight, 0);
    expect(total).toBeCloseTo(1, 5);
  }
});

test('a very large score of a hidden place is not looked at, by the kernel neither', async () => {
  const [stock, simd] = await both(() => {
    const key: tf.Tensor2D = tf.concat([tf.ones([1, 4]), tf.fill([7, 4], 300)]) as tf.Tensor2D;
    const query: tf.Tensor2D = tf.ones([2, 4]);
    return { mixed: attendWords({ query, key, value: key, visible: tf.tensor2d([[1, 0, 0, 0, 0, 0, 0, 0]]), heads: 1 }) };
  });
  for (const { mixed } of [stock, simd]) mixed?.data.forEach((value) => expect(value).toBeCloseTo(1, 6));
});

test('another number of places goes by the composition', async () => {
  await installSimdKernels(simdBinary());
  const ones = (rows: number): tf.Tensor2D => tf.ones([rows, 4]);
  const { kernels } = await tf.profile(() =>
    tf.tidy(() => attendWords({ query: ones(4), key: ones(6), value: ones(6), visible: tf.ones([2, 3]), heads: 1 })),
  );
  expect(kernels.map(({ name }) => name)).not.toContain(attendKernel);
});

test('the RMS norm of rows', async () => {
  const [stock, simd] = await both(() => {
    const rng = createRng(3);
    const [x, gain] = [normalTensor<tf.Rank.R2>(rng, [37, 64]), normalTensor<tf.Rank.R1>(rng, [64])];
    const f = (...[rows, g]: tf.Tensor[]): tf.Tensor => rmsRows(rows as tf.Tensor2D, g as tf.Tensor1D);
    return valueAndGradients(f, [x, gain], normalTensor(rng, [37, 64]));
  });
  expectClose(simd, stock);
  expect(rms(tf.ones([2, 8]), tf.ones([8]))).not.toBeNull();
});

test.each([
  [64, 128],
  [8, 24],
  [12, 16],
  [64, 64],
] as const)('Muon’s step for a matrix of %i rows and %i columns', async (rows, columns) => {
  // prettier-ignore
  const [stock, simd] = await both(() => {
    const rng = createRng(4, rows, columns);
    const state = { value: normalTensor(rng, [rows, columns]), buffer: normalTensor(rng, [rows, columns]) };
    return { ...muonStep(state, normalTensor(rng, [rows, columns]), tf.scalar(0.7), 0.02) };
  });
  // The iteration magnifies rounding where singular values are near zero.
  const [got, wanted] = [simd['value']?.data ?? [], stock['value']?.data ?? []];
  wanted.forEach((value, i) => expect(Math.abs((got[i] ?? NaN) - value)).toBeLessThan(2e-4));
});
