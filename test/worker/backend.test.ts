import { expect, test } from 'vitest';
import type { BackendChoice, BackendName, ProbeResult } from '../../src/worker/protocol';
import { candidates } from '../../src/worker/backend';
import { softwareRenderer } from '../../src/worker/renderer';

const gpu = 'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)';
const swiftshader = 'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)';

test.each([
  gpu,
  'Apple GPU',
  'Mali-G78',
  'ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)',
  'Adreno (TM) 640',
])('%s is a GPU', (name) => expect(softwareRenderer(name)).toBe(false));

test.each([
  swiftshader,
  'llvmpipe (LLVM 15.0.6, 256 bits)',
  'Gallium 0.4 on softpipe',
  'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)',
  'Apple Software Renderer',
])('%s is the processor', (name) => expect(softwareRenderer(name)).toBe(true));

const rows: readonly (readonly [BackendChoice, string | null, readonly BackendName[], RegExp])[] = [
  ['auto', gpu, ['webgl', 'wasm'], /graphics card/],
  ['auto', swiftshader, ['wasm'], /imitated in software/],
  ['auto', null, ['wasm'], /no WebGL 2/],
  ['webgl', gpu, ['webgl', 'wasm'], /because you asked/],
  ['webgl', swiftshader, ['webgl', 'wasm'], /several seconds a step/],
  ['webgl', null, ['wasm'], /You asked for the graphics card, but/],
  ['wasm', gpu, ['wasm'], /because you asked/],
  ['cpu', gpu, ['cpu'], /by far the slowest/],
];

test.each(rows)('%s with %s: what is tried, and what is said', (choice, renderer, backends, why) => {
  const tried = candidates({ choice }, renderer, null);
  expect(tried.map(({ backend }) => backend)).toEqual(backends);
  expect(tried[0]?.why).toMatch(why);
});

const ms = (msPerStep: number, precision: 'float32' | 'float16' = 'float32') => ({ msPerStep, precision });
const measured = (wasm: ProbeResult['wasm'], webgl: ProbeResult['webgl']): ProbeResult => ({ renderer: gpu, wasm, webgl });

test.each([
  ['the graphics card was faster', measured(ms(100), ms(20)), 'webgl', /faster here than the processor/],
  ['the processor was', measured(ms(20), ms(100)), 'wasm', /faster here than the graphics card/],
  ['the graphics card would not train', measured(ms(20), null), 'wasm', /could not train/],
  ['WebAssembly would not', measured(null, ms(20)), 'webgl', /graphics card/],
  ['the graphics card was faster with half the digits', measured(ms(100), ms(20, 'float16')), 'wasm', /half the digits/],
] as const)('measured: %s', (_, result, backend, why) => {
  const [first] = candidates({ choice: 'auto' }, gpu, result);
  expect(first?.backend).toBe(backend);
  expect(first?.why).toMatch(why);
});

test('runs that can be repeated take WASM, unless WebGL is asked for by name', () => {
  expect(candidates({ choice: 'auto', reproducible: true }, null, null)[0]).toMatchObject({
    backend: 'wasm',
    why: expect.stringContaining('repeated') as unknown,
  });
  expect(candidates({ choice: 'webgl', reproducible: true }, gpu, null)[0]?.backend).toBe('webgl');
});
