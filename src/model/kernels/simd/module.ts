/**
 * Our SIMD module on tfjs's own WASM heap: it imports the backend's memory, so that it works on tensors where they lie, without a
 * copy. Compiled from the AssemblyScript sources beside it by scripts/compileKernels.ts; nothing else here knows of binaries.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/** Addresses are bytes on the heap; counts are floats. The order of the arguments is that of the sources. */
export interface SimdFunctions {
  blockEvaluate(...args: number[]): void;
  blockForward(...args: number[]): void;
  blockBackward(...args: number[]): void;
  gather(...args: number[]): void;
  scatter(...args: number[]): void;
  filterSums(...args: number[]): void;
  turnFilter(...args: number[]): void;
  turnFilterBack(...args: number[]): void;
  columnSums(...args: number[]): void;
  filmForward(...args: number[]): void;
  filmBackward(...args: number[]): void;
  siluForward(...args: number[]): void;
  siluGradient(...args: number[]): void;
  normSiluForward(...args: number[]): void;
  normSiluGradient(...args: number[]): void;
  rmsForward(...args: number[]): void;
  rmsGradient(...args: number[]): void;
  attendForward(...args: number[]): void;
  attendBackward(...args: number[]): void;
  forwardProcess(...args: number[]): void;
  normals(...args: number[]): void;
  lincomb(...args: number[]): void;
  adamStep(...args: number[]): void;
  emaStep(...args: number[]): void;
  muonStep(...args: number[]): void;
  sumOfSquares(address: number, count: number): number;
}

export interface SimdModule {
  readonly functions: SimdFunctions;
  readonly backend: BackendWasm;
  /** tfjs's heap; its buffer is another after the heap has grown. */
  readonly memory: WebAssembly.Memory;
  /** Room for so many floats, good until the next call that asks for some; grows and is never given back. */
  scratch(floats: number): number;
}

const bytesPerFloat = 4;

/** What the emscripten module has, beside what its types tell. */
interface Heap {
  readonly asm?: { readonly memory?: unknown };
  readonly _malloc?: unknown;
  readonly _free?: unknown;
}

/**
 * Links a compiled module to the running WASM backend.
 * @returns null where something refuses it (no SIMD, another backend, a heap that cannot be reached)
 */
export async function linkSimd(binary: BufferSource): Promise<SimdModule | null> {
  if (tf.getBackend() !== 'wasm') return null;
  const backend = tf.backend() as BackendWasm; // the name says so
  const { asm, _malloc: malloc, _free: free } = backend.wasm as unknown as Heap;
  const memory = asm?.memory;
  if (!(memory instanceof WebAssembly.Memory) || typeof malloc !== 'function' || typeof free !== 'function') return null;
  const refuse = (): never => {
    throw new Error('a kernel was called wrongly');
  };
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory, abort: refuse } });
  let start = 0;
  let size = 0;
  return {
    functions: instance.exports as unknown as SimdFunctions, // assembly/index.ts
    backend,
    memory,
    scratch(floats) {
      const bytes = floats * bytesPerFloat;
      if (bytes > size) {
        if (start !== 0) free(start);
        start = Number(malloc(bytes));
        size = start === 0 ? 0 : bytes;
        if (start === 0) throw new Error(`there is no memory for ${bytes} bytes of intermediate results`);
      }
      return start;
    },
  };
}
