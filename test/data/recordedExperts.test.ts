import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parseRecordedExperts, recordedSetups, type RecordedExperts } from '../../src/data/recordedExperts';
import { shippedModel } from '../../src/training/shippedModels';

const quality = { fd: 14, c90: 0.9, accuracy: 0.95, balance: 2.3, midInk: 0.5, variety: 16 };
const measured = { ...quality, trainingSeed: 7, noiseSeed: 0 };
const model = { name: 'two-1', seed: 7, steps: 315, trainingFlops: 1e12, seconds: 60, parameters: 256_868, bytes: 520_000 };
const cost = { trainingFlops: 3e12, parameters: 513_736, flopsPerEvaluation: 3e7, heldOut: 0.064 };
const row = { ...measured, ...cost, setup: 'two' } as const;
const byTime = { setup: 'one', trainingSeed: 7, t: [25, 75], x0Mse: [0.01, 0.02] } as const;
const file: RecordedExperts = {
  ...{ command: 'npm run pretrain -- experts', date: '2026-01-01', device: 'a processor', n: 500 },
  ...{ guidanceScale: 1.25, sampler: 'ddim', steps: 25, floor: { n: 500, draws: [quality] }, models: [model], rows: [row] },
  lossByTime: [byTime],
  arrangements: [{ ...measured, arrangement: 'swapped' }],
  borders: [{ ...measured, border: 300 }],
  averages: [{ ...measured, weights: 'low raw' }],
};

test('a file is read as it was written, without what it does not know', () => {
  const written: unknown = JSON.parse(JSON.stringify({ ...file, rows: [{ ...row, other: 1 }], other: 1 }));
  expect(parseRecordedExperts(written)).toEqual(file);
});

test.each([
  ['no number of pictures', { ...file, n: null }, 'n'],
  ['a set-up that there is not', { ...file, rows: [{ ...row, setup: 'five' }] }, 'setup'],
  ['a row without a held-out error', { ...file, rows: [{ ...row, heldOut: undefined }] }, 'heldOut'],
  ['errors for other moments than are named', { ...file, lossByTime: [{ ...byTime, t: [25] }] }, 'x0Mse'],
  ['a moment that is text', { ...file, lossByTime: [{ ...byTime, t: ['25', 75] }] }, 't'],
  ['an arrangement that there is not', { ...file, arrangements: [{ ...measured, arrangement: 'mixed' }] }, 'arrangement'],
  ['a border that is missing', { ...file, borders: [measured] }, 'border'],
  ['weights that there are not', { ...file, averages: [{ ...measured, weights: 'raw' }] }, 'weights'],
  ['a web page', '<html>', 'command'],
])('%s is refused by name', (_, damaged, what) => {
  expect(() => parseRecordedExperts(damaged)).toThrow(`experts could not be read: ${what} is damaged`);
});

describe('the recorded file', () => {
  const path = new URL('../../public/recorded/experts.json', import.meta.url);
  const recorded = parseRecordedExperts(JSON.parse(readFileSync(path, 'utf8')));

  it('has every set-up, trained from the seed that ships, for about the same arithmetic', () => {
    const shipped = recorded.rows.filter(({ trainingSeed, noiseSeed }) => trainingSeed === 7 && noiseSeed === 0);
    expect(shipped.map(({ setup }) => setup)).toEqual(recordedSetups);
    const one = shipped[0]?.trainingFlops ?? NaN;
    for (const { trainingFlops } of shipped) expect(Math.abs(trainingFlops / one - 1)).toBeLessThan(0.01);
  });

  it('draws alike where two ways of asking are one', () => {
    const asTrained = recorded.arrangements.find(({ arrangement, noiseSeed }) => arrangement === 'as trained' && noiseSeed === 0);
    const two = recorded.rows.find((row) => row.setup === 'two' && row.trainingSeed === asTrained?.trainingSeed);
    expect(asTrained?.fd).toBe(two?.fd);
    for (const same of [
      recorded.borders.find(({ border, noiseSeed }) => border === 500 && noiseSeed === 0),
      recorded.averages.find(({ weights, noiseSeed }) => weights === 'both averaged' && noiseSeed === 0),
    ])
      if (same) expect(same.fd).toBe(two?.fd);
  });

  it('tells the error of each set-up at the same moments, and it grows with the noise', () => {
    const [first, ...others] = recorded.lossByTime;
    for (const { t } of others) expect(t).toEqual(first?.t);
    for (const { x0Mse } of recorded.lossByTime) expect(x0Mse.at(-1)).toBeGreaterThan(10 * (x0Mse[0] ?? NaN));
  });

  it('names networks that ship', () => {
    for (const { name } of recorded.models) expect(shippedModel(name).name).toBe(name);
  });
});
