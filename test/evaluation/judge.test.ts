/** The judge's layers against loops over arrays, and its gradients against slopes. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { judge } from '../../src/evaluation/judge';
import { judgeConfig, judgeParameters, type JudgeConfig } from '../../src/evaluation/judgeConfig';
import { judgeGradients } from '../../src/evaluation/judgeGradients';
import type { NamedArrays } from '../../src/model/config';
import { initialiseParameters } from '../../src/model/initialise';
import { crossEntropy } from '../../src/model/kernels/crossEntropy';
import { maxPool } from '../../src/model/kernels/maxPool';
import { elements } from '../../src/model/parameters';
import { toArrays, toTensors } from '../../src/model/tensors';
import { useCpuBackend } from '../support/cpuBackend';
import { expectError } from '../support/expectError';
import { largestDifference, normalTensor } from '../support/gradientCheck';
import { plain, plainCrossEntropy, plainJudge, plainMaxPool, plainParams } from '../support/plainLayers';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useCpuBackend);

/** 7 → 3 → 1: odd sides on the way. */
const small: JudgeConfig = { imageSize: 7, widths: [3, 4], features: 5, classes: 3 };
const tolerance = 1e-5;

const weightsOf = (config: JudgeConfig): NamedArrays => initialiseParameters(judgeParameters(config), createRng(3));

test('features and logits are what the plain loops compute', () => {
  const weights = weightsOf(small);
  tf.tidy(() => {
    const x = normalTensor<tf.Rank.R4>(createRng(4), [3, 7, 7, 1]);
    const { features, logits } = judge(toTensors(weights), small, x);
    const expected = plainJudge(plainParams(weights), small.widths.length, plain(x.shape, x.dataSync()));
    expect(features.shape).toEqual([3, 5]);
    expect(logits.shape).toEqual([3, 3]);
    expect(largestDifference(features, expected.features.data)).toBeLessThan(tolerance);
    expect(largestDifference(logits, expected.logits.data)).toBeLessThan(tolerance);
    expect(Math.max(...expected.features.data)).toBeGreaterThan(0.01); // not all features are asleep
  });
});

test('the largest of four, also where rows and columns are odd in number', () => {
  tf.tidy(() => {
    const x = normalTensor<tf.Rank.R4>(createRng(5), [2, 5, 3, 2]);
    const pooled = maxPool(x);
    expect(pooled.shape).toEqual([2, 2, 1, 2]);
    expect(largestDifference(pooled, plainMaxPool(plain(x.shape, x.dataSync())).data)).toBe(0);
  });
});

test('equals share the gradient: it neither gets lost nor multiplies', () => {
  tf.tidy(() => {
    const x = tf.tensor4d([1, 1, 1, 1, 0, 2, 2, 1], [2, 2, 2, 1]);
    const gradient = tf.grad((a: tf.Tensor) => maxPool(a as tf.Tensor4D))(x, tf.tensor4d([8, 6], [2, 1, 1, 1]));
    expect([...gradient.dataSync()]).toEqual([2, 2, 2, 2, 0, 3, 3, 0]);
  });
});

test('cross-entropy is the plain one, and ln 3 for three equal logits', () => {
  tf.tidy(() => {
    const logits = normalTensor<tf.Rank.R2>(createRng(6), [4, 3]);
    const labels = [2, 0, 1, 1];
    const expected = plainCrossEntropy(plain(logits.shape, logits.dataSync()), labels);
    expect(crossEntropy(logits, Int32Array.from(labels)).dataSync()[0]).toBeCloseTo(expected, 5);
    expect(crossEntropy(tf.zeros([1, 3]), Int32Array.of(0)).dataSync()[0]).toBeCloseTo(Math.log(3), 6);
  });
});

test('cross-entropy stands logits whose exponentials would overflow', () => {
  tf.tidy(() => {
    expect(crossEntropy(tf.tensor2d([[500, 0]]), Int32Array.of(1)).dataSync()[0]).toBe(500);
    expect(crossEntropy(tf.tensor2d([[500, 0]]), Int32Array.of(0)).dataSync()[0]).toBe(0);
  });
});

test('as many labels as rows are wanted', () => {
  tf.tidy(() => {
    expectError(() => crossEntropy(tf.zeros([2, 3]), Int32Array.of(0)), 'shape');
  });
});

test('the gradient of every parameter is the slope of the plain loss', () => {
  const weights = weightsOf(small);
  const rng = createRng(7);
  const x0 = rng.normals(3 * 49);
  const labels = Int32Array.of(1, 0, 2);
  /** Double precision: a small step leaves every ReLU and every maximum on its side. */
  const half = 1e-6;
  const lossOf = (changed: ReturnType<typeof plainParams>): number =>
    plainCrossEntropy(plainJudge(changed, small.widths.length, plain([3, 7, 7, 1], x0)).logits, [...labels]);
  tf.tidy(() => {
    const { loss, gradients } = judgeGradients(small, toTensors(weights), { x0, labels });
    expect(loss.dataSync()[0]).toBeCloseTo(lossOf(plainParams(weights)), 5);
    for (const [name, tensor] of Object.entries(gradients)) {
      const gradient = tensor.dataSync();
      expect(tensor.shape, name).toEqual(weights[name]?.shape);
      for (const entry of rng.permutation(tensor.size).subarray(0, 6)) {
        const moved = (by: number): number => {
          const params = plainParams(weights);
          const data = params[name]?.data;
          if (data) data[entry] = (data[entry] ?? NaN) + by;
          return lossOf(params);
        };
        expect(gradient[entry], `${name}, entry ${entry}`).toBeCloseTo((moved(half) - moved(-half)) / (2 * half), 5);
      }
    }
  });
});

test('WASM and the plain backend agree on loss and gradients', async () => {
  const weights = weightsOf(judgeConfig);
  const x0 = createRng(8).normals(4 * 784);
  const on = async (useBackend: () => Promise<void>): Promise<NamedArrays> => {
    await useBackend();
    const params = toTensors(weights);
    const { loss, gradients } = judgeGradients(judgeConfig, params, { x0, labels: Int32Array.of(3, 1, 4, 1) });
    const arrays = await toArrays({ ...gradients, loss });
    tf.dispose([params, gradients, loss]);
    return arrays;
  };
  const wasm = await on(useWasmBackend);
  const cpu = await on(useCpuBackend);
  for (const [name, { data }] of Object.entries(cpu)) {
    const largest = Math.max(...data.map(Math.abs));
    const difference = data.reduce((most, value, i) => Math.max(most, Math.abs(value - (wasm[name]?.data[i] ?? NaN))), 0);
    expect(difference, name).toBeLessThan(1e-4 * largest);
  }
});

test('it has the parameters that are said', () => {
  const count = judgeParameters(judgeConfig).reduce((sum, { shape }) => sum + elements(shape), 0);
  expect(count).toBe(160 + 4640 + 18_496 + 36_928 + 650); // three convolutions 3×3, 576 → 64, 64 → 10, each with biases
});
