import { describe, expect, test } from 'vitest';
import { crc32 } from '../../src/base/checksum';
import { cos, exp, log, power, wholePower } from '../../src/base/portableMath';
import { createRng } from '../../src/base/rng';

const rng = createRng(11);
const draws = (count: number, low: number, high: number): number[] =>
  Array.from({ length: count }, () => low + (high - low) * rng.uniform());

/** Distance between two doubles, in units in the last place of the second. */
function ulps(value: number, reference: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(reference))) - 52);
  return Math.abs(value - reference) / unit;
}
const worst = (points: readonly number[], ours: (x: number) => number, theirs: (x: number) => number): number =>
  Math.max(...points.map((x) => ulps(ours(x), theirs(x))));

describe('close to the engine’s own, which is itself within one unit', () => {
  test.each([
    ['between 0 and 1, as the noise needs it', draws(20_000, 0, 1)],
    ['around 1', draws(5000, 0.99, 1.01)],
    ['over all magnitudes', draws(5000, -300, 300).map((e) => 10 ** e)],
    ['below the normal numbers', [5e-324, 1e-310, 2.2e-308]],
  ])('log %s', (_, points) => expect(worst(points, log, Math.log)).toBeLessThanOrEqual(1.5));

  test.each([
    ['near 0', draws(5000, -1, 1)],
    ['over all magnitudes', draws(5000, -708, 709.7)],
  ])('exp %s', (_, points) => expect(worst(points, exp, Math.exp)).toBeLessThanOrEqual(1.5));

  test('cos, away from its zeros and at them', () => {
    expect(worst(draws(10_000, -1.5, 1.5), cos, Math.cos)).toBeLessThanOrEqual(1.5);
    for (const x of draws(10_000, -1000, 1000)) expect(Math.abs(cos(x) - Math.cos(x))).toBeLessThan(2.3e-16);
    expect(Math.abs(cos(Math.PI / 2) - Math.cos(Math.PI / 2))).toBeLessThan(1e-25);
  });

  test('powers: of a uniform number, and by whole numbers', () => {
    for (const u of draws(5000, 0, 1)) expect(Math.abs(power(u, 0.6) / u ** 0.6 - 1)).toBeLessThan(1e-15);
    for (const n of [0, 1, 2, 3, 8, 100, 2001]) {
      expect(Math.abs(wholePower(0.999, n) / 0.999 ** n - 1)).toBeLessThan(1e-16 * Math.max(2, n));
    }
    expect(wholePower(3, 4)).toBe(81);
  });
});

test('the ends', () => {
  expect([log(0), log(1), log(-1), log(Infinity), log(NaN)]).toEqual([-Infinity, 0, NaN, Infinity, NaN]);
  expect([exp(0), exp(-800), exp(800), exp(-Infinity), exp(NaN)]).toEqual([1, 0, Infinity, 0, NaN]);
  expect([cos(0), cos(Infinity), cos(NaN)]).toEqual([1, NaN, NaN]);
  expect([power(0, 0.6), power(0, 0), power(0, -1), power(0.25, 1), power(1, 5)]).toEqual([0, 1, Infinity, 0.25, 1]);
});

test('the same bits on every machine: a checksum over many results, as first computed in Node', () => {
  const points = Array.from({ length: 4096 }, (_, i) => (i + 0.5) / 4096);
  const values = Float64Array.from(points.flatMap((x) => [log(x), exp(x * 9 - 5), cos(x * 7 - 3), power(x, 0.6)]));
  expect(crc32(new Uint8Array(values.buffer))).toBe(622865848);
});
