import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parseRecordedSamplers, parseSamplerRow } from '../../src/data/recordedSamplers';
import { samplerById } from '../../src/diffusion/samplers';

const quality = { fd: 14, c90: 0.9, accuracy: 0.95, balance: 2.3, midInk: 0.5, variety: 16 };
const row = { ...quality, sampler: 'ddim', params: { eta: 0 }, spacing: 'trailing', steps: 8, nfe: 8, seed: 0, seconds: 5 };
const file = {
  command: 'npm run samplers',
  date: '2026-01-01',
  device: 'a processor',
  weights: { steps: 1000, fingerprint: '0123abcd' },
  n: 1000,
  guidanceScale: 1,
  floor: { n: 1000, draws: [quality] },
  smallFloors: [{ n: 100, draws: [quality] }],
  rows: [row],
};

test('a file is read as it was written, without what it does not know', () => {
  expect(parseRecordedSamplers({ ...file, rows: [{ ...row, other: 1 }] })).toEqual(file);
});

test.each([
  ['a distance that is text', { ...file, rows: [{ ...row, fd: '14' }] }, 'fd'],
  ['a row without a sampler', { ...file, rows: [{ ...row, sampler: undefined }] }, 'sampler'],
  ['a setting that is a list', { ...file, rows: [{ ...row, params: { eta: [0] } }] }, 'eta'],
  ['a floor without draws', { ...file, floor: { n: 1000, draws: [] } }, 'a floor'],
  ['no rows', { ...file, rows: undefined }, 'its lists'],
  ['no weights', { ...file, weights: undefined }, 'its head'],
  ['a number of pictures that is none', { ...file, n: NaN }, 'n is damaged'],
  ['a web page', '<html>', 'its head'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedSamplers(damaged)).toThrow(what);
});

test('a row alone is read too', () => expect(parseSamplerRow(row)).toEqual(row));

describe('the recorded file', () => {
  const path = new URL('../../public/recorded/samplers.json', import.meta.url);
  const recorded = parseRecordedSamplers(JSON.parse(readFileSync(path, 'utf8')));

  it('has the walk that all are held against', () => {
    expect(recorded.rows.some(({ sampler, steps }) => sampler === 'ddpm' && steps === 1000)).toBe(true);
  });

  it('counts the evaluations that its samplers count, with settings that they take', () => {
    for (const { sampler, params, steps, nfe } of recorded.rows) expect(samplerById(sampler).nfe(steps, params)).toBe(nfe);
  });

  it('has no walk twice', () => {
    const walks = recorded.rows.map(({ sampler, params, spacing, steps, seed }) =>
      JSON.stringify([sampler, params, spacing, steps, seed]),
    );
    expect(new Set(walks).size).toBe(walks.length);
  });

  it('shows no sampler below what real digits have', () => {
    const lowest = Math.min(...recorded.floor.draws.map(({ fd }) => fd));
    for (const { fd } of recorded.rows) expect(fd).toBeGreaterThan(lowest);
  });

  it('has a floor that falls with the number of pictures', () => {
    const means = [...recorded.smallFloors, recorded.floor]
      .toSorted((a, b) => a.n - b.n)
      .map(({ draws }) => draws.reduce((sum, { fd }) => sum + fd, 0) / draws.length);
    expect(means).toEqual([...means].sort((a, b) => b - a));
  });
});
