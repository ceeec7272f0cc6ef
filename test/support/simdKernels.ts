/** The compiled SIMD kernels, for the WASM backend in Node: the strict build, since Node needs a flag for the relaxed one. */
import { readFileSync } from 'node:fs';

export function simdBinary(): BufferSource {
  return new Uint8Array(readFileSync(new URL('../../src/model/kernels/simd/compiled/simd.wasm', import.meta.url)));
}
