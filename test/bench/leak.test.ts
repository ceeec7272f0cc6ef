/** The bench's long leak check in short, and that it would see a leak. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { leakCheck } from '../../bench/leak';
import { harness } from '../worker/support/harness';
import { smallRecipe } from '../worker/support/small';

const plan = { steps: 60, pauses: 4, samplings: 3, resets: 2 };

test('no tensor is left behind by steps, pauses, drawings and fresh starts', async () => {
  const engine = harness();
  await engine.ready();
  const leak = await leakCheck(engine.client, smallRecipe, plan);
  expect(leak).toMatchObject({ pauses: 4, samplings: 3, resets: 2, recipe: 'quick' });
  expect(leak.steps).toBeGreaterThanOrEqual(60);
  expect(leak.tensorsBefore).toBeGreaterThan(0);
  expect(leak.tensorsAfter).toBe(leak.tensorsBefore);
  engine.client.close();
});

test('one tensor that nobody disposes of shows', async () => {
  const engine = harness();
  await engine.ready();
  const lost: tf.Tensor[] = [];
  const leak = await leakCheck(engine.client, smallRecipe, plan, () => {
    if (lost.length === 0) lost.push(tf.scalar(1));
  });
  expect(leak.tensorsAfter).toBe(leak.tensorsBefore + 1);
  tf.dispose(lost);
  engine.client.close();
});
