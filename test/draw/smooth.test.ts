import { describe, expect, it } from 'vitest';
import { trendOf } from '../../src/draw/smooth';

describe('the trend of a loss', () => {
  it('starts at the first value, not near zero', () => {
    expect(trendOf([2, 2, 2]).mean).toEqual(Float64Array.of(2, 2, 2));
  });

  it('forgets half in one half-life', () => {
    // Half-life 1: weights ½, ½ of what was before. After 0 and 1 the corrected mean is (¼·0 + ½·1) / ¾ = ⅔.
    expect(trendOf([0, 1], 1).mean[1]).toBeCloseTo(2 / 3, 12);
  });

  it('says how far values lie from it', () => {
    // Weights ⅓ and ⅔ on 0 and 1: variance ⅔ − (⅔)² = 2/9.
    expect(trendOf([0, 1], 1).std[1]).toBeCloseTo(Math.sqrt(2 / 9), 12);
    expect(trendOf([5, 5, 5]).std[2]).toBeCloseTo(0, 6);
  });

  it('passes over what is not finite', () => {
    expect(trendOf([1, NaN, Infinity]).mean).toEqual(Float64Array.of(1, 1, 1));
    expect(trendOf([NaN, 3]).mean).toEqual(Float64Array.of(NaN, 3));
  });
});
