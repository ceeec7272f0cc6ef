/** What the forward lesson computes beside its figures. */
import { describe, expect, it } from 'vitest';
import { readable, shareRight, shareRightByT, stepsByReadability } from '../../lessons/forward-process/bestReader';
import record from '../../lessons/forward-process/posterior.json';
import { hiddenDigits, shownDigits } from '../../lessons/forward-process/shippedDigits';
import { sameReadingT } from '../../lessons/forward-process/sizes';
import { percent, small } from '../../lessons/forward-process/words';
import { bendSchedule } from '../../src/diffusion/bentSchedule';
import { defaultSchedules, makeSchedule, snr } from '../../src/diffusion/schedule';

const linear = makeSchedule(defaultSchedules.linear);
const cosine = makeSchedule(defaultSchedules.cosine);

describe('the best reader', () => {
  it('read off the curve, agrees with what was measured at single moments of two schedules', () => {
    for (const { kind, t, right28 } of record.checked) {
      const schedule = kind === 'linear' ? linear : cosine;
      t.forEach((moment, i) => {
        const difference = shareRight(schedule.alphasCumprod[moment] ?? 0) - (right28[i] ?? 0);
        expect(Math.abs(difference), `${kind}, t = ${moment}`).toBeLessThan(0.015);
      });
    }
  });

  it('is near certain when clean and near chance at the end, and never reads 7 × 7 pixels better than 28 × 28', () => {
    const large = shareRightByT(linear, 28);
    const small7 = shareRightByT(linear, 7);
    expect(large[0]).toBeGreaterThan(0.95);
    expect(large[1000]).toBeLessThan(0.15);
    large.forEach((share, t) => expect(share).toBeGreaterThanOrEqual((small7[t] ?? 1) - 0.01));
  });

  it('counts steps at both ends, and finds none wasted in a schedule that ends early', () => {
    const { certain, lost } = stepsByReadability(linear);
    const shares = shareRightByT(linear);
    expect(shares[certain]).toBeGreaterThanOrEqual(readable.certain);
    expect(shares[certain + 1]).toBeLessThan(readable.certain);
    expect(shares[linear.T - lost + 1]).toBeLessThan(readable.lost);
    const weak = bendSchedule(linear, [{ t: 1, bend: Math.log(0.1) }]);
    expect(stepsByReadability(weak).lost).toBe(0);
  });
});

describe('the digits that ship', () => {
  it('are one of each class, and others to be guessed', () => {
    expect(shownDigits.map(({ label }) => label)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const shown = new Set(shownDigits.map(({ index }) => index));
    for (const { index, x0 } of hiddenDigits) {
      expect(shown.has(index)).toBe(false);
      expect(x0).toHaveLength(784);
      expect(Math.min(...x0)).toBe(-1);
      expect(Math.max(...x0)).toBeGreaterThan(0.9);
    }
  });
});

describe('sameReadingT', () => {
  it('is where the SNR has sixteen times the value', () => {
    const t = sameReadingT(linear, 400, 4);
    const target = 16 * snr(linear.alphasCumprod[400] ?? 0);
    expect(snr(linear.alphasCumprod[t] ?? 0)).toBeLessThanOrEqual(target);
    expect(snr(linear.alphasCumprod[t - 1] ?? 0)).toBeGreaterThan(target);
    expect(sameReadingT(linear, 0, 4)).toBe(0);
  });
});

describe('words', () => {
  it('writes small numbers without an exponent', () => {
    expect([percent(0.873), small(0.0000404), small(0.3678), small(1e-9)]).toEqual([
      '87%',
      '0.00004',
      '0.37',
      'less than 0.000001',
    ]);
  });
});
