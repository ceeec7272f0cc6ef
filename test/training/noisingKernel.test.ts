/** The forward process as a SIMD kernel: not close to the loops, but the same bits, because a seed means them on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { makeSchedule } from '../../src/diffusion/schedule';
import { forwardProcessKernel } from '../../src/model/kernels/forwardProcess';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { noiseBatch } from '../../src/training/noising';
import { simdBinary } from '../support/simdKernels';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
afterEach(removeSimdKernels);

test.each(['x0', 'epsilon', 'v'] as const)('thirty batches, the network predicting %s', async (predictionType) => {
  // 81 pixels: a normal number that one picture keeps back is the next one's first.
  const tiny = tinyRecipe('quick', { predictionType, batchSize: 33 });
  const recipe = { ...tiny, model: { ...tiny.model, imageSize: 9 } };
  const schedule = makeSchedule(recipe.schedule);
  const batch = barBatches(recipe)(1);
  const draw = (seed: number): ReturnType<typeof noiseBatch> => noiseBatch(batch, recipe, schedule, createRng(seed));
  const seeds = Array.from({ length: 30 }, (_, i) => i);
  const loops = seeds.map(draw);
  await installSimdKernels(simdBinary());
  const tensors = tf.memory().numTensors;
  const { kernelNames } = await tf.profile(() => void draw(0));
  expect(kernelNames).toContain(forwardProcessKernel);
  const same = (a: Float32Array, b: Float32Array | undefined): boolean => a.every((value, i) => value === b?.[i]);
  seeds.map(draw).forEach(({ xt, eps, target }, i) => {
    expect([same(xt, loops[i]?.xt), same(eps, loops[i]?.eps), same(target, loops[i]?.target)]).toEqual([true, true, true]);
  });
  expect(tf.memory().numTensors).toBe(tensors);
});
