/**
 * WebGL, whoever draws it: here a software renderer, which takes seconds a step. So few steps, and the context is lost with
 * a small network.
 */
import { afterEach, expect, test, vi } from 'vitest';
import { createRng } from '../../src/base/rng';
import { recipes } from '../../src/training/recipes';
import type { RunSnapshot } from '../../src/worker/protocol';
import { openEngine, type Followed } from './support/follow';
import { smallRecipe } from './support/small';

vi.setConfig({ testTimeout: 300_000 });

const opened: Followed[] = [];
async function open(choice: 'webgl' | 'wasm'): Promise<Followed> {
  const engine = await openEngine(choice);
  opened.push(engine);
  return engine;
}
afterEach(() => {
  for (const { client } of opened.splice(0)) client.close();
});

const quick = { runId: 'quick' } as const;
/** Relative. float32 sums in another order differ in the seventh digit; two steps of training multiply that. */
const tolerance = 1e-4;

test('WebGL and WASM give the same losses for the same seed', async () => {
  const runs: Record<string, RunSnapshot> = {};
  for (const choice of ['wasm', 'webgl'] as const) {
    const engine = await open(choice);
    expect(engine.backend.backend).toBe(choice);
    await engine.client.call('run.create', { recipe: recipes.quick, seed: 0 });
    runs[choice] = await engine.trainTo(2);
    engine.client.close();
  }
  const [wasm, webgl] = [runs['wasm']?.history ?? [], runs['webgl']?.history ?? []];
  expect(webgl).toHaveLength(2);
  webgl.forEach(({ loss, gradNorm }, i) => {
    expect(Math.abs(loss / (wasm[i]?.loss ?? NaN) - 1)).toBeLessThan(tolerance);
    expect(Math.abs(gradNorm / (wasm[i]?.gradNorm ?? NaN) - 1)).toBeLessThan(10 * tolerance);
  });
});

test('WebGL and WASM judge pictures alike', async () => {
  const pixels = createRng(1).normals(2 * 784);
  const answers: Record<string, Float32Array> = {};
  for (const choice of ['wasm', 'webgl'] as const) {
    const engine = await open(choice);
    answers[choice] = (await engine.client.call('judge', { pixels })).features;
    engine.client.close();
  }
  const largest = Math.max(...(answers['wasm'] ?? []));
  expect(answers['webgl']).toHaveLength(2 * 64);
  answers['webgl']?.forEach((value, i) => {
    expect(Math.abs(value - (answers['wasm']?.[i] ?? NaN))).toBeLessThan(tolerance * largest);
  });
});

test('a lost context is told, and training goes on by itself from the last good weights', async () => {
  const engine = await open('webgl');
  const { client, news, until } = engine;
  await client.call('run.create', { recipe: smallRecipe, seed: 5 });
  const before = await engine.trainTo(2);
  const tensors = (await client.call('memory', {})).tensors;
  await client.call('run.start', { ...quick, untilStep: null });
  await until((told) => told.type === 'run.steps');
  await client.call('sabotage', { what: 'context' });
  await until(({ type }) => type === 'backend');
  await until((told) => told.type === 'notice' && told.failure.code === 'backend/lost');
  const replaced = news.findLast((told) => told.type === 'run.replaced' && told.run.runId === 'quick');
  expect(replaced).toMatchObject({ run: { stepsDone: 2, history: before.history } });
  news.length = 0;
  await until((told) => told.type === 'run.steps');
  const after = await client.call('run.pause', quick);
  expect(after.history.slice(0, 2)).toEqual(before.history);
  expect(after.stepsDone).toBeGreaterThan(2);
  // A read that was under way when the context went never comes back, nor does the tensor that it reads.
  expect((await client.call('memory', {})).tensors).toBeLessThanOrEqual(tensors + 1);
});
