import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { RecordedQualityRow } from '../../src/data/recordedQuality';
import { firstGood, isGood, parseRecordedSeeds, untilGood } from '../../src/data/recordedSeeds';

const row = {
  ...{ recipe: 'quick', trainingSeed: 0, steps: 250, tflop: 0.76, seconds: 25, w: 2 },
  ...{ fd: 28, c90: 0.92, accuracy: 0.93, midInk: 0.55, variety: 15 },
};
const file = { command: 'npm run pretrain -- seeds', device: 'a processor', date: '2026-11-25', code: 'abc', rows: [row] };

test('digits are good at the limits, and not beyond any of them', () => {
  expect(isGood({ c90: 0.9, accuracy: 0.9, midInk: 0.65 })).toBe(true);
  expect(isGood({ c90: 0.898, accuracy: 1, midInk: 0.5 })).toBe(false);
  expect(isGood({ c90: 1, accuracy: 0.898, midInk: 0.5 })).toBe(false);
  expect(isGood({ c90: 1, accuracy: 1, midInk: 0.66 })).toBe(false);
});

test('a run is good from the first measurement on after which none is bad', () => {
  const at = (steps: number, c90: number): typeof row => ({ ...row, steps, c90 });
  expect(firstGood([at(200, 0.8), at(225, 0.91), at(250, 0.92)])?.steps).toBe(225);
  expect(firstGood([at(250, 0.92), at(200, 0.95), at(225, 0.85)])?.steps).toBe(250); // 200 was luck; in any order
  expect(firstGood([at(200, 0.95), at(225, 0.85)])).toBeNull();
  expect(firstGood([])).toBeNull();
});

test('the file is read, and what is damaged in it is named', () => {
  expect(parseRecordedSeeds(file)).toEqual(file);
  expect(() => parseRecordedSeeds({ ...file, code: 7 })).toThrow('code');
  expect(() => parseRecordedSeeds({ ...file, rows: [{ ...row, trainingSeed: 'one' }] })).toThrow('trainingSeed');
  expect(() => parseRecordedSeeds(null)).toThrow('command');
});

test('seeds are counted by guidance; the slowest that became good tells when', () => {
  const at = (trainingSeed: number, w: number, steps: number, c90: number): RecordedQualityRow => ({
    ...{ ...row, recipe: 'quick' },
    ...{ trainingSeed, w, steps, c90 },
  });
  const rows = [at(0, 3, 225, 0.95), at(1, 3, 225, 0.8), at(1, 3, 250, 0.95), at(0, 2, 250, 0.95), at(1, 2, 250, 0.8)];
  const [little, much] = untilGood(rows);
  expect(little).toMatchObject({ w: 2, seeds: [0, 1], good: 1, latest: { trainingSeed: 0, steps: 250 } });
  expect(much).toMatchObject({ w: 3, good: 2, latest: { trainingSeed: 1, steps: 250 } });
  expect(much?.ends.map(({ steps }) => steps)).toEqual([225, 250]);
});

test('the recorded file holds three seeds, measured alike, that draw digits', () => {
  const path = new URL('../../public/recorded/seeds.json', import.meta.url);
  const results = untilGood(parseRecordedSeeds(JSON.parse(readFileSync(path, 'utf8'))).rows);
  expect(results.length).toBeGreaterThan(0);
  for (const { seeds, ends } of results) {
    expect(seeds).toHaveLength(3);
    expect(new Set(ends.map(({ steps }) => steps)).size).toBe(1);
    for (const { fd } of ends) expect(fd).toBeLessThan(60);
  }
});
