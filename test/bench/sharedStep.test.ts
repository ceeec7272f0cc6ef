/** What the bench times as two workers is the step that one takes: the same losses, whatever the share, and nothing left behind. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { answer, sharedRun } from '../../bench/sharedStep';
import { installSimdKernels } from '../../src/model/kernels/simd/install';
import { recipes } from '../../src/training/recipes';
import { createRun } from '../../src/training/run';
import type { Batch } from '../../src/training/noising';
import { realBatches } from '../support/realBatches';
import { simdBinary } from '../support/simdKernels';
import { useWasmBackend } from '../support/wasmBackend';

const seed = 7;
const shares = [16, 20, 9];
/** Relative: gradients are summed in another order, and the optimiser passes that on. */
const tolerance = 1e-5;

beforeAll(async () => {
  await useWasmBackend();
  await installSimdKernels(simdBinary());
});

test('a shared batch teaches what the whole batch does', async () => {
  const fromOne = realBatches(seed, recipes.quick.batchSize);
  const batch = (step: number): Batch => fromOne(step + 1);
  const line = { ask: (question: Parameters<typeof answer>[0]) => Promise.resolve(answer(question)) };
  const shared = sharedRun(seed, line, batch);
  const losses: number[] = [];
  const tensors: number[] = [];
  for (const theirs of shares) {
    losses.push((await shared(theirs)).loss);
    tensors.push(tf.memory().numTensors);
  }
  expect(new Set(tensors).size).toBe(1);

  const alone = createRun(recipes.quick, seed);
  for (const n of shares.keys()) alone.step(batch(n));
  const reports = await alone.flush();
  alone.dispose();
  for (const [n, { loss }] of reports.entries()) expect(Math.abs((losses[n] ?? NaN) / loss - 1)).toBeLessThan(tolerance);
});
