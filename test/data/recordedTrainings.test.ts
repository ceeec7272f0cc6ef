import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parseRecordedTrainings, trainedWays } from '../../src/data/recordedTrainings';

const written: unknown = JSON.parse(readFileSync(new URL('../../public/recorded/trainings.json', import.meta.url), 'utf8'));

describe('the recorded file', () => {
  const { rows, shippedSeed, noiseSeeds } = parseRecordedTrainings(written);

  it('has every way of three trainings, that of the page among them', () => {
    expect(noiseSeeds).toBe(3);
    const seeds = [...new Set(rows.map(({ trainingSeed }) => trainingSeed))].sort();
    expect(seeds).toHaveLength(3);
    expect(seeds).toContain(shippedSeed);
    for (const seed of seeds) {
      const ways = rows
        .filter(({ trainingSeed }) => trainingSeed === seed)
        .map(({ way, guidanceScale }) => `${way} ${guidanceScale}`);
      expect(ways.sort()).toEqual(['decoder 1', 'decoder 2', 'decoder-alone 1', 'decoder-alone 2', 'latent 2', 'pixels 2']);
    }
  });

  it('says of the page’s own training what the lessons’ files say', () => {
    const captions = JSON.parse(readFileSync(new URL('../../public/recorded/captions.json', import.meta.url), 'utf8')) as {
      sweep: { guidanceScale: number; all: { mean: number } }[]; // written by recordCaptions.ts
    };
    const own = rows.find(({ way, trainingSeed }) => way === 'pixels' && trainingSeed === shippedSeed);
    expect(own?.all.mean).toBe(captions.sweep.find(({ guidanceScale }) => guidanceScale === 2)?.all.mean);
  });
});

test.each([
  ['no rows', { rows: null }, 'rows'],
  ['an unknown way', { rows: [{ way: 'by hand' }] }, 'way'],
  ['no seed', { rows: [{ way: trainedWays[0] }] }, 'trainingSeed'],
])('%s: refused by name', (_, change, what) => {
  const damaged = { ...(written as object), ...change };
  expect(() => parseRecordedTrainings(damaged)).toThrow(`other trainings could not be read: ${what} is damaged`);
});
