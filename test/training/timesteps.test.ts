import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { power } from '../../src/base/portableMath';
import { createRng, type Rng } from '../../src/base/rng';
import { defaultSchedules, makeSchedule } from '../../src/diffusion/schedule';
import { drawTimesteps, shareBelow } from '../../src/training/timesteps';
import { holds } from '../support/property';

const schedule = makeSchedule(defaultSchedules.cosine);
const { T } = schedule;
/** All timesteps, where they fall. */
const whole = { snrShift: 1, timestepRange: [0, T] } as const;

/** Draws the middle of every stratum: u = (i + ½)/B. */
const middles: Rng = { ...createRng(1), uniform: () => 0.5 };

describe('all timesteps', () => {
  test('stratified: one in each of B equal shares, so a batch spans everything', () => {
    const settings = { ...whole, batchSize: 10, timestepExponent: 1, stratifiedTimesteps: true };
    for (let seed = 0; seed < 20; seed += 1) {
      const shares = [...drawTimesteps(settings, schedule, createRng(seed))].map((t) => Math.floor((t - 1) / 100));
      expect(shares).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  test.each([
    [1, 0.5],
    [0.6, 1 / 1.6], // the mean of u^p is 1/(1 + p)
  ])('exponent %f: the mean is %f of T', (timestepExponent, expected) => {
    const settings = { ...whole, batchSize: 10_000, timestepExponent, stratifiedTimesteps: false };
    const t = drawTimesteps(settings, schedule, createRng(1));
    const mean = t.reduce((sum, value) => sum + value, 0) / t.length / T;
    // Deviation of one draw is at most 0.29, of the mean of 10,000 then 0.003; and t is rounded up, by half a step.
    expect(Math.abs(mean - expected)).toBeLessThan(0.01);
  });

  test('stay within 1..T and reach both ends', () => {
    const short = { ...schedule, T: 10 };
    const settings = { snrShift: 1, timestepRange: [0, 10], batchSize: 2000, timestepExponent: 1, stratifiedTimesteps: false } as const; // prettier-ignore
    expect([...new Set(drawTimesteps(settings, short, createRng(2)))].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]); // prettier-ignore
  });

  test.each([true, false])(
    'are ⌊T·u^p⌋ + 1 to the last draw, as before there were ranges and shifts; stratified: %s',
    (stratified) => {
      const batchSize = 32;
      for (const timestepExponent of [0.6, 1, 1.7]) {
        for (let seed = 0; seed < 50; seed += 1) {
          const rng = createRng(seed);
          const expected = Array.from({ length: batchSize }, (_, i) => {
            const u = stratified ? (i + rng.uniform()) / batchSize : rng.uniform();
            return Math.min(Math.floor(T * power(u, timestepExponent)), T - 1) + 1;
          });
          const settings = { ...whole, batchSize, timestepExponent, stratifiedTimesteps: stratified };
          expect([...drawTimesteps(settings, schedule, createRng(seed))]).toEqual(expected);
        }
      }
    },
  );
});

describe('a range of timesteps', () => {
  const many = { ...whole, batchSize: 20_000, stratifiedTimesteps: true };

  test('no draw falls outside, and both ends are reached', () => {
    const anyRange = fc
      .tuple(fc.integer({ min: 0, max: T }), fc.integer({ min: 0, max: T }))
      .filter(([a, b]) => a !== b)
      .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
    holds(
      fc.property(anyRange, fc.double({ min: 0.3, max: 3, noNaN: true }), fc.integer(), ([from, to], timestepExponent, seed) => {
        const settings = { ...many, batchSize: 1000, timestepExponent, timestepRange: [from, to] as const };
        const t = drawTimesteps(settings, schedule, createRng(seed));
        expect(t.every((value) => value > from && value <= to)).toBe(true);
      }),
      50,
    );
    for (const [from, to] of [
      [0, 500],
      [500, 1000],
      [333, 667],
      [41, 42],
    ] as const) {
      // prettier-ignore
      const t = drawTimesteps({ ...many, timestepExponent: 0.6, timestepRange: [from, to] }, schedule, createRng(1));
      expect([Math.min(...t), Math.max(...t)]).toEqual([from + 1, to]);
    }
  });

  test.each([
    [0, 500],
    [500, 1000],
    [333, 667],
    [0, 43],
    [948, 1000],
  ])('within (%i, %i] every t is as likely, next to the others, as in the whole draw', (from, to) => {
    const timestepExponent = 0.6;
    const t = drawTimesteps({ ...many, timestepExponent, timestepRange: [from, to] }, schedule, middles);
    // In the whole draw P(t ≤ s) is the share of u below (s/T)^(1/p).
    const below = (s: number): number => (s / T) ** (1 / timestepExponent);
    let drawn = 0;
    let furthest = 0;
    const counts = new Map<number, number>();
    for (const value of t) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (let s = from; s <= to; s += 1) {
      drawn += counts.get(s) ?? 0;
      const expected = (below(s) - below(from)) / (below(to) - below(from));
      furthest = Math.max(furthest, Math.abs(drawn / t.length - expected));
    }
    expect(furthest).toBeLessThan(1.5 / t.length);
  });

  test('the experts’ draws, each as many as its share, are together the whole draw', () => {
    const timestepExponent = 0.6;
    const borders = [0, 250, 500, 750, T];
    const total = 40_000;
    const counts = new Map<number, number>();
    borders.slice(1).forEach((to, i) => {
      const from = borders[i] ?? 0;
      const batchSize = Math.round(total * (shareBelow(to / T, timestepExponent) - shareBelow(from / T, timestepExponent)));
      const range = { ...many, batchSize, timestepExponent, timestepRange: [from, to] as const };
      for (const t of drawTimesteps(range, schedule, middles)) counts.set(t, (counts.get(t) ?? 0) + 1);
    });
    for (const t of drawTimesteps({ ...many, batchSize: total, timestepExponent }, schedule, middles))
      counts.set(t, (counts.get(t) ?? 0) - 1);
    expect(counts.size).toBeGreaterThan(990);
    // One more or less at either border of a timestep.
    expect(Math.max(...[...counts.values()].map(Math.abs))).toBeLessThanOrEqual(2);
  });

  test('the share below a place undoes the exponent, and ends in 0 and 1', () => {
    expect([shareBelow(0, 0.6), shareBelow(1, 0.6), shareBelow(-1, 0.6), shareBelow(2, 0.6)]).toEqual([0, 1, 0, 1]);
    holds(
      fc.property(
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        (place, exponent) => {
          expect(power(shareBelow(place, exponent), exponent)).toBeCloseTo(place, 9);
        },
      ),
    );
  });
});

describe('a shift of the SNR', () => {
  /** One draw for each timestep, in its middle: the t that t − ½ is moved to. */
  const movedTo = (snrShift: number): Int32Array =>
    drawTimesteps({ ...whole, batchSize: T, timestepExponent: 1, stratifiedTimesteps: true, snrShift }, schedule, middles);

  /** Nichol & Dhariwal 2021 (arXiv:2102.09672), eq. 17: the angle whose squared cosine is ᾱ, with their offset of 0.008. */
  const offset = 0.008;
  const angle = (place: number): number => ((place / T + offset) / (1 + offset)) * (Math.PI / 2);

  test('of 4 quarters the noise: the SNR where t falls is four times that of where it would have fallen', () => {
    const alphaBarAt = (place: number): number => (Math.cos(angle(place)) / Math.cos(angle(0))) ** 2;
    movedTo(4).forEach((t, i) => {
      const alphaBar = alphaBarAt(i + 0.5);
      const wanted = (4 * alphaBar) / (1 - alphaBar + 4 * alphaBar);
      const place = (Math.acos(Math.sqrt(wanted) * Math.cos(angle(0))) / (Math.PI / 2)) * (1 + offset) * T - offset * T;
      // t is the place rounded up. ᾱ is taken as straight in between, and the last β is capped: hundredths of a timestep.
      expect(Math.abs(t - (place + 0.5)), `from ${i + 0.5}`).toBeLessThan(0.55);
    });
  });

  test('of 4 halves tan(π/2·t/T), but for the schedule’s offset: to 4.1 timesteps, and to 2 in the noisier half', () => {
    movedTo(4).forEach((t, i) => {
      const [before, after] = [(i + 0.5) / T, (t - 0.5) / T];
      const halved = (2 / Math.PI) * Math.atan(Math.tan((Math.PI * before) / 2) / 2);
      expect(T * Math.abs(after - halved), `from ${i + 0.5}`).toBeLessThan(4.1);
      if (i >= 650) expect(T * Math.abs(after - halved), `from ${i + 0.5}`).toBeLessThan(2);
    });
  });

  test('goes towards clean above 1 and towards noise below, keeps the order, and stays within 1..T', () => {
    for (const kind of ['linear', 'scaledLinear', 'cosine', 'sigmoid'] as const) {
      for (const zeroTerminalSnr of [false, true]) {
        const other = makeSchedule({ ...defaultSchedules[kind], zeroTerminalSnr });
        for (const snrShift of [1e-3, 0.25, 4, 16, 1e3]) {
          const settings = { ...whole, batchSize: T, timestepExponent: 1, stratifiedTimesteps: true, snrShift };
          const t = drawTimesteps(settings, other, middles);
          const isRight = (value: number, i: number): boolean =>
            value >= (t[i - 1] ?? 1) && (snrShift > 1 ? value <= i + 1 : value >= i + 1);
          expect(
            t.findIndex((value, i) => !isRight(value, i)),
            `${kind}, ${snrShift}`,
          ).toBe(-1);
          expect(t.every((value) => Number.isInteger(value) && value >= 1 && value <= T)).toBe(true);
        }
      }
    }
  });
});
