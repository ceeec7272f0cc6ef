/**
 * WebGPU, whoever computes it: here a software adapter, so the smallest networks and few steps. Where the browser offers no adapter
 * there is nothing to test.
 */
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Recipe } from '../../src/training/recipe';
import type { StepReport } from '../../src/training/report';
import { createRun } from '../../src/training/run';
import { startBackend } from '../../src/worker/backend';
import { findGraphics, realOnes } from '../../src/worker/graphics';
import type { SampleFrame } from '../../src/worker/protocol';
import { barBatches, tinyRecipe } from '../support/tinyRecipe';
import { openEngine, type Followed } from './support/follow';
import { smallRecipe, smallRequest } from './support/small';

vi.setConfig({ testTimeout: 240_000 });

const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter() : null;
if (adapter === null) console.log('This browser offers no WebGPU adapter, so WebGPU is not tested.');

const backends = ['wasm', 'webgpu'] as const;
/** Relative. float32 sums in another order differ in the seventh digit; two steps of training multiply that. */
const tolerance = 1e-4;

describe.runIf(adapter)('WebGPU', () => {
  const host = {
    where: 'page',
    loadKernels: null,
    wasmPaths: {
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': simd,
    },
  } as const;

  test('adds more tensors than a shader takes', async () => {
    await startBackend({ choice: 'webgpu' }, host);
    const before = tf.memory().numTensors;
    for (const count of [2, 7, 8, 13, 14, 50]) {
      const terms = Array.from({ length: count }, (_, i) => tf.tidy(() => tf.square(tf.fill([1000], i))));
      const sum = tf.addN(terms);
      const expected = terms.reduce((total, _, i) => total + i * i, 0);
      expect((await sum.data()).every((value) => value === expected)).toBe(true);
      tf.dispose([terms, sum]);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each(['adam', 'muon'] as const)('and WASM give the same losses for the same seed: %s', async (optimizer) => {
    const { model, ...recipe } = tinyRecipe('quick', { optimizer });
    const smallest: Recipe = { ...recipe, batchSize: 2, model: { ...model, widths: [8] } };
    const reports: Record<string, readonly StepReport[]> = {};
    for (const choice of backends) {
      expect((await startBackend({ choice }, host)).backend).toBe(choice);
      const run = createRun(smallest, 1);
      for (let step = 1; step <= 2; step += 1) run.step(barBatches(smallest)(step));
      reports[choice] = await run.flush();
      run.dispose();
      expect(tf.memory().numTensors).toBe(0);
    }
    expect(reports['webgpu']).toHaveLength(2);
    reports['webgpu']?.forEach(({ loss, gradNorm }, i) => {
      expect(Math.abs(loss / (reports['wasm']?.[i]?.loss ?? NaN) - 1)).toBeLessThan(tolerance);
      expect(Math.abs(gradNorm / (reports['wasm']?.[i]?.gradNorm ?? NaN) - 1)).toBeLessThan(tolerance);
    });
  });

  test('is not taken by itself where the processor stands in for the card', async () => {
    const isReal = realOnes(await findGraphics('page')).adapter !== null;
    const measure = vi.fn(async () => ({ msPerStep: 1, precision: 'float32' }) as const);
    await startBackend({ choice: 'auto' }, host, measure);
    expect(measure.mock.calls.length > 0).toBe(isReal);
  });
});

describe.runIf(adapter)('the engine on WebGPU', () => {
  const quick = { runId: 'quick' } as const;
  const smallest: Recipe = { ...smallRecipe, batchSize: 1, model: { ...smallRecipe.model, widths: [4] } };
  const opened: Followed[] = [];
  async function open(choice: (typeof backends)[number]): Promise<Followed> {
    const engine = await openEngine(choice);
    opened.push(engine);
    await engine.client.call('run.create', { recipe: smallest, seed: 5 });
    return engine;
  }
  afterEach(() => {
    for (const { client } of opened.splice(0)) client.close();
  });

  test('draws what WASM draws, and outlives a lost device: training goes on from the last good weights', async () => {
    const pictures: Record<string, Float32Array> = {};
    for (const choice of backends) {
      const { client } = await open(choice);
      const frames: SampleFrame[] = [];
      for await (const frame of client.sample({ ...smallRequest, steps: 2, labels: [7], frames: 'last' })) frames.push(frame);
      pictures[choice] = frames[0]?.xt ?? new Float32Array();
      if (choice === 'wasm') client.close();
    }
    expect(pictures['webgpu']).toHaveLength(784);
    pictures['webgpu']?.forEach((value, i) => {
      expect(Math.abs(value - (pictures['wasm']?.[i] ?? NaN))).toBeLessThan(tolerance);
    });

    const engine = opened[1];
    if (!engine) throw new Error('no engine on WebGPU');
    const { client, news, until } = engine;
    expect(engine.backend).toMatchObject({ backend: 'webgpu', where: 'worker', precision: 'float32' });
    const before = await engine.trainTo(2);
    const { tensors } = await client.call('memory', {});
    await client.call('run.start', { ...quick, untilStep: null });
    await until((told) => told.type === 'run.steps');
    await client.call('sabotage', { what: 'context' });
    await until(({ type }) => type === 'backend');
    await until(({ type }) => type === 'notice');
    expect(news.flatMap((told) => (told.type === 'notice' ? [told.failure.code] : []))).toEqual(['backend/lost']);
    expect(news.find(({ type }) => type === 'backend')).toMatchObject({ backend: { backend: 'webgpu' } });
    const replaced = news.findLast((told) => told.type === 'run.replaced' && told.run.runId === 'quick');
    expect(replaced).toMatchObject({ run: { stepsDone: 2, history: before.history } });
    news.length = 0;
    await until((told) => told.type === 'run.steps');
    const after = await client.call('run.pause', quick);
    expect(after.history.slice(0, 2)).toEqual(before.history);
    expect(after.stepsDone).toBeGreaterThan(2);
    // A read that was under way when the device went may keep the tensor that it reads.
    expect((await client.call('memory', {})).tensors).toBeLessThanOrEqual(tensors + 1);
  });
});
