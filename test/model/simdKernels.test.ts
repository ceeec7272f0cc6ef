/**
 * The SIMD kernels against what they replace: the same block and the same optimisers as compositions of stock operations, whose
 * own forward passes and gradients are checked against loops and slopes elsewhere.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createRng, type Rng } from '../../src/base/rng';
import { block } from '../../src/model/block';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { adamEmaKernel, gradientNormKernel, muonEmaKernel } from '../../src/model/kernels/optimizerPasses';
import { hasResidualBlock } from '../../src/model/kernels/residualBlock';
import type { Params } from '../../src/model/tensors';
import { adamStep } from '../../src/training/adam';
import { clipFactor, globalNorm } from '../../src/training/clip';
import { emaStep } from '../../src/training/ema';
import { muonStep } from '../../src/training/muon';
import { optimizerStep, type Weights } from '../../src/training/optimizer';
import { recipes } from '../../src/training/recipes';
import { createRun } from '../../src/training/run';
import { shippedModels } from '../../src/training/shippedModels';
import { freshWeights, trainedBy } from '../../src/training/weightsState';
import { both, expectClose } from '../support/bothKernels';
import { realBatches } from '../support/realBatches';
import { simdBinary } from '../support/simdKernels';
import { tinyRecipe } from '../support/tinyRecipe';
import { useWasmBackend } from '../support/wasmBackend';

const embedding = 16;

beforeAll(useWasmBackend);
afterEach(removeSimdKernels);

function blockParams(rng: Rng, channels: number): Params {
  const random = (scale: number, ...shape: number[]): tf.Tensor =>
    tf.tensor(
      rng.normals(shape.reduce((product, length) => product * length, 1)).map((value) => value * scale),
      shape,
    );
  return {
    'b.norm.weight': random(1, channels),
    'b.norm.bias': random(1, channels),
    'b.conv1.weight': random(0.2, 3, 3, channels, channels),
    'b.conv1.bias': random(1, channels),
    'b.scale.weight': random(0.2, embedding, channels),
    'b.scale.bias': random(0.2, channels),
    'b.shift.weight': random(0.2, embedding, channels),
    'b.shift.bias': random(0.2, channels),
    'b.conv2.weight': random(0.2, 3, 3, channels, channels),
    'b.conv2.bias': random(1, channels),
  };
}

const parts = { none: [], rms: ['b.norm.weight'], group: ['b.norm.weight', 'b.norm.bias'] } as const satisfies Record<
  string,
  readonly string[]
>;

const shapes = [
  [1, 1, 1, 8],
  [1, 14, 14, 32],
  [2, 7, 7, 64],
  [3, 5, 6, 16],
  [5, 2, 9, 8],
  [3, 7, 7, 48], // the base and the first upsampler of the cascade
  [1, 7, 7, 40], // two small experts
  [2, 14, 14, 24],
] as const;

describe.each(shapes)('a residual block on [%i, %i, %i, %i]', (batch, height, width, channels) => {
  test.each(['rms', 'none', 'group'] as const)('gives the composition’s values and gradients, norm %s', async (norm) => {
    const work = (): Params => {
      const rng = createRng(5, batch, height, width, channels);
      const all = blockParams(rng, channels);
      const names = Object.keys(all).filter(
        (name) => !name.startsWith('b.norm') || (parts[norm] as readonly string[]).includes(name),
      );
      const x = tf.tensor4d(rng.normals(batch * height * width * channels), [batch, height, width, channels]);
      const cond = tf.tensor2d(rng.normals(batch * embedding), [batch, embedding]);
      const dy = tf.tensor4d(rng.normals(x.size), x.shape);
      const value = (input: tf.Tensor, told: tf.Tensor, ...weights: tf.Tensor[]): tf.Tensor => {
        const params = Object.fromEntries(names.map((name, i) => [name, weights[i] as tf.Tensor]));
        return block(params, 'b', norm, input as tf.Tensor4D, told as tf.Tensor2D);
      };
      const weights = names.map((name) => all[name] as tf.Tensor);
      const y = value(x, cond, ...weights); // outside a gradient: the variant that keeps nothing
      const { value: recorded, grads } = tf.valueAndGrads((...inputs: tf.Tensor[]) => {
        const [input, told, ...rest] = inputs;
        return value(input as tf.Tensor, told as tf.Tensor, ...rest);
      })([x, cond, ...weights], dy);
      return { y, recorded, ...Object.fromEntries(['x', 'cond', ...names].map((name, i) => [name, grads[i] as tf.Tensor])) };
    };
    const [stock, simd] = await both(work);
    expectClose(simd, stock);
  });
});

test('a block that the kernel does not fit is composed', async () => {
  await installSimdKernels(simdBinary());
  expect(hasResidualBlock(tf.zeros([1, 2, 2, 12]))).toBe(false);
  expect(hasResidualBlock(tf.zeros([1, 2, 2, 16]))).toBe(true);
  // All widths that the notebook trains.
  for (const { model } of shippedModels.map(({ recipe }) => recipe)) {
    for (const width of model.widths) expect(hasResidualBlock(tf.zeros([1, 7, 7, width])), String(width)).toBe(true);
  }
  removeSimdKernels();
  expect(hasResidualBlock(tf.zeros([1, 2, 2, 16]))).toBe(false);
  tf.disposeVariables();
});

test.each([1, 3, 4, 257])('Adam and the average in one pass, on %i numbers', async (count) => {
  const [stock, simd] = await both(() => {
    const rng = createRng(9, count);
    const [value, m, gradient, average] = [0, 1, 2, 3].map(() => tf.tensor1d(rng.normals(count)));
    const v = tf.tensor1d(rng.normals(count).map((entry) => entry ** 2));
    if (!value || !m || !gradient || !average) throw new Error('four tensors were made');
    const settings = { learningRate: 0.01, beta1: 0.9, beta2: 0.99 };
    const next = adamStep({ value, m, v }, gradient, tf.scalar(0.3), 7, settings);
    return { ...next, ...emaStep({ average }, { average: value }, 0.8) };
  });
  expectClose(simd, stock);
});

test.each([
  [3, 3, 8, 8],
  [3, 3, 32, 32],
  [3, 3, 64, 64],
  [3, 3, 48, 48],
  [3, 3, 24, 24],
  [3, 3, 40, 40],
])('Muon in one kernel, on a filter of %i × %i × %i × %i', async (...shape) => {
  const [stock, simd] = await both(() => {
    const rng = createRng(11, ...shape);
    const random = (): tf.Tensor => tf.tensor(rng.normals(shape.reduce((product, length) => product * length, 1)), shape);
    return { ...muonStep({ value: random(), buffer: random() }, random(), tf.scalar(0.5), 0.02) };
  });
  expectClose(simd, stock);
});

test.each(['quick', 'textbook'] as const)('all updates and the average in two passes: %s', async (id) => {
  const recipe = tinyRecipe(id);
  const [stock, simd] = await both(() => {
    const rng = createRng(12);
    const like = (params: Params, change: (value: number) => number): Params =>
      Object.fromEntries(
        Object.entries(params).map(([name, { shape, size }]) => [name, tf.tensor(rng.normals(size).map(change), shape)]),
      );
    const start = freshWeights(trainedBy(recipe), 3);
    const weights: Weights = {
      param: start.param,
      ema: like(start.ema, (value) => value),
      adamM: like(start.adamM, (value) => value),
      adamV: like(start.adamV, (value) => value * value),
      muon: like(start.muon, (value) => value),
    };
    const gradients = like(start.param, (value) => value);
    const norm = globalNorm(gradients);
    const next = optimizerStep({ ...recipe, isMuon: trainedBy(recipe).isMuon }, weights, gradients, clipFactor(norm, 1), 7, 0.5);
    const parts = Object.entries(next).flatMap(([part, params]: [string, Params]) =>
      Object.entries(params).map(([name, tensor]) => [`${part}/${name}`, tensor] as const),
    );
    return { norm, ...Object.fromEntries(parts) };
  });
  expectClose(simd, stock);
});

test('a step of the quick recipe calls no stock convolution or product, and a hundred and twenty kernels at most', async () => {
  await installSimdKernels(simdBinary());
  const run = createRun(recipes.quick, 3);
  const { kernels } = await tf.profile(() => run.step(realBatches(3, recipes.quick.batchSize)(1)));
  await run.flush();
  run.dispose();
  const names = kernels.map(({ name }) => name);
  expect(names.filter((name) => /^Conv2D|MatMul/.test(name))).toEqual([]);
  for (const kernel of [gradientNormKernel, adamEmaKernel, muonEmaKernel])
    expect(names.filter((name) => name === kernel)).toHaveLength(1);
  // A clone costs no more than its bookkeeping; an unnamed scope is not a call.
  expect(names.filter((name) => name !== tf.Identity && name !== 'unnamed scope').length).toBeLessThanOrEqual(120);
});

test('six steps of the quick recipe have the losses that stock kernels give', async () => {
  const losses = async (): Promise<readonly number[]> => {
    const run = createRun(recipes.quick, 3);
    const batch = realBatches(3, recipes.quick.batchSize);
    const all: number[] = [];
    for (let step = 1; step <= 6; step += 1) {
      run.step(batch(step));
      all.push(...(await run.flush()).map(({ loss }) => loss));
    }
    run.dispose();
    return all;
  };
  const stock = await losses();
  await installSimdKernels(simdBinary());
  const before = tf.memory().numTensors;
  const simd = await losses();
  expect(tf.memory().numTensors).toBe(before);
  expect(simd).toHaveLength(6);
  simd.forEach((loss, i) => expect(Math.abs(loss / (stock[i] ?? NaN) - 1)).toBeLessThan(1e-4));
});

test('a binary that is refused leaves stock kernels in place, and the console says so', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(await installSimdKernels(Uint8Array.of(1, 2, 3))).toBe(false);
  expect(warn).toHaveBeenCalledOnce();
  expect(hasResidualBlock(tf.zeros([1, 2, 2, 16]))).toBe(false);
});
