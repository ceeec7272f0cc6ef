/** Drawing when the graphics card is taken away. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { AppError } from '../../src/base/errors';
import { createRun } from '../../src/training/run';
import { drawLast } from '../../src/worker/drawing';
import { yieldToMessages } from '../../src/worker/yieldToMessages';
import { useWasmBackend } from '../support/wasmBackend';
import { smallRecipe, smallRequest } from './support/small';

vi.mock(import('../../src/worker/yieldToMessages'), { spy: true });

test('a drawing of which only the end is wanted stops when the card is lost, not at its end, and leaves no tensor', async () => {
  await useWasmBackend();
  const run = createRun(smallRecipe, 0);
  const { model: config, schedule, predictionType } = smallRecipe;
  const before = tf.memory().numTensors;
  const lost = Promise.reject(new AppError('backend/lost', 'Taken away.'));
  lost.catch(() => undefined); // told to those who wait, as src/worker/device.ts does
  const device = { guard: <T>(promise: Promise<T>): Promise<T> => Promise.race([promise, lost]) };
  const drawn = drawLast({ params: run.weights('ema'), config, schedule, predictionType }, smallRequest, {
    device,
    signal: new AbortController().signal,
  });
  await expect(drawn).rejects.toMatchObject({ code: 'backend/lost' });
  expect(vi.mocked(yieldToMessages)).toHaveBeenCalledTimes(1); // once a step: it has got no further than the first of four
  expect(tf.memory().numTensors).toBe(before);
  run.dispose();
});
