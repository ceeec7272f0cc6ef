import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../src/model/float16';
import { holds } from '../support/property';

describe('half precision', () => {
  test.each([
    // From the definition: sign, exponent with bias 15, ten fraction bits.
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [0.5, 0x3800],
    [65504, 0x7bff], // the largest
    [2 ** -14, 0x0400], // the smallest normal one
    [2 ** -24, 0x0001], // the smallest of all
    [1023 * 2 ** -24, 0x03ff], // the largest subnormal one
    [Infinity, 0x7c00],
    [-Infinity, 0xfc00],
  ])('%f is 0x%s', (value, bits) => {
    expect(toHalf(value)).toBe(bits);
    expect(fromHalf(bits)).toBe(value);
  });

  test.each([
    [1 + 2 ** -11, 1], // halfway between two: the even fraction
    [1 + 3 * 2 ** -11, 1 + 2 ** -9],
    [1 + 2 ** -11 + 2 ** -20, 1 + 2 ** -10],
    [2047.5, 2048], // carries into the exponent
    [65519.99, 65504],
    [65520, Infinity],
    [1e30, Infinity],
    [2 ** -25, 0], // half of the smallest: even, so zero
    [2 ** -25 * 1.001, 2 ** -24],
    [1e-30, 0],
  ])('%f is rounded to %f', (value, expected) => {
    expect(fromHalf(toHalf(value))).toBe(expected);
  });

  test('NaN stays NaN', () => {
    expect(fromHalf(toHalf(NaN))).toBeNaN();
  });

  test('every half survives the way through float32', () => {
    const all = Array.from({ length: 2 ** 16 }, (_, bits) => bits).filter((bits) => !Number.isNaN(fromHalf(bits)));
    expect(all.filter((bits) => toHalf(fromHalf(bits)) !== bits)).toEqual([]);
    expect(all.length).toBe(2 ** 16 - 2 * 1023);
  });

  test('no normal number is off by more than half of the last bit', () => {
    holds(
      fc.property(fc.double({ min: 2 ** -14, max: 65504, noNaN: true }), fc.boolean(), (size, negative) => {
        const value = Math.fround(negative ? -size : size);
        expect(Math.abs(fromHalf(toHalf(value)) / value - 1)).toBeLessThanOrEqual(2 ** -11);
      }),
    );
  });
});
