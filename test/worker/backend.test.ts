import { expect, test } from 'vitest';
import type { BackendChoice, BackendName, ProbeResult } from '../../src/worker/protocol';
import { candidates, stillTrue } from '../../src/worker/backend';
import { realOnes, type Graphics } from '../../src/worker/graphics';
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

const both = (name: string | null): Graphics => ({ renderer: name, adapter: name });
const rows: readonly (readonly [BackendChoice, Graphics, readonly BackendName[], RegExp])[] = [
  ['auto', both(gpu), ['webgl', 'wasm'], /graphics card/],
  ['auto', both(swiftshader), ['wasm'], /imitated in software/],
  ['auto', both(null), ['wasm'], /no WebGL 2/],
  ['webgl', both(gpu), ['webgl', 'wasm'], /because you asked/],
  ['webgl', both(swiftshader), ['webgl', 'wasm'], /several seconds a step/],
  ['webgl', { renderer: null, adapter: gpu }, ['wasm'], /You asked for the graphics card, but .* WebGL 2/],
  ['webgpu', both(gpu), ['webgpu', 'wasm'], /through WebGPU, because you asked/],
  ['webgpu', both('google swiftshader'), ['webgpu', 'wasm'], /twenty seconds a step/],
  ['webgpu', { renderer: gpu, adapter: null }, ['wasm'], /You asked for the graphics card, but .* WebGPU/],
  ['wasm', both(gpu), ['wasm'], /because you asked/],
  ['cpu', both(gpu), ['cpu'], /by far the slowest/],
];

test.each(rows)('%s with %o: what is tried, and what is said', (choice, graphics, backends, why) => {
  const tried = candidates({ choice }, graphics, null);
  expect(tried.map(({ backend }) => backend)).toEqual(backends);
  expect(tried[0]?.why).toMatch(why);
});

const ms = (msPerStep: number, precision: 'float32' | 'float16' = 'float32') => ({ msPerStep, precision });
const measured = (wasm: ProbeResult['wasm'], webgl: ProbeResult['webgl'], webgpu: ProbeResult['webgpu'] = null): ProbeResult => ({
  renderer: gpu,
  adapter: webgpu && 'nvidia ampere',
  wasm,
  webgl,
  webgpu,
});

test.each([
  ['the graphics card was faster', measured(ms(100), ms(20)), 'webgl', /faster here than the processor/],
  ['the processor was', measured(ms(20), ms(100)), 'wasm', /faster here than the graphics card/],
  ['WebGPU was the fastest', measured(ms(100), ms(20), ms(9)), 'webgpu', /faster here than WebGL and the processor/],
  ['WebGL was', measured(ms(100), ms(9), ms(20)), 'webgl', /faster here than WebGPU and the processor/],
  ['WebGPU was faster, and WebGL would not train', measured(ms(100), null, ms(20)), 'webgpu', /faster here than the processor/],
  ['the graphics card would not train', measured(ms(20), null), 'wasm', /could not train/],
  ['WebAssembly would not', measured(null, ms(20)), 'webgl', /graphics card/],
  ['the graphics card was faster with half the digits', measured(ms(100), ms(20, 'float16')), 'wasm', /half the digits/],
] as const)('measured: %s', (_, result, backend, why) => {
  const [first] = candidates({ choice: 'auto' }, both(gpu), result);
  expect(first?.backend).toBe(backend);
  expect(first?.why).toMatch(why);
});

test.each([
  [
    'the other way to the card before the processor, where it was faster',
    measured(ms(100), ms(20), ms(9)),
    ['webgpu', 'webgl', 'wasm'],
  ],
  ['the processor before a slower way to the card', measured(ms(15), ms(20), ms(9)), ['webgpu', 'wasm']],
  ['the other way, where WebAssembly would not train', measured(null, ms(9), ms(20)), ['webgl', 'webgpu', 'wasm']],
] as const)('if the fastest does not start: %s', (_, result, backends) => {
  const tried = candidates({ choice: 'auto' }, both(gpu), result);
  expect(tried.map(({ backend }) => backend)).toEqual(backends);
});

test('what is remembered counts for the same card, and without WebGPU once that is gone', () => {
  const result = measured(ms(100), ms(20), ms(9));
  const here = { renderer: gpu, adapter: result.adapter };
  expect(stillTrue(result, here)).toBe(result);
  expect(stillTrue(result, { ...here, renderer: 'another' })).toBeNull();
  expect(stillTrue(result, { ...here, adapter: 'another' })).toBeNull();
  expect(stillTrue(result, { ...here, adapter: null })).toEqual({ ...result, adapter: null, webgpu: null });
  expect(stillTrue(measured(ms(100), ms(20)), here)).toBeNull(); // a browser that has learned WebGPU since
  expect(stillTrue(null, both(null))).toBeNull();
});

test('a software renderer and a software adapter are no graphics card', () => {
  expect(realOnes(both(swiftshader))).toEqual(both(null));
  expect(realOnes({ renderer: gpu, adapter: 'a graphics card without a name (software)' })).toEqual({
    renderer: gpu,
    adapter: null,
  });
});

test('runs that can be repeated take WASM, unless WebGL is asked for by name', () => {
  expect(candidates({ choice: 'auto', reproducible: true }, both(null), null)[0]).toMatchObject({
    backend: 'wasm',
    why: expect.stringContaining('repeated') as unknown,
  });
  expect(candidates({ choice: 'webgl', reproducible: true }, both(gpu), null)[0]?.backend).toBe('webgl');
});
