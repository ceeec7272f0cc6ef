/** Starts a backend with our kernels as the engine does, and has the digits ready: for a page or a worker of the bench. */
import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import relaxedKernels from '../src/model/kernels/simd/compiled/relaxedSimd.wasm?url';
import kernels from '../src/model/kernels/simd/compiled/simd.wasm?url';
import { createBatches, fillBatch } from '../src/data/batches';
import { createMnist } from '../src/data/mnist';
import type { Batch } from '../src/training/noising';
import { loadWebgpu } from '../src/worker/backendWebgpu';
import { findGraphics } from '../src/worker/graphics';
import type { KernelBuild } from '../src/worker/host';
import { installKernels, kernelBuild } from '../src/worker/simdKernels';
import type { Backend } from './figures';

/** Of every run and every order of digits in the bench. */
export const seed = 7;

/** @returns the GPU's own name; null on WASM */
export async function start(backend: Backend): Promise<string | null> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  });
  if (backend === 'webgpu') await loadWebgpu();
  await tf.setBackend(backend);
  await tf.ready();
  if (tf.getBackend() !== backend) throw new Error(`The ${backend} backend did not start.`);
  if (backend === 'webgpu') return (await findGraphics('page')).adapter;
  const context = backend === 'webgl' ? document.createElement('canvas').getContext('webgl2') : null;
  const info = context?.getExtension('WEBGL_debug_renderer_info');
  return context && info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)) : null;
}

/** The SIMD kernels, as the engine installs them. */
export async function loadKernels(build = kernelBuild()): Promise<KernelBuild | null> {
  if (build === null) return null;
  const binary = async (which: KernelBuild): Promise<BufferSource> =>
    (await fetch(which === 'simd' ? kernels : relaxedKernels)).arrayBuffer();
  return (await installKernels(binary, build)) ? build : null;
}

export async function batchesOf(batchSize: number): Promise<(step: number) => Batch> {
  const store = createMnist({ baseUrl: location.origin });
  await store.loadFirst();
  const batches = createBatches({ counts: store.counts, seed, batchSize });
  return (step) => fillBatch(store, batches.indices(step));
}
