/** The engine with what a browser offers. */
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import relaxedKernels from '../model/kernels/simd/compiled/relaxedSimd.wasm?url';
import kernels from '../model/kernels/simd/compiled/simd.wasm?url';
import { openIndexedDb } from './checkpointStore';
import { createEngine, type Engine } from './engine';
import type { EngineHost } from './host';
import type { Post } from './requests';

export function serve(post: Post, where: EngineHost['where']): Engine {
  return createEngine({
    post,
    where,
    fetch: (input, init) => fetch(input, init),
    openStore: openIndexedDb,
    locks: 'locks' in navigator ? navigator.locks : null,
    wasmPaths: {
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': simd, // threads are off; tfjs wants all three named
    },
    loadKernels: async (build) => (await fetch(build === 'relaxedSimd' ? relaxedKernels : kernels)).arrayBuffer(),
  });
}
