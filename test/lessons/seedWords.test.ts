import { expect, test } from 'vitest';
import { seedWords } from '../../lessons/train/seedWords';
import type { RecordedSeeds } from '../../src/data/recordedSeeds';

type Row = RecordedSeeds['rows'][number];

const row = (trainingSeed: number, steps: number, c90: number, accuracy: number, w = 2): Row => ({
  ...{ trainingSeed, steps, c90, accuracy, w, midInk: 0.55, fd: 30, variety: 15 },
  ...{ recipe: 'quick', tflop: steps / 330, seconds: steps / 10 },
});

test('says what the runs came to at their ends, and when the slowest of the good ones was good', () => {
  const rows = [row(0, 200, 0.8, 0.9), row(0, 250, 0.95, 0.94), row(1, 200, 0.9, 0.9), row(1, 250, 0.9, 0.97)];
  const words = seedWords(rows);
  expect(words).toContain('from the seeds 0 and 1.');
  expect(words).toContain('With guidance 2, all 2 came to good digits by step 250, after 0.76 TFLOP');
  expect(words).toContain('at step 250 the judge is sure of 90.0–95.0%, and 94.0–97.0% are what was asked for');
  expect(words).toContain('judge sure of 90%, 90% as asked, blur at most 0.65');
});

test('does not hide a run that falls short, and keeps guidances apart', () => {
  const good = row(0, 250, 0.95, 0.95);
  const short = row(1, 250, 0.95, 0.89);
  expect(seedWords([good, short])).toContain('With guidance 2, 1 of 2 came to good digits by step 250');
  expect(seedWords([short])).toContain('0 of 1 came to good digits;');
  expect(seedWords([good, short, row(0, 225, 0.95, 0.95, 3), row(1, 225, 0.95, 0.95, 3)])).toContain(
    'With guidance 3, all 2 came to good digits by step 225, after 0.68 TFLOP',
  );
  expect(seedWords([])).toBe('');
});
