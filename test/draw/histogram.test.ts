import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/base/rng';
import { bellShare, histogram, meanOf, meanSquare, stdOf } from '../../src/draw/histogram';

describe('histogram', () => {
  it('counts every value once, those outside in the end bins', () => {
    const bins = histogram([-9, -1, -0.2, 0.2, 0.9, 1, 9], { min: -1, max: 1, count: 2 });
    expect(bins.map(({ from, to }) => [from, to])).toEqual([
      [-1, 0],
      [0, 1],
    ]);
    expect(bins.map(({ share }) => share)).toEqual([3 / 7, 4 / 7]);
  });

  it('is empty, not NaN, without values', () => {
    expect(histogram([], { min: 0, max: 1, count: 2 }).map(({ share }) => share)).toEqual([0, 0]);
  });

  it('meets the bell when the values are Gaussian', () => {
    const values = createRng(11).normals(50_000);
    for (const { from, to, share } of histogram(values, { min: -4, max: 4, count: 32 })) {
      expect(Math.abs(share - bellShare((from + to) / 2, { mean: 0, std: 1, width: to - from }))).toBeLessThan(0.006);
    }
  });
});

describe('moments', () => {
  it('of 1, 2, 3: mean 2, mean square 14/3, deviation √(2/3)', () => {
    expect(meanOf([1, 2, 3])).toBe(2);
    expect(meanSquare([1, 2, 3])).toBeCloseTo(14 / 3, 12);
    expect(stdOf([1, 2, 3])).toBeCloseTo(Math.sqrt(2 / 3), 12);
  });
});
