import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRecordedQualities } from '../../src/data/recordedQuality';

const quality = { fd: 20, c90: 0.9, accuracy: 0.95, midInk: 0.5, variety: 16 };
const file = {
  command: 'npm run pretrain',
  n: 500,
  floor: [quality],
  rows: [{ ...quality, recipe: 'quick', steps: 250, tflop: 0.77, seconds: 25, w: 2, trainingSeed: 7, balance: 2.3 }],
};

test('rows bring what a chart needs, and nothing else', () => {
  const { floor, rows } = parseRecordedQualities(file);
  expect(floor).toEqual([quality]);
  expect(rows).toEqual([{ ...quality, recipe: 'quick', steps: 250, tflop: 0.77, seconds: 25, w: 2, trainingSeed: 7 }]);
});

test.each([
  ['another recipe', { ...file, rows: [{ ...file.rows[0], recipe: 'slow' }] }, 'a recipe'],
  ['a distance that is text', { ...file, rows: [{ ...file.rows[0], fd: '20' }] }, 'fd'],
  ['a floor without blur', { ...file, floor: [{ ...quality, midInk: null }] }, 'midInk'],
  ['no rows', { ...file, rows: undefined }, 'its lists'],
  ['a web page', '<html>', 'its head'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedQualities(damaged)).toThrow(what);
});

test('the recorded file shows what the lesson says: quick far below textbook, and near the floor', () => {
  const path = new URL('../../public/recorded/quality.json', import.meta.url);
  const { floor, rows } = parseRecordedQualities(JSON.parse(readFileSync(path, 'utf8')));
  const last = (recipe: string): number => rows.filter((row) => row.recipe === recipe).at(-1)?.fd ?? NaN;
  const highestFloor = Math.max(...floor.map(({ fd }) => fd));
  expect(last('textbook')).toBeGreaterThan(10 * last('quick'));
  expect(last('quick')).toBeLessThan(3 * highestFloor);
});
