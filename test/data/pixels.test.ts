import fc from 'fast-check';
import { expect, test } from 'vitest';
import { halveSide, toBytes, toSigned } from '../../src/data/pixels';

test('paper is −1, ink is 1, and every byte survives the way there and back', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const values = toSigned(bytes);
  expect(values[0]).toBe(-1);
  expect(values[255]).toBe(1);
  expect([...toBytes(values)]).toEqual([...bytes]);
});

test('values outside the range are limited to it', () => {
  expect([...toBytes(Float32Array.of(-7, -1, 0, 1, 7))]).toEqual([0, 0, 128, 255, 255]);
});

test('halving averages blocks of 2 × 2, worked by hand', () => {
  // rows (0 4 | 8 8), (4 0 | 8 8), (1 1 | 2 6), (1 1 | 4 0) have block means 2, 8, 1 and 3
  const picture = Float32Array.of(0, 4, 8, 8, 4, 0, 8, 8, 1, 1, 2, 6, 1, 1, 4, 0);
  expect([...halveSide(picture, 4)]).toEqual([2, 8, 1, 3]);
});

test('halving keeps the mean of every picture of a batch, down to 7 × 7', () => {
  const pixels = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 784, maxLength: 784 });
  fc.assert(
    fc.property(fc.array(pixels, { minLength: 1, maxLength: 3 }), (pictures) => {
      const small = halveSide(halveSide(Float32Array.from(pictures.flat()), 28), 14);
      expect(small.length).toBe(pictures.length * 49);
      pictures.forEach((picture, i) => {
        expect(mean(small.subarray(i * 49, (i + 1) * 49))).toBeCloseTo(mean(picture), 5);
      });
    }),
    { seed: 1, numRuns: 20 },
  );
});

test('an odd side or half a picture cannot be halved', () => {
  expect(() => halveSide(new Float32Array(49), 7)).toThrow(expect.objectContaining({ code: 'shape' }));
  expect(() => halveSide(new Float32Array(15), 4)).toThrow(expect.objectContaining({ code: 'shape' }));
});

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
