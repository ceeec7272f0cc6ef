/** The same run everywhere: here in Node, in sameRun.browser.test.ts in Chromium, with `npm run test:browsers` in others. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { fileFetch, publicUrl } from '../../scripts/fileFetch';
import { recipes } from '../../src/training/recipes';
import { sameRun } from '../support/sameRun';
import { simdBinary } from '../support/simdKernels';
import { harness } from './support/harness';

test('twenty steps of the quick recipe in Node', async () => {
  const { client, trainTo } = harness({ fetch: fileFetch, loadKernels: async () => simdBinary() });
  const { backend } = await client.call('init', { choice: 'auto', reproducible: true, baseUrl: `${publicUrl}/` });
  expect(backend).toMatchObject({ backend: 'wasm', reproducible: true });
  await client.call('run.create', { recipe: recipes.quick, seed: sameRun.seed });
  const { fingerprint } = await trainTo(sameRun.steps);
  expect(fingerprint).toEqual({ step: sameRun.steps, text: sameRun.fingerprint });
  client.close();
});

test('tfjs’s WASM binary calls nothing of JavaScript’s but memory and files: its sines and exponentials are compiled', () => {
  const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm');
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(new Uint8Array(readFileSync(file))));
  expect(imports.map(({ name }) => name).sort()).toEqual([
    'abort',
    'emscripten_get_heap_max',
    'emscripten_memcpy_big',
    'emscripten_resize_heap',
    'fd_close',
    'fd_seek',
    'fd_write',
  ]);
});
