/** What the engine needs of the world around it. A browser gives the real things, a test gives its own. */
import type { CheckpointStore } from './checkpointStore';
import type { Post } from './requests';

export interface EngineHost {
  readonly post: Post;
  /** Where the engine runs: it is told to the reader, and decides which kind of canvas there is. */
  readonly where: 'worker' | 'page';
  readonly fetch: typeof fetch;
  /** @throws storage/none */
  readonly openStore: () => Promise<CheckpointStore>;
  /** Null where the browser has no Web Locks: then two tabs are not told from each other. */
  readonly locks: Pick<LockManager, 'request'> | null;
  /** Where the WASM binaries lie; null lets tfjs look beside its own files (Node). */
  readonly wasmPaths: WasmPaths | null;
  /** Our SIMD kernels for the WASM backend, in the build that the processor can run; null for stock kernels alone. */
  readonly loadKernels: ((build: KernelBuild) => Promise<BufferSource>) | null;
}

export type KernelBuild = 'simd' | 'relaxedSimd';

export interface WasmPaths {
  readonly 'tfjs-backend-wasm.wasm': string;
  readonly 'tfjs-backend-wasm-simd.wasm': string;
  readonly 'tfjs-backend-wasm-threaded-simd.wasm': string;
}
