/** WASM and WebGL measured for real, with the small network and no time to speak of: WebGL is imitated in software here. */
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { startBackend } from '../../src/worker/backend';
import { isRunning } from '../../src/worker/backendRegistry';
import { measureStep, winner } from '../../src/worker/probe';
import type { ProbeResult } from '../../src/worker/protocol';
import { smallRecipe } from './support/small';

vi.setConfig({ testTimeout: 240_000 });

const host = {
  where: 'page',
  loadKernels: null,
  wasmPaths: {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': simd,
  },
} as const;
const measureSmall = () => measureStep({ recipe: smallRecipe, budgetMs: 1 });

test('a forced probe measures both, WebGPU in software is left alone, takes the faster and leaves nothing behind', async () => {
  const report = await startBackend({ choice: 'auto', probe: { remembered: null, isForced: true } }, host, measureSmall);
  const { probe } = report;
  if (!probe) throw new Error('nothing was measured');
  for (const measured of [probe.wasm, probe.webgl]) expect(measured).toMatchObject({ precision: 'float32' });
  expect(probe.wasm?.msPerStep).toBeGreaterThan(0);
  if (probe.adapter === null) expect(probe.webgpu).toBeNull();
  expect(report.backend).toBe(winner(probe));
  expect(tf.getBackend()).toBe(report.backend);
  expect(tf.memory().numTensors).toBe(0);
  if (report.backend === 'wasm') expect(isRunning('webgl')).toBe(false);
});

test('what is remembered of another graphics card, or of one in software, counts for nothing', async () => {
  const remembered: ProbeResult = {
    renderer: 'another card',
    adapter: 'another card',
    wasm: null,
    webgl: { msPerStep: 1, precision: 'float32' },
    webgpu: { msPerStep: 1, precision: 'float32' },
  };
  const measure = vi.fn(measureSmall);
  const report = await startBackend({ choice: 'auto', probe: { remembered, isForced: false } }, host, measure);
  expect(report).toMatchObject({ backend: 'wasm', probe: null });
  expect(measure).not.toHaveBeenCalled();
});
