/** tfjs on WASM in Node, and MNIST from public/: what training without a browser needs. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createMnist, type MnistStore } from '../../src/data/mnist';
import { installSimdKernels } from '../../src/model/kernels/simd/install';
import { compileKernels } from '../compileKernels';
import { fileFetch, publicUrl } from '../fileFetch';

const simdKernels = new URL('../../src/model/kernels/simd/compiled/simd.wasm', import.meta.url);

export async function startEngine(): Promise<void> {
  const require = createRequire(import.meta.url);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(`${join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')}/`);
  if (!(await tf.setBackend('wasm'))) throw new Error('The WASM backend did not start.');
  await compileKernels();
  // The strict build: Node wants a flag for relaxed SIMD, and runs it slowly.
  await installSimdKernels(new Uint8Array(readFileSync(simdKernels)));
}

/** Every training picture. @throws data/fetch, when `npm run data` has not made public/mnist yet */
export async function allDigits(): Promise<{ readonly store: MnistStore; readonly count: number }> {
  const store = createMnist({ baseUrl: publicUrl, fetch: fileFetch });
  await store.loadFirst();
  await store.loadRest();
  return { store, count: store.counts.reduce((sum, count) => sum + count, 0) };
}
