/** WebGL on a device that draws to 16-bit floats only: tfjs can be told to be one. Imitated in software, so a network of a few pixels. */
import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test, vi } from 'vitest';
import { adamEpsilon, precision } from '../../src/training/precision';
import { createRun } from '../../src/training/run';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';

vi.setConfig({ testTimeout: 240_000 });

async function startWebgl(half: boolean): Promise<void> {
  tf.env().set('WEBGL_FORCE_F16_TEXTURES', half);
  tf.env().set('WEBGL_RENDER_FLOAT32_ENABLED', !half);
  tf.env().set('SOFTWARE_WEBGL_ENABLED', true);
  if (tf.findBackend('webgl')) tf.removeBackend('webgl');
  if (!tf.findBackendFactory('webgl')) tf.registerBackend('webgl', () => new MathBackendWebGL());
  await tf.setBackend('webgl');
}
afterAll(() => tf.removeBackend('webgl'));

test('is seen, and Adam’s ε follows it', async () => {
  await startWebgl(false);
  expect([precision(), adamEpsilon()]).toEqual(['float32', 1e-8]);
  await startWebgl(true);
  expect([precision(), adamEpsilon()]).toEqual(['float16', 1e-4]);
});

test('with 16 bits training still learns, with Muon and with Adam', async () => {
  await startWebgl(true);
  const recipe = tinyRecipe('quick');
  const batch = barBatches(recipe);
  const run = createRun(recipe, 1);
  const losses: number[] = [];
  for (let step = 1; step <= 30; step += 1) {
    run.step(batch(step));
    if (step % 10 === 0) losses.push(...(await run.flush()).map(({ loss }) => loss));
  }
  run.dispose();
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(losses.slice(-10))).toBeLessThan(0.8 * mean(losses.slice(0, 10)));
});
