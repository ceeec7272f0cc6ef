/** Shaders compiled ahead, on whoever draws WebGL here: what comes of a run must not depend on it. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import type { Recipe } from '../../src/training/recipe';
import type { StepReport } from '../../src/training/report';
import { createRun } from '../../src/training/run';
import { startBackend } from '../../src/worker/backend';
import { letGo } from '../../src/worker/backendRegistry';
import { rehearse } from '../../src/worker/rehearsal';
import { compileAhead } from '../../src/worker/shaders';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';

const { model, ...rest } = tinyRecipe('quick');
const recipe: Recipe = { ...rest, batchSize: 2, model: { ...model, widths: [8] } };
const never = new AbortController().signal;

async function startWebgl(): Promise<void> {
  await startBackend({ choice: 'webgl' }, { where: 'page', loadKernels: null, wasmPaths: null });
}
afterEach(() => letGo('webgl'));

function programs(): readonly string[] {
  const backend = tf.backend() as tf.KernelBackend & { readonly binaryCache: object };
  return Object.keys(backend.binaryCache);
}

async function train(): Promise<readonly Partial<StepReport>[]> {
  const run = createRun(recipe, 1);
  for (let step = 1; step <= 3; step += 1) run.step(barBatches(recipe)(step));
  const reports = await run.flush();
  run.dispose();
  return reports.map(({ loss, gradNorm }) => ({ loss, gradNorm }));
}

test('a step finds its programs ready, and computes the same to the last bit', async () => {
  await startWebgl();
  const expected = await train();
  const needed = programs();
  letGo('webgl');

  await startWebgl();
  const tensors = tf.memory().numTensors;
  const before = programs(); // of trying our kernels
  const told: (readonly [number, number])[] = [];
  await compileAhead(
    () => rehearse(recipe),
    (done, total) => told.push([done, total]),
    never,
  );
  expect(tf.memory().numTensors).toBe(tensors);
  expect(tf.env().get('ENGINE_COMPILE_ONLY')).toBe(false);
  const ready = programs();
  expect(told[0]).toEqual([0, expect.closeTo(ready.length - before.length, -1)]);
  expect(await train()).toEqual(expected);
  const late = needed.filter((key) => !ready.includes(key));
  expect(needed.length).toBeGreaterThan(50); // it did look
  expect(late.length, late.join('\n')).toBeLessThanOrEqual(3); // what joins the results of several steps and reads them
});

test('cancelled in the middle, it leaves nothing half done', async () => {
  await startWebgl();
  const before = programs();
  const stop = new AbortController();
  const cancelled = compileAhead(
    () => rehearse(recipe),
    () => stop.abort(),
    stop.signal,
  );
  await expect(cancelled).rejects.toMatchObject({ code: 'request/cancelled' });
  expect(programs()).toEqual(before);
  expect((await train())[0]?.loss).toBeGreaterThan(0);
});

test('others compile what they need meanwhile, and keep it', async () => {
  await startWebgl();
  let meanwhile: ReturnType<typeof train> | null = null;
  await compileAhead(
    () => rehearse(recipe),
    () => (meanwhile ??= train()),
    never,
  );
  expect(await train()).toEqual(await meanwhile);
});
