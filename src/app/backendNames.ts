/** What the page calls the backends. */
import type { BackendName } from '../worker/protocol';

export const backendNames: Readonly<Record<BackendName, string>> = {
  webgl: 'WebGL',
  webgpu: 'WebGPU',
  wasm: 'WASM',
  cpu: 'plain JavaScript',
};
