import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { rehearsedNames } from '../../scripts/pretrain/family/rehearsal';
import { parseRecordedFamily, type RecordedFamily } from '../../src/data/recordedFamily';
import { shippedModels } from '../../src/training/shippedModels';

const spread = { min: 1, mean: 2, max: 3 };
const network = { name: 'quick', does: 'draws', lesson: 2, device: 'a processor', marks: ['as it should'] };
const costs = { parameters: 10, trainingFlops: 1e12, seconds: 60 };
const system = { lesson: 2, name: 'one network', networks: ['quick'], guidanceScale: 1.25, nfe: 50, seeds: 3, ...costs };
const file: RecordedFamily = {
  ...{ command: 'npm run pretrain -- family', date: '2026-01-01', n: 500, real: { fd: spread } },
  networks: [{ ...network, ...costs, steps: 1000 }],
  systems: [{ ...system, quality: { fd: spread, class: spread } }],
};

test('a file is read as it was written, without what it does not know', () => {
  const written: unknown = JSON.parse(JSON.stringify({ ...file, other: 1, real: { fd: spread, c90: 1 } }));
  expect(parseRecordedFamily(written)).toEqual(file);
});

test.each([
  ['no number of pictures', { ...file, n: null }, 'n'],
  ['a network without a name', { ...file, networks: [{ ...file.networks[0], name: 3 }] }, 'name'],
  ['a system of networks that are not there', { ...file, systems: [{ ...file.systems[0], networks: ['slow'] }] }, 'networks'],
  ['a system that nothing was measured of', { ...file, systems: [{ ...file.systems[0], quality: {} }] }, 'quality'],
  ['a measure without its mean', { ...file, real: { fd: { min: 1, max: 3 } } }, 'mean'],
  ['a rehearsal without a share', { ...file, systems: [{ ...file.systems[0], rehearsed: { class: 1 } }] }, 'slant'],
  ['a web page', '<html>', 'networks'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedFamily(damaged)).toThrow(`all networks could not be read: ${what} is damaged`);
});

describe('the recorded file', () => {
  const publicFile = (path: string): URL => new URL(`../../public/${path}`, import.meta.url);
  const recorded = parseRecordedFamily(JSON.parse(readFileSync(publicFile('recorded/family.json'), 'utf8')));

  it('has every network that ships', () => {
    const names = new Set(recorded.networks.map(({ name }) => name));
    // Told t and asked for x₀ is what the quick network is.
    const shipped = shippedModels.filter(({ path, name }) => existsSync(publicFile(path)) && name !== 'time-x0');
    const missing = shipped.map(({ name }) => String(name)).filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });

  it('adds up the costs of the networks that draw together', () => {
    for (const { networks, parameters, trainingFlops } of recorded.systems) {
      const own = recorded.networks.filter(({ name }) => networks.includes(name));
      expect(parameters).toBe(own.reduce((sum, each) => sum + each.parameters, 0));
      expect(trainingFlops).toBeCloseTo(
        own.reduce((sum, each) => sum + each.trainingFlops, 0),
        -6,
      );
    }
  });

  it('has beside it all that was reached in PyTorch', () => {
    const beside = recorded.systems.flatMap(({ name, rehearsed }) => (rehearsed ? [name] : []));
    expect([...beside].sort()).toEqual([...rehearsedNames].sort());
  });

  it('ranks no way of drawing above real digits', () => {
    const floor = recorded.real.fd?.min ?? NaN;
    for (const { quality } of recorded.systems) expect(quality.fd?.mean).toBeGreaterThan(floor);
  });
});
