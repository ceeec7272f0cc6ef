/** What the page remembers about the device, with the browser's own storage. */
import { beforeEach, expect, test } from 'vitest';
import {
  backendChoice,
  isReproducibleWanted,
  probeAsk,
  rememberBackendChoice,
  rememberProbe,
  rememberReproducible,
} from '../../src/worker/deviceSettings';

beforeEach(() => localStorage.clear());

const result = {
  renderer: 'a card',
  adapter: null,
  wasm: { msPerStep: 95, precision: 'float32' },
  webgl: null,
  webgpu: null,
} as const;

test('choices are kept, and the address goes before them', () => {
  expect([backendChoice(''), isReproducibleWanted('')]).toEqual(['auto', false]);
  rememberBackendChoice('wasm');
  rememberReproducible(true);
  expect([backendChoice(''), isReproducibleWanted('')]).toEqual(['wasm', true]);
  expect([backendChoice('?backend=webgl'), isReproducibleWanted('?reproducible=0')]).toEqual(['webgl', false]);
  expect(backendChoice('?backend=webgpu')).toBe('webgpu');
  expect(backendChoice('?backend=abacus')).toBe('auto');
});

test('what was measured is kept for this version alone', () => {
  expect(probeAsk('', '1')).toEqual({ remembered: null, isForced: false });
  rememberProbe(result, '1');
  expect(probeAsk('?probe=1', '1')).toEqual({ remembered: result, isForced: true });
  expect(probeAsk('', '2').remembered).toBeNull();
});

test.each([
  'not JSON',
  '5',
  '{"version":"1"}',
  '{"version":"1","result":{"renderer":"a card","adapter":null,"wasm":3,"webgl":null,"webgpu":null}}',
  // Kept before WebGPU was measured.
  '{"version":"1","result":{"renderer":"a card","wasm":null,"webgl":{"msPerStep":9,"precision":"float32"}}}',
])('and what is not ours, or not of now, counts for nothing: %s', (text) => {
  localStorage.setItem('diffusion.probe', text);
  expect(probeAsk('', '1').remembered).toBeNull();
});
