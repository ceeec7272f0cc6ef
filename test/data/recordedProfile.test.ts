import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRecordedProfile } from '../../src/data/recordedProfile';

const file = {
  command: 'npx tsx bench/recordMachine.ts',
  device: 'a processor',
  backend: 'wasm',
  batchSize: 32,
  msPerStep: 80,
  flopsPerStep: 3e9,
  matrixFlops: 4e10,
  kernels: [{ name: 'ResidualBlock', calls: 4, ms: 15 }],
  evaluations: [{ pictures: 32, ms: 25 }],
  secondsToMark: { seconds: 22.5, steps: 250 },
};

test('brings what the figures need, and nothing else', () => {
  expect(parseRecordedProfile({ ...file, note: 'something else' })).toEqual(file);
});

test.each([
  ['no command', { ...file, command: undefined }, 'command'],
  ['a time that is text', { ...file, msPerStep: '80' }, 'msPerStep'],
  ['a kernel without a time', { ...file, kernels: [{ name: 'Add', calls: 1, ms: null }] }, 'ms'],
  ['no kernels', { ...file, kernels: null }, 'its lists'],
  ['no seconds', { ...file, secondsToMark: null }, 'seconds'],
  ['a web page', '<html>', 'its head'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedProfile(damaged)).toThrow(`${what} is damaged`);
});

test('the recorded file can be read, and its kernels take no longer than the step', () => {
  const path = new URL('../../public/recorded/machine.json', import.meta.url);
  const { kernels, msPerStep, evaluations } = parseRecordedProfile(JSON.parse(readFileSync(path, 'utf8')));
  expect(kernels.reduce((sum, { ms }) => sum + ms, 0)).toBeLessThan(msPerStep);
  expect(evaluations.map(({ pictures }) => pictures)).toEqual([32, 1]);
});
