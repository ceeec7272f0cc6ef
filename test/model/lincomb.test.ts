/** Sums of weighted tensors in one pass: the bits of the operations one by one, so that a walk draws the same pictures either way. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/base/rng';
import { installSimdKernels, removeSimdKernels } from '../../src/model/kernels/simd/install';
import { lincomb, lincombKernel } from '../../src/model/kernels/lincomb';
import { tensorOps } from '../../src/model/tensorOps';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

beforeAll(useWasmBackend);
afterEach(removeSimdKernels);

/** Sums of one, two and so on to seven terms, read. @param shape of each */
function sums(shape: [number, number, number, number]): readonly Float32Array[] {
  const rng = createRng(5);
  return Array.from({ length: 7 }, (_, most) =>
    tf.tidy(() => {
      const terms = Array.from(
        { length: most + 1 },
        () => [rng.normal(), tf.tensor4d(rng.normals(tf.util.sizeFromShape(shape)), shape)] as const,
      );
      const sum = tensorOps.lincomb(terms);
      expect(sum.shape).toEqual(shape);
      return sum.dataSync<'float32'>().slice();
    }),
  );
}

test('one to seven terms, to the last bit, and no tensor is left', async () => {
  const oneByOne = sums([3, 28, 28, 1]);
  await installSimdKernels(simdBinary());
  const tensors = tf.memory().numTensors;
  let inOnePass: readonly Float32Array[] = [];
  const { kernelNames } = await tf.profile(() => void (inOnePass = sums([3, 28, 28, 1])));
  expect(kernelNames).toContain(lincombKernel);
  expect(inOnePass).toEqual(oneByOne);
  expect(tf.memory().numTensors).toBe(tensors);
});

test('what does not come in fours is left to the operations one by one', async () => {
  await installSimdKernels(simdBinary());
  const odd = tf.ones<tf.Rank.R4>([1, 7, 7, 1]);
  expect(lincomb([[2, odd]])).toBeNull();
  odd.dispose();
  expect(sums([1, 7, 7, 1])[0]).toHaveLength(49);
});
