/** The noise of a drawing: the same bits with and without a kernel, because a seed means the same pictures on every backend. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { normalsKernel } from '../../src/model/kernels/normals';
import { pictureNoise } from '../../src/model/pictureNoise';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

/** 49 pixels, as of pictures of 7×7: an odd number, so that one normal number is kept back from call to call. */
const shape = [5, 7, 7, 1] as const;
const calls = ['start', 'step', 'step', 'step', 'start'] as const;

beforeAll(useWasmBackend);
afterEach(removeSimdKernels);

/** What so many calls give, one after the other. */
function drawn(seed: number): readonly Float32Array[] {
  const noises = pictureNoise(seed, shape);
  return calls.map((kind) => {
    const noise = noises(kind);
    expect(noise.shape).toEqual([...shape]);
    const values = noise.dataSync<'float32'>().slice();
    noise.dispose();
    return values;
  });
}

test.each([0, 1, 2, 3, 4, 5, 6, 7])('seed %i: every call to the last bit, and no tensor is left', async (seed) => {
  const loops = drawn(seed);
  await installSimdKernels(simdBinary());
  const tensors = tf.memory().numTensors;
  let kernels: readonly Float32Array[] = [];
  const { kernelNames } = await tf.profile(() => void (kernels = drawn(seed)));
  expect(kernelNames).toContain(normalsKernel);
  expect(kernels).toEqual(loops);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('each picture has a stream of its own, whoever is drawn beside it', async () => {
  await installSimdKernels(simdBinary());
  const pixels = shape[1] * shape[2];
  const [, ...steps] = drawn(3);
  const third = createRng(3, 'draw').fork('step', 2);
  for (const values of steps.slice(0, 3)) {
    expect(values.subarray(2 * pixels, 3 * pixels)).toEqual(third.normals(pixels));
  }
});
