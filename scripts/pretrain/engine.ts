/** tfjs on WASM in Node, and MNIST from public/: what training without a browser needs. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createMnist, type MnistStore } from '../../src/data/mnist';
import { fileFetch, publicUrl } from '../fileFetch';

export async function startEngine(): Promise<void> {
  const require = createRequire(import.meta.url);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(`${join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('The WASM backend did not start.');
}

/** Every training picture. @throws data/fetch, when `npm run data` has not made public/mnist yet */
export async function allDigits(): Promise<{ readonly store: MnistStore; readonly count: number }> {
  const store = createMnist({ baseUrl: publicUrl, fetch: fileFetch });
  await store.loadFirst();
  await store.loadRest();
  return { store, count: store.counts.reduce((sum, count) => sum + count, 0) };
}
