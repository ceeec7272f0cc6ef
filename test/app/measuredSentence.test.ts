import { expect, test } from 'vitest';
import { measuredSentence } from '../../src/app/measuredSentence';

const ms = (msPerStep: number) => ({ msPerStep, precision: 'float32' }) as const;

test.each([
  [ms(4.25), ms(129.6), '4.3 ms through WebGL and 130 ms through WebAssembly'],
  [ms(4830), ms(95), '4.8 s through WebGL and 95 ms through WebAssembly'],
  [null, ms(95), 'no time that could be measured through WebGL and 95 ms through WebAssembly'],
])('%o and %o', (webgl, wasm, words) => {
  expect(measuredSentence({ renderer: 'a card', adapter: null, webgl, wasm, webgpu: null })).toContain(words);
});

test('of WebGPU it speaks where there is an adapter, and of WebGL where somebody draws it', () => {
  const both = { wasm: ms(95), webgl: ms(20), webgpu: ms(9) };
  expect(measuredSentence({ renderer: 'a card', adapter: 'the same', ...both })).toBe(
    'Measured here: a training step takes 20 ms through WebGL, 9.0 ms through WebGPU and 95 ms through WebAssembly.',
  );
  expect(measuredSentence({ renderer: null, adapter: 'a card', ...both })).toContain('takes 9.0 ms through WebGPU and 95 ms');
});
