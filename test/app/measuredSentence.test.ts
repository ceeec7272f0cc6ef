import { expect, test } from 'vitest';
import { measuredSentence } from '../../src/app/measuredSentence';

const ms = (msPerStep: number) => ({ msPerStep, precision: 'float32' }) as const;

test.each([
  [ms(4.25), ms(129.6), '4.3 ms through WebGL and 130 ms through WebAssembly'],
  [ms(4830), ms(95), '4.8 s through WebGL and 95 ms through WebAssembly'],
  [null, ms(95), 'no time that could be measured through WebGL and 95 ms through WebAssembly'],
])('%o and %o', (webgl, wasm, words) => {
  expect(measuredSentence({ renderer: 'a card', webgl, wasm })).toContain(words);
});
