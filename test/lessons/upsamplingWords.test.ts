import { describe, expect, test } from 'vitest';
import type { LaneRow } from '../../src/data/recordedCascade';
import { qualityOfLane, spreadWords } from '../../lessons/upsampling/laneQuality';
import { tallyOf, tallyWords, verdictsOf, verdictWords } from '../../lessons/upsampling/verdicts';
import { flopsWords, timeWords, warningOf } from '../../lessons/upsampling/words';

const row = (change: Partial<LaneRow>): LaneRow => ({
  lane: 'ddim',
  label: 'DDIM',
  trainingSeed: 7,
  noiseSeed: 0,
  nfe: 50,
  flopsPerImage: 1.5e9,
  parameters: 256_644,
  trainingFlops: 3e12,
  secondsPerImage: 0.1,
  fd: 12,
  c90: 0.9,
  accuracy: 0.95,
  balance: 2.3,
  midInk: 0.46,
  variety: 16,
  ...change,
});

describe('the quality that stands under a lane', () => {
  const rows = [
    row({ fd: 12 }),
    row({ fd: 14, trainingSeed: 8 }),
    row({ fd: 20, nfe: 8, label: 'DDIM, few' }),
    row({ lane: 'ddpm', nfe: 49, fd: 99 }),
  ];

  test('is that of the nearest walk of the same lane, over all its seeds', () => {
    const quality = qualityOfLane(rows, 'ddim', 50);
    expect(quality).toMatchObject({ label: 'DDIM', isSame: true, seeds: 2, measures: { fd: { mean: 13, low: 12, high: 14 } } });
  });

  test('says when another walk was measured than the one that is shown; near is near in ratio', () => {
    expect(qualityOfLane(rows, 'ddim', 25)).toMatchObject({ nfe: 50, isSame: false });
    expect(qualityOfLane(rows, 'ddim', 16)).toMatchObject({ nfe: 8, isSame: false });
    expect(qualityOfLane(rows, 'cascade', 50)).toBeNull();
  });

  test('reads as a mean with its range, or alone where nothing differs', () => {
    expect(spreadWords({ mean: 13, low: 12, high: 14.04 }, 1)).toBe('13.0 (12.0–14.0)');
    expect(spreadWords({ mean: 0.945, low: 0.93, high: 0.96 }, 0, true)).toBe('95% (93–96)');
    expect(spreadWords({ mean: 0.5, low: 0.5, high: 0.5 }, 2)).toBe('0.50');
  });
});

describe('verdicts', () => {
  const probabilities = Float32Array.from({ length: 30 }, (_, i) => (i === 3 ? 0.95 : i === 18 ? 0.6 : i === 20 ? 0.91 : 0.001));
  const verdicts = verdictsOf(probabilities, [3, 5, null]);

  test('name the likeliest digit, and whether it was asked for', () => {
    expect(verdicts.map(({ digit, isRight }) => [digit, isRight])).toEqual([
      [3, true],
      [8, false],
      [0, null],
    ]);
    expect(verdicts.map(verdictWords)).toEqual(['a 3, 95% sure', 'an 8, 60% sure', 'a 0, 91% sure']);
  });

  test('are counted against what was asked for, if anything was', () => {
    expect(tallyOf(verdicts.slice(0, 2))).toEqual({ n: 2, right: 1, sure: 1 });
    expect(tallyWords({ n: 10, right: 9, sure: 8 })).toBe('9 of 10 as asked, the judge is sure of 8');
    expect(tallyOf(verdicts.slice(2)).right).toBeNull();
  });
});

describe('numbers', () => {
  test('have the unit in which they are short', () => {
    expect([12.37e6, 0.7523e9, 1.55e9, 3.16e12, 61e9].map(flopsWords)).toEqual([
      '12 MFLOP',
      '0.75 GFLOP',
      '1.55 GFLOP',
      '3.16 TFLOP',
      '61 GFLOP',
    ]);
    expect([26.4, 1340, 12_300, 240_000].map(timeWords)).toEqual(['26 ms', '1.3 s', '12 s', '4 min']);
  });

  test('warn of what takes long, by what was measured here or else by the arithmetic', () => {
    expect(warningOf('Ten chains', 1e10, null)).toBeNull();
    expect(warningOf('Ten chains', 1e12, null)).toContain('not known before the first drawing');
    expect(warningOf('Ten chains', 1e12, 1e-9)).toBeNull();
    expect(warningOf('Ten chains', 1e12, 1e-7)).toContain('about 2 min');
  });
});
